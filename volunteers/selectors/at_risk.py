"""Shifts that begin within 48 hours and are not safe yet, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from volunteers.models import CoverRequest, Shift
from volunteers.querysets import ShiftQuerySet
from volunteers.selectors.event_staffing import is_trained, lacks_language, with_people

HORIZON = timedelta(hours=48)


@dataclass(frozen=True)
class AtRisk:
    """One shift and what is wrong: people missing, requests for cover, its language, nobody with its certificate."""

    shift: Shift
    taken: int
    missing: int
    covers: int
    lacks_language: bool
    nobody_trained: bool


def shifts_at_risk(shifts: ShiftQuerySet, at: datetime) -> list[AtRisk]:
    """Return those of ``shifts`` that begin within 48 hours and are at risk, the next first, in six queries."""
    near = with_people(shifts.to_begin(at).filter(starts_at__lte=at + HORIZON).with_where())
    asked: dict[int, int] = {}
    rows = CoverRequest.objects.open(at).filter(assignment__shift__in=near)
    for shift_id in rows.values_list("assignment__shift", flat=True):
        asked[shift_id] = asked.get(shift_id, 0) + 1
    judged = [_judged(shift, asked.get(shift.pk, 0)) for shift in near]
    risky = [row for row in judged if row.missing or row.covers or row.lacks_language or row.nobody_trained]
    return sorted(risky, key=lambda row: (row.shift.starts_at, row.shift.pk))


def _judged(shift: Shift, covers: int) -> AtRisk:
    people = shift.people  # type: ignore[attr-defined]
    needs_certificate = shift.required_curriculum_id is not None
    return AtRisk(
        shift=shift,
        taken=len(people),
        missing=max(shift.needed - len(people), 0),
        covers=covers,
        lacks_language=lacks_language(shift),
        nobody_trained=needs_certificate and not any(is_trained(place, shift) for place in people),
    )
