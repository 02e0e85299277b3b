"""The shifts of the demo's events: who stood where, who comes, and the hours they gave. All generated."""

import random
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from campaigns.demo_vote import SLUG
from campaigns.models import Campaign
from events.enums import EventKind, EventStatus
from events.models import Event
from volunteers.actions.hours import minutes_between
from volunteers.demo import CLEO
from volunteers.enums import AssignmentStatus, HoursKind
from volunteers.models import HoursEntry, Shift, ShiftAssignment, Volunteer

SEED = 2018
_NEEDED = {
    EventKind.STAND: (3, 4), EventKind.CANVASS: (4, 6), EventKind.WORKSHOP: (2, 3), EventKind.HOUSE_MEETING: (1, 2),
    EventKind.FOCUS_GROUP: (2, 2), EventKind.TRAINING: (1, 2), EventKind.PHONE_BANK: (4, 6), EventKind.ONLINE: (1, 1),
    EventKind.PRESS: (1, 2),
}  # fmt: skip
_SETTING_UP = timedelta(minutes=30)


@transaction.atomic
def load_demo_event_shifts(*, at: datetime | None = None) -> list[Shift]:
    """Give every event of the demo a shift, staffed when it is over and nearly so when it is to come; return them.

    Cleo works at the stand that begins with the hour. A second call adds nothing; nobody is written to.
    """
    at = at or timezone.now()
    campaign = Campaign.objects.get(slug=SLUG)
    if not Shift.objects.filter(campaign=campaign, event__isnull=False).exists():
        events = Event.objects.filter(campaign=campaign, is_generated=True).exclude(status=EventStatus.DRAFT)
        dice = random.Random(SEED)
        planned = events.select_related("event_type", "venue", "territory").order_by("starts_at", "pk")
        shifts = Shift.objects.bulk_create(_shift(event, dice) for event in planned)
        _staff(shifts, campaign, at, dice)
        _bring_cleo(campaign, at)
    return list(Shift.objects.filter(campaign=campaign, event__isnull=False))


def _shift(event: Event, dice: random.Random) -> Shift:
    least, most = _NEEDED[EventKind(event.event_type.kind)]
    return Shift(
        campaign_id=event.campaign_id,
        organisation_id=event.organisation_id,
        event=event,
        title=event.title,
        starts_at=event.starts_at - _SETTING_UP,
        ends_at=event.ends_at + _SETTING_UP,
        place=event.where[:200],
        territory_id=event.territory_id,
        needed=dice.randint(least, most),
        language=dice.choice((*event.spoken, "")),
        cancelled_at=event.cancelled_at,
        is_generated=True,
    )


def _staff(shifts: list[Shift], campaign: Campaign, at: datetime, dice: random.Random) -> None:
    working = Volunteer.objects.working().filter(campaign=campaign, is_generated=True)
    people = list(working.exclude(user__email=CLEO).order_by("pk"))
    busy: dict[int, list[tuple[datetime, datetime]]] = {}
    standing = ShiftAssignment.objects.standing().filter(volunteer__in=people).select_related("shift")
    for taken in standing:
        busy.setdefault(taken.volunteer_id, []).append((taken.shift.starts_at, taken.shift.ends_at))
    assignments = []
    for shift in shifts:
        if shift.cancelled_at is not None:
            continue
        is_over = shift.ends_at <= at
        wanted = shift.needed if is_over else max(0, shift.needed - dice.choice((0, 0, 1, 2)))
        free = [each for each in people if _is_free(busy.get(each.pk, []), shift)]
        for volunteer in dice.sample(free, min(wanted, len(free))):
            busy.setdefault(volunteer.pk, []).append((shift.starts_at, shift.ends_at))
            status = AssignmentStatus.ASSIGNED
            if is_over:
                status = AssignmentStatus.DONE if dice.random() < 0.93 else AssignmentStatus.MISSED
            decided_at = min(at, shift.starts_at) - timedelta(days=dice.uniform(0.5, 9))
            assignments.append(ShiftAssignment(shift=shift, volunteer=volunteer, status=status, decided_at=decided_at))
    ShiftAssignment.objects.bulk_create(assignments)
    HoursEntry.objects.bulk_create(
        HoursEntry(
            volunteer=done.volunteer,
            day=done.shift.starts_at.date(),
            minutes=minutes_between(done.shift.starts_at, done.shift.ends_at),
            kind=HoursKind.SHIFT,
            what=done.shift.title,
            assignment=done,
        )
        for done in assignments
        if done.status == AssignmentStatus.DONE
    )


def _is_free(taken: list[tuple[datetime, datetime]], shift: Shift) -> bool:
    return all(shift.ends_at <= starts or ends <= shift.starts_at for starts, ends in taken)


def _bring_cleo(campaign: Campaign, at: datetime) -> None:
    """Make the stall Cleo works at now the stand of the demo, and let her work at tomorrow's workshop too.

    Its guests are on her phone, because whoever works at an event checks people in from the day before.
    """
    hers = Shift.objects.filter(campaign=campaign, event__isnull=True, assignments__volunteer__user__email=CLEO)
    now = hers.filter(starts_at__lte=at, ends_at__gt=at).first()
    stand = Event.objects.filter(
        campaign=campaign, is_generated=True, starts_at__lte=at, ends_at__gt=at, event_type__kind=EventKind.STAND
    ).first()
    if now is not None and stand is not None:
        Shift.objects.filter(pk=now.pk).update(event=stand)
    tomorrow = Shift.objects.filter(
        campaign=campaign, event__event_type__kind=EventKind.WORKSHOP, starts_at__gt=at, cancelled_at__isnull=True
    ).order_by("starts_at")[:1]
    cleo = Volunteer.objects.get(campaign=campaign, user__email=CLEO)
    for shift in tomorrow:
        Shift.objects.filter(pk=shift.pk).update(needed=shift.needed + 1)
        ShiftAssignment.objects.get_or_create(shift=shift, volunteer=cleo, defaults={"decided_at": at})
