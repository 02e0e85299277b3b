"""What brings official figures in and takes them out again: looked at first, then a file as a whole."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.enums import RegistrationImportStatus
from campaigns.models import Election, RegistrationCount, RegistrationImport
from campaigns.registration_checks import Finding, find_disagreements
from campaigns.registration_rows import Reading, read_readings
from campaigns.registration_values import FIELDS
from campaigns.registration_words import written_day
from campaigns.selectors.registration_places import places_of
from core import audit
from core.batch_inserts import insert_new_rows
from core.import_words import gone, mapped_anew
from core.locks import hold_lock
from core.table_columns import guess_columns, unread_columns
from core.table_files import Fault, TableError, read_table

LOCK = "campaigns.registration_counts"
CHUNK = 5_000
MOST_BEFORE = timedelta(days=730)
FORGOTTEN_AFTER = timedelta(days=1)
_COLUMNS = Reading._fields[:11]


class RegistrationImportError(ValueError):
    """An import that cannot be done or undone; the message is a sentence for the person."""


@dataclass(frozen=True)
class Correction:
    """A figure that says something else than the one it replaces."""

    new: Reading
    old: Reading


@dataclass
class Plan:
    """What a file would do, worked out and not yet done.

    ``corrections`` name what they replace. ``superseded`` figures are known, and were corrected by a later file since:
    they stay corrected. ``elsewhere`` are figures of another election, left out. ``findings`` are what does not add up
    once the file is in.
    """

    rows: int
    columns: Mapping[str, int]
    header: tuple[str, ...]
    created: list[Reading] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    old_keys: list[int] = field(default_factory=list)
    unchanged: int = 0
    superseded: int = 0
    elsewhere: list[Reading] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def changes_something(self) -> bool:
        return bool(self.created or self.corrections)

    @property
    def ignored(self) -> list[str]:
        """The names of the columns that are not read."""
        return unread_columns(self.header, self.columns)


def plan_import(
    *,
    election: Election,
    content: bytes,
    columns: Mapping[str, int] | None = None,
    default_source: str = "",
    today: date,
) -> Plan:
    """Return what a file would do; nothing is stored. Without ``columns`` they are found by their names.

    Raises core.table_files.TableError, and then nothing of the file can be taken.
    """
    table = read_table(content)
    mapped = guess_columns(table.header, FIELDS) if columns is None else dict(columns)
    places = places_of(election)
    readings = read_readings(table, mapped, places=places.lookup, today=today, default_source=default_source)
    first, last = period_of(election)
    plan = Plan(table.rows, mapped, table.header)
    plan.elsewhere = [reading for reading in readings if not first < reading.as_of_date <= last]
    if len(plan.elsewhere) == len(readings):
        days = {"first": written_day(first + timedelta(days=1)), "last": written_day(last)}
        raise TableError(
            Fault(_("No row of the file falls in the time of this election (%(first)s to %(last)s).") % days)
        )
    ours = [reading for reading in readings if first < reading.as_of_date <= last] if plan.elsewhere else readings
    standing = _compare(election, ours, plan)
    plan.findings = find_disagreements(standing, parent_of=places.parents, children=places.communes)
    return plan


def period_of(election: Election) -> tuple[date, date]:
    """Return the day after which figures are of this election and not of the one before it, and the last such day.

    One file often holds several elections. A figure is of the first election on or after its day; two years before an
    election nobody counts registrations for it yet.
    """
    last = election.election_date
    before = (
        Election.objects.filter(kind=election.kind, country=election.country, territory=election.territory_id)
        .filter(election_date__lt=last)
        .aggregate(day=Max("election_date"))["day"]
    )
    return max(before or date.min, last - MOST_BEFORE), last


def _compare(election: Election, readings: list[Reading], plan: Plan) -> list[Reading]:
    """Sort the file's figures into new, known and corrections, and return the election's figures as they would be."""
    heads: dict[tuple[Any, ...], tuple[int, Reading]] = {}
    known: dict[tuple[Any, ...], set[tuple[Any, ...]]] = {}
    stored = RegistrationCount.objects.filter(election=election).order_by("pk")
    for key, *columns in stored.values_list("pk", *_COLUMNS):
        reading = Reading._make([*columns, 0])
        heads[reading.identity] = key, reading
        known.setdefault(reading.identity, set()).add(_said(reading))
    for reading in readings:
        head = heads.get(reading.identity)
        if head is None:
            plan.created.append(reading)
        elif _said(reading) == _said(head[1]):
            plan.unchanged += 1
            continue
        elif _said(reading) in known[reading.identity]:
            plan.superseded += 1
            continue
        else:
            plan.corrections.append(Correction(reading, head[1]))
            plan.old_keys.append(head[0])
        heads[reading.identity] = 0, reading
    return [reading for _key, reading in heads.values()]


def _said(reading: Reading) -> tuple[Any, ...]:
    return reading.values


def upload_file(
    *, election: Election, content: bytes, file_name: str, default_source: str = "", by: audit.Actor, at: datetime
) -> RegistrationImport:
    """Keep a file that can be read as a table, to be mapped and looked at; return it. Raises TableError.

    Files somebody looked at and left are forgotten after a day.
    """
    table = read_table(content)
    RegistrationImport.objects.forgotten(at - FORGOTTEN_AFTER).delete()
    return RegistrationImport.objects.create(
        election=election,
        file_name=file_name.replace("\x00", "")[:200],
        fingerprint=hashlib.sha256(content).hexdigest(),
        content=content,
        columns=guess_columns(table.header, FIELDS),
        default_source=default_source,
        by=by if isinstance(by, User) else None,
    )


def map_columns(*, registration_import: RegistrationImport, columns: Mapping[str, int]) -> None:
    """Say which column of a file that waits holds which field. A file applied meanwhile stays as it is."""
    waiting = RegistrationImport.objects.filter(pk=registration_import.pk, status=RegistrationImportStatus.UPLOADED)
    if waiting.update(columns=dict(columns)):
        registration_import.columns = dict(columns)


def discard_upload(*, registration_import: RegistrationImport) -> None:
    """Forget a file that was looked at and not applied; nothing happens to one that was."""
    RegistrationImport.objects.filter(pk=registration_import.pk, status=RegistrationImportStatus.UPLOADED).delete()


@transaction.atomic
def apply_import(
    *, registration_import: RegistrationImport, today: date, by: audit.Actor, at: datetime
) -> tuple[RegistrationImport, Plan | None]:
    """Store what an uploaded file says, all of it or nothing, and return it with what was done.

    A file that changes nothing leaves no import. Applied already: nothing more is done and there is no plan. Raises
    TableError for a file that is refused whole, RegistrationImportError for one that was undone, left, or mapped
    otherwise than in ``registration_import``, which is as it was looked at.
    """
    hold_lock(LOCK)
    rows = RegistrationImport.objects.select_for_update(of=("self",)).select_related("election")
    found = rows.filter(pk=registration_import.pk).first()
    if found is None:
        raise RegistrationImportError(gone())
    if found.status == RegistrationImportStatus.APPLIED:
        return found, None
    if found.content is None:
        raise RegistrationImportError(_("This import was undone; choose its file again."))
    if found.columns != registration_import.columns:
        raise RegistrationImportError(mapped_anew())
    plan = plan_import(
        election=found.election,
        content=bytes(found.content),
        columns=found.columns,
        default_source=found.default_source,
        today=today,
    )
    if not plan.changes_something:
        found.delete()
        return found, plan
    _store(found, plan, by=by, at=at)
    return found, plan


def _store(found: RegistrationImport, plan: Plan, *, by: audit.Actor, at: datetime) -> None:
    _insert(found, plan)
    found.status, found.content, found.applied_at = RegistrationImportStatus.APPLIED, None, at
    found.created_count, found.corrected_count = len(plan.created), len(plan.corrections)
    found.unchanged_count = plan.unchanged + plan.superseded
    found.save()
    audit.record(
        "campaigns.registration_counts.imported",
        by=by,
        target=found,
        election=found.election.key,
        created=found.created_count,
        corrected=found.corrected_count,
    )


def _insert(found: RegistrationImport, plan: Plan) -> None:
    shared = {"election_id": found.election_id, "imported_by_id": found.pk}
    new: list[tuple[Reading, int | None]] = [(reading, None) for reading in plan.created]
    new += [(each.new, key) for each, key in zip(plan.corrections, plan.old_keys, strict=True)]
    for first in range(0, len(new), CHUNK):
        insert_new_rows(
            RegistrationCount,
            [{**shared, **reading._asdict(), "corrects_id": old} for reading, old in new[first : first + CHUNK]],
        )
    stored = RegistrationCount.objects.filter(imported_by=found).count()
    if stored != len(new):  # the database left out what it knew: somebody else wrote without the lock
        raise RegistrationImportError(_("Somebody else brought in the same figures at the same time; look again."))


@transaction.atomic
def import_registration_counts(
    *,
    election: Election,
    content: bytes,
    file_name: str,
    columns: Mapping[str, int] | None = None,
    default_source: str = "",
    by: audit.Actor,
    at: datetime,
    today: date,
) -> tuple[RegistrationImport | None, Plan]:
    """Bring in a file of official figures in one step and return its import and what it did.

    The same file twice changes nothing, and leaves no import.

    Raises TableError for a file that is refused whole.
    """
    hold_lock(LOCK)
    plan = plan_import(election=election, content=content, columns=columns, default_source=default_source, today=today)
    if not plan.changes_something:
        return None, plan
    found = RegistrationImport.objects.create(
        election=election,
        file_name=file_name[:200],
        fingerprint=hashlib.sha256(content).hexdigest(),
        columns=dict(plan.columns),
        default_source=default_source,
        by=by if isinstance(by, User) else None,
    )
    _store(found, plan, by=by, at=at)
    return found, plan


@transaction.atomic
def undo_import(*, registration_import: RegistrationImport, by: audit.Actor, at: datetime) -> RegistrationImport:
    """Take a file's figures out again, all of them; what they corrected stands again. Safe to call twice.

    Raises RegistrationImportError while a later file corrects one of them: that one goes first.
    """
    hold_lock(LOCK)
    found = RegistrationImport.objects.get(pk=registration_import.pk)
    if found.status == RegistrationImportStatus.UNDONE:
        return found
    if found.status != RegistrationImportStatus.APPLIED:
        raise RegistrationImportError(_("This file was never applied."))
    later = RegistrationCount.objects.filter(corrects__imported_by=found).select_related("imported_by").first()
    if later is not None:
        raise RegistrationImportError(
            _("“%(file)s” corrects figures of this file; undo that import first.")
            % {"file": later.imported_by.file_name}
        )
    # In one statement: nothing hangs on these rows, as was just asked and as the database's own keys see to.
    rows = RegistrationCount.objects.filter(imported_by=found)
    rows._raw_delete(rows.db)
    found.status, found.undone_at = RegistrationImportStatus.UNDONE, at
    found.save(update_fields=["status", "undone_at"])
    audit.record(
        "campaigns.registration_counts.undone", by=by, target=found, count=found.created_count + found.corrected_count
    )
    return found
