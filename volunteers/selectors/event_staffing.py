"""Whether events have their people, and the time these gave (settings.EVENT_STAFFING, EVENT_HOURS)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Prefetch, Sum

from campaigns.zones import local_day
from events.staffing import Staffing
from volunteers.enums import AssignmentStatus
from volunteers.models import Certificate, HoursEntry, Shift, ShiftAssignment

OPEN = (AssignmentStatus.ASSIGNED, AssignmentStatus.DONE)


def staffing_of(event_ids: Collection[int], at: datetime) -> dict[int, Staffing]:
    """Return the staffing of the events that have shifts, in six queries however many they are.

    A shift with more people than it needs makes up for no other. ``at`` changes nothing: what was, stays to be read.
    """
    shifts = with_people(Shift.objects.filter(event__in=event_ids, cancelled_at__isnull=True))
    busy = busy_spans(shifts)
    by_event: dict[int, list[Shift]] = defaultdict(list)
    for shift in shifts:
        if shift.event_id is not None:
            by_event[shift.event_id].append(shift)
    return {event_id: _staffing(rows, busy) for event_id, rows in by_event.items()}


def minutes_of(event_ids: Collection[int]) -> dict[int, int]:
    """Return the minutes volunteers gave in the shifts of each event that has any, in one query."""
    rows = HoursEntry.objects.filter(assignment__shift__event__in=event_ids).order_by()
    sums = rows.values_list("assignment__shift__event").annotate(total=Sum("minutes"))
    return {event_id: minutes for event_id, minutes in sums if event_id is not None}


def with_people(shifts: Iterable[Shift]) -> list[Shift]:
    """Return the shifts with who has each as ``people``, what these speak and hold; four queries."""
    places = ShiftAssignment.objects.standing().select_related("volunteer__supporter").order_by("pk")
    valid = Certificate.objects.filter(revoked_at__isnull=True)
    places = places.prefetch_related(
        "volunteer__languages", Prefetch("volunteer__certificates", queryset=valid, to_attr="held")
    )
    rows = shifts.select_related("campaign", "required_curriculum")  # type: ignore[attr-defined]
    return list(rows.prefetch_related(Prefetch("assignments", queryset=places, to_attr="people")).order_by("pk"))


def is_trained(place: ShiftAssignment, shift: Shift) -> bool:
    """Whether the certificate the shift asks for is valid on its day; ``place`` comes from `with_people`."""
    if shift.required_curriculum_id is None:
        return True
    day = local_day(shift.starts_at, shift.campaign)
    return any(
        each.curriculum_id == shift.required_curriculum_id
        and each.issued_date <= day
        and (each.valid_until is None or each.valid_until >= day)
        for each in place.volunteer.held  # type: ignore[attr-defined]
    )


def lacks_language(shift: Shift) -> bool:
    """Whether the shift needs a language nobody who has it speaks, or has nobody at all."""
    if not shift.language:
        return False
    spoken = {each.language for place in shift.people for each in place.volunteer.languages.all()}  # type: ignore[attr-defined]
    return shift.language not in spoken


def busy_spans(shifts: list[Shift]) -> dict[int, list[tuple[int, datetime, datetime]]]:
    """Return (shift, start, end) of all the people of ``shifts`` have promised around them, by person; one query."""
    people = {place.volunteer.supporter_id for shift in shifts for place in shift.people}  # type: ignore[attr-defined]
    if not people:
        return {}
    rows = ShiftAssignment.objects.filter(
        status__in=OPEN,
        volunteer__supporter__in=people,
        shift__cancelled_at__isnull=True,
        shift__ends_at__gt=min(shift.starts_at for shift in shifts),
        shift__starts_at__lt=max(shift.ends_at for shift in shifts),
    ).values_list("volunteer__supporter", "shift_id", "shift__starts_at", "shift__ends_at")
    found: dict[int, list[tuple[int, datetime, datetime]]] = defaultdict(list)
    for person, shift, starts_at, ends_at in rows:
        found[person].append((shift, starts_at, ends_at))
    return found


def _staffing(shifts: list[Shift], busy: dict[int, list[tuple[int, datetime, datetime]]]) -> Staffing:
    people: list[tuple[Shift, ShiftAssignment]] = [(shift, place) for shift in shifts for place in shift.people]  # type: ignore[attr-defined]
    return Staffing(
        needed=sum(shift.needed for shift in shifts),
        taken=sum(min(len(shift.people), shift.needed) for shift in shifts),  # type: ignore[attr-defined,misc]
        missing_languages=tuple(sorted({shift.language for shift in shifts if lacks_language(shift)})),
        untrained=sum(1 for shift, place in people if not is_trained(place, shift)),
        clashes=sum(_clashes(shift, busy.get(place.volunteer.supporter_id, [])) for shift, place in people),
    )


def _clashes(shift: Shift, spans: list[tuple[int, datetime, datetime]]) -> bool:
    return any(pk != shift.pk and start < shift.ends_at and end > shift.starts_at for pk, start, end in spans)
