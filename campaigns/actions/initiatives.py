"""What changes an initiative: imports from the register or a file, settings, and readings set aside."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.initiative_register import RegisterEntry
from campaigns.initiative_rules import Count, InitiativeRuleError, canonical_number, judge, propose_deadlines
from campaigns.initiative_support import is_form_address
from campaigns.models import (
    DeadlineKind,
    DeadlineOrigin,
    Initiative,
    InitiativeDeadline,
    ProgressSnapshot,
    SetAside,
    SnapshotOrigin,
    ValidityEstimate,
)
from core import audit

if TYPE_CHECKING:
    from accounts.models import User
    from campaigns.models import Campaign

REGISTER_ZONE = ZoneInfo("Europe/Brussels")


class InitiativeImportError(ValueError):
    """An import that cannot be done; the message is a sentence for the person."""


@dataclass
class ImportReport:
    """What an import did, or would do (``is_dry_run``).

    ``initiative`` is created, updated, unchanged or older (the file is older than what is stored, so only its reading
    was looked at); ``reading`` is created, unchanged, set_aside (known, and set aside by staff) or none.
    """

    registration_number: str
    is_dry_run: bool
    initiative: str = "unchanged"
    changed: list[str] = field(default_factory=list)
    deadlines: list[str] = field(default_factory=list)
    reading: str = "none"
    as_of: date | None = None
    is_certified: bool | None = None
    total: int | None = None
    countries: int | None = None
    remarks: list[str] = field(default_factory=list)

    @property
    def changes_something(self) -> bool:
        return self.initiative in {"created", "updated"} or bool(self.deadlines) or self.reading == "created"


def import_register_entry(
    *, entry: RegisterEntry, by: audit.Actor, is_dry_run: bool = False, source: str = ""
) -> ImportReport:
    """Store what the register says about one initiative, and its counts as a new reading when they are new.

    The same entry twice changes nothing. An entry older than what is stored changes no field of the initiative; its
    reading is added. Deadlines set by staff stay. Everything happens in one transaction, which a dry run takes back.
    """
    report = ImportReport(registration_number=entry.registration_number, is_dry_run=is_dry_run)
    with transaction.atomic():
        initiative = _store_entry(entry, report, source)
        if report.initiative != "older":
            _store_deadlines(initiative, entry, report)
        if entry.reading is not None:
            reading = entry.reading
            _add_reading(
                initiative, reading.counts, reading.as_of, reading.is_certified, SnapshotOrigin.REGISTER, report
            )
        _finish(report, initiative, by, "campaigns.initiative.imported")
    return report


def import_counts(
    *,
    registration_number: str,
    counts: Iterable[Count],
    as_of: date,
    today: date,
    by: audit.Actor,
    is_certified: bool = False,
    is_dry_run: bool = False,
) -> ImportReport:
    """Add a reading from a file of counts to an initiative that is already here.

    The same counts for the same day twice add nothing. Raises InitiativeImportError for an unknown initiative or a
    day that cannot be, InitiativeRuleError for counts that cannot be judged.
    """
    number = canonical_number(registration_number)
    report = ImportReport(registration_number=number, is_dry_run=is_dry_run)
    with transaction.atomic():
        initiative = Initiative.objects.select_for_update().filter(registration_number=number).first()
        if initiative is None:
            raise InitiativeImportError(
                _("%(number)s is not here yet; import its entry in the public register first.") % {"number": number}
            )
        if as_of > today:
            raise InitiativeImportError(
                _("%(day)s has not come yet; counts speak of a day that is over.") % {"day": as_of.isoformat()}
            )
        _add_reading(initiative, tuple(counts), as_of, is_certified, SnapshotOrigin.FILE, report)
        _finish(report, initiative, by, "campaigns.initiative.counts_imported")
    return report


def _finish(report: ImportReport, initiative: Initiative, by: audit.Actor, action: str) -> None:
    if report.is_dry_run:
        transaction.set_rollback(True)
    elif report.changes_something:
        audit.record(
            action,
            by=by,
            target=initiative,
            number=report.registration_number,
            initiative=report.initiative,
            changed=report.changed,
            reading=report.reading,
            as_of=report.as_of.isoformat() if report.as_of else None,
            total=report.total,
        )


def _entry_fields(entry: RegisterEntry) -> dict[str, Any]:
    original = entry.original
    return {
        "titles": {version.language: version.title for version in entry.versions},
        "objectives": {version.language: version.objectives for version in entry.versions if version.objectives},
        "original_language": original.language,
        "status": entry.status,
        "steps": list(entry.steps),
        "registered_date": entry.registered,
        "collection_start_date": entry.collection_start,
        "early_closure_date": entry.early_closure,
        "support_url": original.support_url if is_form_address(original.support_url) else "",
        "website_url": original.website_url,
        "organisers": list(entry.organisers),
        "funding_total": entry.funding_total,
        "funding_updated_date": entry.funding_updated,
        "sponsors": list(entry.sponsors),
        "register_updated_at": entry.updated_at.replace(tzinfo=REGISTER_ZONE) if entry.updated_at else None,
    }


def _store_entry(entry: RegisterEntry, report: ImportReport, source: str) -> Initiative:
    fields = _entry_fields(entry)
    if entry.original.support_url and not fields["support_url"]:
        report.remarks.append(
            _("The address of the form was left out, because people cannot be sent there safely: %(url)s")
            % {"url": entry.original.support_url[:200]}
        )
    initiative, is_new = Initiative.objects.select_for_update().get_or_create(
        registration_number=entry.registration_number, defaults={**fields, "source": source}
    )
    if is_new:
        report.initiative = "created"
        return initiative
    updated_at, stored_at = fields["register_updated_at"], initiative.register_updated_at
    if updated_at and stored_at and updated_at < stored_at:
        report.initiative = "older"
        report.remarks.append(_("The file is older than what is stored; only its reading was looked at."))
        return initiative
    changed = [name for name, value in fields.items() if getattr(initiative, name) != value]
    if changed:
        for name in changed:
            setattr(initiative, name, fields[name])
        initiative.save(update_fields=changed)
        report.initiative, report.changed = "updated", changed
    return initiative


def _store_deadlines(initiative: Initiative, entry: RegisterEntry, report: ImportReport) -> None:
    end = entry.early_closure or entry.deadline
    if end is None:
        return
    wanted = {DeadlineKind.COLLECTION_END: (end, DeadlineOrigin.REGISTER)}
    if entry.collection_start is not None:
        proposed = propose_deadlines(registered=entry.registered, start=entry.collection_start, end=end)
        if proposed is not None:
            wanted |= {
                DeadlineKind.PAPER_UPLOAD: (proposed.paper_upload, DeadlineOrigin.PROPOSED),
                DeadlineKind.TO_AUTHORITIES: (proposed.to_authorities, DeadlineOrigin.PROPOSED),
                DeadlineKind.DESTRUCTION: (proposed.destruction, DeadlineOrigin.PROPOSED),
            }
    stored = {deadline.kind: deadline for deadline in initiative.deadlines.all()}
    for kind, (due, origin) in wanted.items():
        deadline = stored.get(kind)
        if deadline is not None and deadline.origin == DeadlineOrigin.STAFF:
            if deadline.due_date != due:
                report.remarks.append(
                    _("“%(what)s” stays on %(day)s as staff set it; the file would have said %(other)s.")
                    % {"what": kind.label, "day": deadline.due_date.isoformat(), "other": due.isoformat()}
                )
        elif deadline is None or deadline.due_date != due:
            InitiativeDeadline.objects.update_or_create(
                initiative=initiative, kind=kind, defaults={"due_date": due, "origin": origin}
            )
            report.deadlines.append(kind.value)


def fingerprint_of(*, as_of: date, is_certified: bool, counts: Iterable[Count]) -> str:
    """Return the SHA-256 by which a reading is known again, whatever the order of its countries."""
    rows = sorted((count.country, count.statements, count.is_late) for count in counts)
    return hashlib.sha256(json.dumps([as_of.isoformat(), is_certified, rows]).encode()).hexdigest()


def _add_reading(
    initiative: Initiative,
    counts: tuple[Count, ...],
    as_of: date,
    is_certified: bool,
    origin: SnapshotOrigin,
    report: ImportReport,
) -> None:
    if as_of < initiative.registered_date:
        raise InitiativeImportError(
            _("%(day)s is before the initiative was registered (%(registered)s).")
            % {"day": as_of.isoformat(), "registered": initiative.registered_date.isoformat()}
        )
    status = judge(initiative.registered_date, counts)
    snapshot, is_new = ProgressSnapshot.objects.get_or_create(
        initiative=initiative,
        fingerprint=fingerprint_of(as_of=as_of, is_certified=is_certified, counts=counts),
        defaults={
            "as_of_date": as_of,
            "is_certified": is_certified,
            "total": status.total,
            "counts": {count.country: count.statements for count in counts if not count.is_late},
            "late_counts": {count.country: count.statements for count in counts if count.is_late},
            "origin": origin,
        },
    )
    report.as_of, report.is_certified = as_of, is_certified
    report.total, report.countries = status.total, len(counts)
    if is_new:
        report.reading = "created"
        _remark_on_fall(snapshot, report)
    elif SetAside.objects.filter(snapshot=snapshot).exists():
        report.reading = "set_aside"
        report.remarks.append(_("This reading is known and was set aside; bring it back on the initiative's page."))
    else:
        report.reading = "unchanged"


def _remark_on_fall(snapshot: ProgressSnapshot, report: ImportReport) -> None:
    """Say when a raw total is lower than one read before it: statements only add up, so a file may be incomplete."""
    raw = snapshot.initiative.snapshots.standing().filter(is_certified=False)
    higher = raw.filter(as_of_date__lte=snapshot.as_of_date, total__gt=snapshot.total).order_by("-total").first()
    if higher is not None and not snapshot.is_certified:
        report.remarks.append(
            _("The total is lower than the %(total)d read on %(day)s. Is the file complete?")
            % {"total": higher.total, "day": higher.as_of_date.isoformat()}
        )


@transaction.atomic
def set_aside_snapshot(*, snapshot: ProgressSnapshot, reason: str, by: "User | None") -> SetAside:
    """Take a wrong reading out of every figure, keeping it with the reason. A repeat returns the first."""
    aside, is_new = SetAside.objects.get_or_create(snapshot=snapshot, defaults={"reason": reason, "by": by})
    if is_new:
        audit.record(
            "campaigns.snapshot.set_aside", by=by, target=snapshot.initiative, snapshot=snapshot.pk, reason=reason
        )
    return aside


@transaction.atomic
def restore_snapshot(*, snapshot: ProgressSnapshot, by: "User | None") -> bool:
    """Bring a reading back that was set aside; return whether there was anything to do."""
    deleted, _rows = SetAside.objects.filter(snapshot=snapshot).delete()
    if deleted:
        audit.record("campaigns.snapshot.restored", by=by, target=snapshot.initiative, snapshot=snapshot.pk)
    return bool(deleted)


@transaction.atomic
def change_initiative_settings(
    *,
    initiative: Initiative,
    campaign: "Campaign | None",
    is_public: bool,
    default_validity_rate: Decimal,
    rates: Mapping[str, Decimal],
    deadlines: Mapping[str, date],
    by: "User | None",
) -> Initiative:
    """Store how staff want an initiative planned: its campaign, expected valid shares and deadlines.

    ``rates`` holds the countries that differ from the default, all others follow it; ``deadlines`` maps kinds to
    days, and a kind left out is deleted. A deadline whose day changed counts as set by staff from then on. Raises
    InitiativeRuleError for a country without a minimum. Called twice with the same, the second changes nothing.
    """
    judge(initiative.registered_date, [Count(country, 0) for country in rates])
    initiative = Initiative.objects.select_for_update().get(pk=initiative.pk)
    initiative.campaign, initiative.is_public = campaign, is_public
    initiative.default_validity_rate = default_validity_rate
    initiative.save(update_fields=["campaign", "is_public", "default_validity_rate"])
    initiative.validity_estimates.exclude(country__in=rates).delete()
    for country, rate in rates.items():
        ValidityEstimate.objects.update_or_create(initiative=initiative, country=country, defaults={"rate": rate})
    initiative.deadlines.exclude(kind__in=deadlines).delete()
    for kind, due in deadlines.items():
        if not initiative.deadlines.filter(kind=kind, due_date=due).exists():
            InitiativeDeadline.objects.update_or_create(
                initiative=initiative, kind=kind, defaults={"due_date": due, "origin": DeadlineOrigin.STAFF}
            )
    audit.record(
        "campaigns.initiative.settings_changed",
        by=by,
        target=initiative,
        is_public=is_public,
        default_rate=str(default_validity_rate),
        rates={country: str(rate) for country, rate in rates.items()},
        deadlines={kind: due.isoformat() for kind, due in deadlines.items()},
    )
    return initiative


__all__ = [
    "ImportReport",
    "InitiativeImportError",
    "InitiativeRuleError",
    "change_initiative_settings",
    "fingerprint_of",
    "import_counts",
    "import_register_entry",
    "restore_snapshot",
    "set_aside_snapshot",
]
