"""A partner's files, made in a process of their own: time, processor time step by step, and memory."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.exports import _memory_megabytes

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and of the processors: Python's own and the database's beside it (none in SQLite)."""

    seconds: float
    python: float
    database: float


@dataclass(frozen=True)
class Made:
    """One file: how many lines, what it cost from beginning to end and step by step, and the peak of memory."""

    lines: int
    bytes: int
    whole: Cost
    steps: dict[str, Cost]
    megabytes: float


def make_files(partnership_id: int, recipient: str) -> dict[str, Made]:
    """Make a partner's first file and collect it, then everybody's again and what changed, in this fresh process."""
    import django

    django.setup()
    from django.utils import timezone

    from campaigns.models import Partnership
    from coalition.actions.partner_exports import make_export
    from coalition.export_rows import note_arrived
    from coalition.models import PartnerKey

    partnership, at = Partnership.objects.get(pk=partnership_id), timezone.now()
    PartnerKey.objects.create(partnership=partnership, recipient=recipient, added_at=at, usable_at=at)
    before = _memory_megabytes("VmRSS")
    made = {}
    for name, is_whole in (("first", True), ("everybody again", True), ("what changed", False)):
        export = make_export(partnership=partnership, is_whole=is_whole, at=at)
        made[name] = _make(export.pk, before)
        export.refresh_from_db()
        note_arrived(export)
        export.status = "collected"
        export.save(update_fields=["status"])
    return made


def _make(export_id: int, before: float) -> Made:
    from django.utils import timezone

    from coalition.actions import partner_exports
    from coalition.models import PartnerExport

    steps: dict[str, Cost] = {}
    real = {step: getattr(partner_exports, step) for step in ("write_down", "encrypt_to")}
    at = timezone.now()
    PartnerExport.objects.filter(pk=export_id).update(status="preparing", claimed_at=at)
    for step, work in real.items():
        setattr(partner_exports, step, _watched(step, work, steps))
    started = _now()
    if not partner_exports.prepare_export(export_id=export_id, at=at):
        raise AssertionError("the file was not made")
    whole = _since(started)
    for step, work in real.items():
        setattr(partner_exports, step, work)
    export = PartnerExport.objects.get(pk=export_id)
    return Made(export.people, export.size or 0, whole, steps, _memory_megabytes("VmHWM") - before)


def _watched(step: str, work: Callable[..., Any], steps: dict[str, Cost]) -> Callable[..., Any]:
    def watched(*args: Any) -> Any:
        started = _now()
        answer = work(*args)
        steps[step] = _since(started)
        return answer

    return watched


def _now() -> Cost:
    return Cost(time.perf_counter(), time.process_time(), _database_seconds())


def _since(started: Cost) -> Cost:
    now = _now()
    return Cost(now.seconds - started.seconds, now.python - started.python, now.database - started.database)


def _database_seconds() -> float:
    """Return the processor time of the PostgreSQL process that serves this one; 0 for SQLite, which works in Python."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        fields = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
