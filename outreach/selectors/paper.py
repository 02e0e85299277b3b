"""Paper batches that want somebody's attention: overdue back, to be destroyed soon, now, or too late."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.initiative_rules import country_rules
from outreach.enums import BatchStatus
from outreach.models import PaperBatch, PaperBatchEvent
from places.names import names_by_code
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from accounts.models import User

# Days before the last day of destruction on which staff are told, the most urgent first.
THRESHOLDS = (0, 7, 30)


class Urgency(Enum):
    """How an alarm is shown."""

    SOON = "soon"
    CLOSE = "close"
    NOW = "now"


@dataclass(frozen=True)
class Alarm:
    """One reason to look after one batch. ``threshold``: ``back``, or ``destroy-30``, ``destroy-7``, ``destroy-0``."""

    batch: PaperBatch
    threshold: str
    due_date: date
    urgency: Urgency
    message: str


def alarms_for(user: "User", *, on: date) -> list[Alarm]:
    """Return the alarms of the batches a user sees, the most urgent first. One query."""
    return alarms_among(PaperBatch.objects.visible_to(user), on=on)


def alarms_among(batches: QuerySet[PaperBatch], *, on: date) -> list[Alarm]:
    """Return the alarms of these batches on a day. One query: only rows with an alarm are read."""
    due_back = Q(status=BatchStatus.ISSUED, due_back_date__lt=on)
    to_destroy = Q(destroy_by_date__lte=on + timedelta(days=max(THRESHOLDS)))
    rows = batches.out().filter(due_back | to_destroy)  # type: ignore[attr-defined]
    found = [alarm for batch in rows.select_related("initiative", "organisation", "holder__supporter")
             for alarm in _alarms_of(batch, on)]  # fmt: skip
    urgent = [Urgency.NOW, Urgency.CLOSE, Urgency.SOON]
    return sorted(found, key=lambda alarm: (urgent.index(alarm.urgency), alarm.due_date, alarm.batch.pk))


def _alarms_of(batch: PaperBatch, on: date) -> list[Alarm]:
    found = []
    if batch.status == BatchStatus.ISSUED and batch.due_back_date < on:
        late = (on - batch.due_back_date).days
        message = ngettext("overdue back since %(days)s day", "overdue back since %(days)s days", late) % {"days": late}
        urgency = Urgency.NOW if late > 7 else Urgency.CLOSE
        found.append(Alarm(batch, "back", batch.due_back_date, urgency, message))
    if batch.destroy_by_date is not None:
        left = (batch.destroy_by_date - on).days
        threshold = next((days for days in THRESHOLDS if left <= days), None)
        if threshold is not None:
            urgency = {0: Urgency.NOW, 7: Urgency.CLOSE, 30: Urgency.SOON}[threshold]
            found.append(Alarm(batch, f"destroy-{threshold}", batch.destroy_by_date, urgency, _left(left)))
    return found


def _left(days: int) -> str:
    if days > 0:
        return ngettext("to be destroyed within %(days)s day", "to be destroyed within %(days)s days", days) % {
            "days": days
        }
    if days == 0:
        return _("to be destroyed today at the latest")
    return ngettext(
        "should have been destroyed %(days)s day ago", "should have been destroyed %(days)s days ago", -days
    ) % {"days": -days}


def nationality_choices(language: str) -> list[tuple[str, str]]:
    """Return the member states with the part of the official form (Annex III) each uses, sorted by name."""
    names = names_by_code(language.split("-")[0])
    return sorted(
        (
            (code, _("%(country)s (form of Part %(part)s)") % {"country": names.get(code, code), "part": part})
            for code, part in ((rule.country, rule.annex_iii_part) for rule in country_rules().values())
        ),
        key=lambda choice: choice[1],
    )


@dataclass(frozen=True)
class LogLine:
    """One step of a batch with the names of whoever is still known."""

    event: PaperBatchEvent
    gave: str
    took: str
    who: str


def hand_over_log(batch: PaperBatch) -> list[LogLine]:
    """Return a batch's log, the first step first. Three queries."""
    events = list(batch.events.all())
    holders = [pk for each in events for pk in (each.from_holder_id, each.to_holder_id) if pk is not None]
    known = Volunteer.objects.filter(pk__in=holders).select_related("supporter")
    people: dict[int | None, str] = {each.pk: str(each) for each in known}
    actors = {each.actor.removeprefix("user:") for each in events if each.actor.startswith("user:")}
    staff = {f"user:{each.pk}": str(each) for each in get_user_model().objects.filter(pk__in=actors)}
    return [
        LogLine(
            each,
            gave=people.get(each.from_holder_id, ""),
            took=people.get(each.to_holder_id, ""),
            who=_("by itself") if each.actor.startswith("job:") else staff.get(each.actor, ""),
        )
        for each in events
    ]
