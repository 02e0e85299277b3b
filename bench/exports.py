"""Exporting in a process of its own: what is measured is the export's own time and memory, from the first row on."""

import time
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 3


@dataclass(frozen=True)
class Exported:
    """What one process exported. ``megabytes`` is its peak memory above what it held before it began."""

    rows: int
    bytes: int
    rates: tuple[float, ...]
    megabytes: float


def export_all() -> Exported:
    """Export everything a few times in this process, which has done nothing else yet."""
    import django

    django.setup()
    from django.utils import timezone

    from accounts.models import User
    from campaigns.exports import begin_export
    from campaigns.models import Signature

    staff, _ = User.objects.get_or_create(
        email="bench@bench.example.org", defaults={"is_staff": True, "is_superuser": True}
    )
    before = _memory_megabytes("VmRSS")
    rates, rows, size = [], 0, 0
    for _ in range(ROUNDS):
        started, lines, size = time.perf_counter(), 0, 0
        for piece in begin_export(rows=Signature.objects.all(), user=staff, filters=[], at=timezone.now()):
            lines, size = lines + piece.count(b"\r\n"), size + len(piece)
        rows = lines - 1  # the first line names the columns
        rates.append(rows / (time.perf_counter() - started))
    return Exported(rows, size, tuple(rates), _memory_megabytes("VmHWM") - before)


def _memory_megabytes(line: str) -> float:
    """Return one line of Linux's account of this process: VmRSS (held now) or VmHWM (the most it ever held)."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{line}:")[2].split()[0]) * 1024 / 1e6
