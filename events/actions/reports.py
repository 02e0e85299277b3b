"""What came of an event: written once it is over, put right later, never without saying why a number differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core import audit
from events.enums import EventStatus
from events.models import Event, FocusNote, Material, OutcomeReport
from events.selectors.reports import informed_counts


class ReportRefused(ValueError):
    """This event has no report now."""


class NotOver(ReportRefused):
    """It is not over yet."""


class WasCancelled(ReportRefused):
    """It did not take place."""


class NeverPublished(ReportRefused):
    """It is a draft still."""


class ReasonMissing(ValueError):
    """The number of people informed differs from what the phones counted and nobody says why."""


@dataclass(frozen=True)
class Note:
    """One thing said in a focus group, with the keys of barriers it speaks of."""

    text: str
    barriers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The report as written. None: not asked or not known; for ``informed``: as the phones counted.

    ``used``: material id → how much was handed out.
    """

    informed: int | None = None
    informed_reason: str = ""
    attended: int | None = None
    pledges: int | None = None
    signatures: int | None = None
    cost_cents: int | None = None
    said: str = ""
    photo_consent: str = ""
    photo_notes: str = ""
    notes: Sequence[Note] = ()
    used: dict[int, int | None] | None = None


@transaction.atomic
def write_report(*, event: Event, outcome: Outcome, by: audit.Actor, at: datetime) -> OutcomeReport:
    """Write the report of an event that is over, or put it right, and return it; the event is REPORTED from then on.

    ``informed_counted`` is set to what the phones have counted by now, and so is ``informed`` unless the author says
    another number and why. The first author and moment stay. Raises NotOver, WasCancelled, NeverPublished,
    ReasonMissing. The event's row is locked: two who write at once leave the later one's words, whole.
    """
    locked = Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
    refuse_unless_reportable(locked, at)
    counted = informed_counts([locked.pk])[locked.pk]
    informed = counted if outcome.informed is None else outcome.informed
    reason = outcome.informed_reason.strip() if informed != counted else ""
    if informed != counted and not reason:
        raise ReasonMissing
    author = by if isinstance(by, User) else None
    report = OutcomeReport.objects.filter(event=locked).first() or OutcomeReport(
        event=locked, written_by=author, written_at=at, is_generated=locked.is_generated
    )
    is_new = report.pk is None
    report.informed, report.informed_counted, report.informed_reason = informed, counted, reason
    report.changed_at = at
    for name in ("attended", "pledges", "signatures", "cost_cents", "said", "photo_consent", "photo_notes"):
        setattr(report, name, getattr(outcome, name))
    report.save()
    _write_notes(locked, outcome.notes)
    for pk, used in (outcome.used or {}).items():
        Material.objects.filter(pk=pk, event=locked).update(used=used)
    if locked.status != EventStatus.REPORTED:
        locked.status = EventStatus.REPORTED
        locked.save(update_fields=["status", "changed_at"])
    audit.record(f"events.report.{'written' if is_new else 'changed'}", by=by, target=locked)
    return report


def refuse_unless_reportable(event: Event, at: datetime) -> None:
    """Raise the ReportRefused that says why ``event`` has no report at ``at``; nothing when it may have one."""
    if event.status == EventStatus.CANCELLED:
        raise WasCancelled
    if event.status == EventStatus.DRAFT:
        raise NeverPublished
    if event.ends_at > at:
        raise NotOver


def _write_notes(event: Event, notes: Sequence[Note]) -> None:
    FocusNote.objects.filter(event=event).delete()
    FocusNote.objects.bulk_create(
        FocusNote(event=event, text=note.text, barriers=sorted(note.barriers), position=position)
        for position, note in enumerate(notes)
    )
