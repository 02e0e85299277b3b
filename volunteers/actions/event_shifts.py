"""The shifts of an event live with it: planned from its type, repeated, moved and called off as it is.

`events` calls these in the transaction of its own change (settings.EVENT_PLANNED, EVENT_REPEATED, EVENT_MOVED,
EVENT_CANCELLED).
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction

from core import audit
from events.actions.notices import told_supporters
from events.models import Event
from events.recurrence import same_hour_on
from volunteers.actions.agenda_notices import CANCELLED, MOVED, tell_of_event
from volunteers.enums import AssignmentStatus
from volunteers.models import CoverRequest, Shift, ShiftAssignment, ShiftTemplate

_REPEATED = (
    "campaign_id", "organisation_id", "title", "place", "territory_id", "team_id", "needed", "language",
    "required_curriculum_id", "notes", "template_id",
)  # fmt: skip


@transaction.atomic
def plan_shifts(event: Event, *, by: audit.Actor, at: datetime) -> list[Shift]:
    """Make the shifts the event's type begins with and return all that come from it, the earliest first.

    Each lasts from before the first timeslot to after the last one, as its template says, and has no place of its own:
    it is where the event is. A repeat makes none twice.
    """
    templates = list(event.event_type.shift_templates.all())
    known = set(Shift.objects.filter(event=event, template__in=templates).values_list("template", flat=True))
    made = [_shift_of(event, template) for template in templates if template.pk not in known]
    for shift in made:
        shift.save()
        audit.record("volunteers.shift.planned", by=by, target=shift, event=event.pk)
    return list(Shift.objects.filter(event=event, template__in=templates).order_by("starts_at", "pk"))


@transaction.atomic
def repeat_shifts(event: Event, *, of: Event, by: audit.Actor, at: datetime) -> list[Shift]:
    """Give ``event`` the shifts another one has by now, on its own day, and return its shifts, the earliest first.

    Each begins at the same hour there as many days from the event as it did, and lasts as long; how many people it
    needs, language, certificate and notes come along, people do not. What was called off, or taken out of those the
    type begins with, is not repeated. A repeat makes none twice.
    """
    if not Shift.objects.filter(event=event).exists():
        days = event.starts_at.astimezone(event.zone).date() - of.starts_at.astimezone(of.zone).date()
        for shift in Shift.objects.filter(event=of, cancelled_at__isnull=True).order_by("starts_at", "pk"):
            copy = _repeated(shift, event, days)
            copy.save()
            audit.record("volunteers.shift.planned", by=by, target=copy, event=event.pk, of=shift.pk)
    return list(Shift.objects.filter(event=event).order_by("starts_at", "pk"))


def _repeated(shift: Shift, event: Event, days: timedelta) -> Shift:
    zone = event.zone
    starts_at = same_hour_on(shift.starts_at, shift.starts_at.astimezone(zone).date() + days, zone)
    columns = {name: getattr(shift, name) for name in _REPEATED}
    ends_at = starts_at + (shift.ends_at - shift.starts_at)
    return Shift(event=event, starts_at=starts_at, ends_at=ends_at, is_generated=event.is_generated, **columns)


@transaction.atomic
def move_shifts(event: Event, *, by_how: timedelta, at: datetime, slots: Collection[int] | None = None) -> list[Shift]:
    """Move the event's shifts ``by_how``, tell everybody concerned who has one of them once, and return the moved ones.

    ``slots`` None: the place is another one, which concerns all; else those whose shift has another time. Who is told
    of the move as a guest hears of their shifts in that message (`duties_at`) and gets no second one.

    A shift as its template made it follows the event's new start and end; one that was changed by hand moves as far as
    the event's start did. ``by_how`` of nothing means that the place or the end is another one. Nobody loses a shift by
    it: who has another one then, or no certificate on the new day, is marked on the board and in the staffing.
    Call it once per change, in the change's transaction: of shifts changed by hand nothing says that they were moved.
    """
    rows = Shift.objects.select_for_update(of=("self",)).filter(event=event, cancelled_at__isnull=True, ends_at__gt=at)
    shifts = list(rows.select_related("template").order_by("pk"))
    before = {shift.pk: (shift.starts_at, shift.ends_at) for shift in shifts}
    for shift in shifts:
        _move(shift, event, by_how)
        if shift.template_id:
            shift.territory_id = event.territory_id
        shift.save(update_fields=["starts_at", "ends_at", "territory"])
        audit.record("volunteers.shift.moved", by="events", target=shift, event=event.pk)
    concerned = [each for each in shifts if slots is None or before[each.pk] != (each.starts_at, each.ends_at)]
    coming = [shift for shift in concerned if shift.starts_at > at]
    tell_of_event(_one_place_each(coming, without=told_supporters(event)), MOVED, at=at)
    return shifts


@transaction.atomic
def cancel_shifts(event: Event, *, by: audit.Actor, at: datetime) -> list[Shift]:
    """Call off the event's shifts that are not over, tell everybody who has one once, and return them.

    Who registered for the event as well was told as a guest and gets no second message. A repeat changes nothing.
    """
    rows = Shift.objects.select_for_update(of=("self",)).filter(event=event, cancelled_at__isnull=True, ends_at__gt=at)
    shifts = list(rows.order_by("pk"))
    for shift in shifts:
        shift.cancelled_at = at
        shift.save(update_fields=["cancelled_at"])
        audit.record("volunteers.shift.cancelled", by=by, target=shift, event=event.pk)
    CoverRequest.objects.filter(assignment__shift__in=shifts, closed_at__isnull=True).update(closed_at=at)
    tell_of_event(_one_place_each(shifts, without=told_supporters(event)), CANCELLED, at=at)
    return shifts


def _shift_of(event: Event, template: ShiftTemplate) -> Shift:
    starts_at, ends_at = _span(event, template)
    return Shift(
        campaign_id=event.campaign_id,
        organisation_id=event.organisation_id,
        event=event,
        template=template,
        title=template.title,
        starts_at=starts_at,
        ends_at=ends_at,
        territory_id=event.territory_id,
        needed=template.needed,
        language=template.language,
        required_curriculum_id=template.required_curriculum_id,
        notes=template.notes,
        is_generated=event.is_generated,
    )


def _span(event: Event, template: ShiftTemplate) -> tuple[datetime, datetime]:
    before, after = timedelta(minutes=template.minutes_before), timedelta(minutes=template.minutes_after)
    return event.starts_at - before, event.ends_at + after


def _move(shift: Shift, event: Event, by_how: timedelta) -> None:
    if shift.template is not None:
        starts_at, ends_at = _span(event, shift.template)
        if shift.starts_at in (starts_at - by_how, starts_at):  # as it was made, or moved along already
            shift.starts_at, shift.ends_at = starts_at, ends_at
            return
    shift.starts_at, shift.ends_at = shift.starts_at + by_how, shift.ends_at + by_how


def _one_place_each(shifts: Iterable[Shift], without: Collection[int] = ()) -> list[int]:
    """Return one assignment per person: a message about the earliest names their others of the event."""
    rows = (
        ShiftAssignment.objects.filter(shift__in=list(shifts), status=AssignmentStatus.ASSIGNED)
        .order_by("shift__starts_at", "pk")
        .values_list("volunteer__supporter", "pk")
    )
    first: dict[int, int] = {}
    for supporter, assignment in rows:
        if supporter not in without:
            first.setdefault(supporter, assignment)
    return list(first.values())
