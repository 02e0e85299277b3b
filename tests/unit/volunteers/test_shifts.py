"""Shifts: who gets a place, who is refused, what happens twice or at the same moment."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from campaigns.models import Campaign
from core.models import AuditEntry
from messaging.models import OutboundMessage
from tests.factories.staff import World, make_user
from tests.factories.trainings import SATURDAY, make_curriculum, make_shift, make_volunteer
from tests.threads import run_at_once
from volunteers.actions.shifts import (
    CertificateMissing,
    NotStarted,
    OtherCampaign,
    PlaceReleased,
    ShiftCancelled,
    ShiftFull,
    ShiftOver,
    ShiftRefused,
    ShiftsOverlap,
    announce_moved_shift,
    assign_volunteer,
    cancel_shift,
    give_back_shift,
    record_outcome,
    release_volunteer,
    take_shift,
)
from volunteers.enums import AssignmentStatus
from volunteers.models import Certificate, HoursEntry, Shift, ShiftAssignment, Volunteer
from volunteers.selectors.agenda import upcoming_shifts_of
from volunteers.selectors.certificates import holds_certificate

pytestmark = pytest.mark.django_db
AFTER = SATURDAY + timedelta(hours=3)


def assign(shift: Shift, volunteer: Volunteer, at: datetime) -> ShiftAssignment:
    return assign_volunteer(shift=shift, volunteer=volunteer, by="test", at=at)


def test_assign_gives_a_place_once(ours: World, at: datetime) -> None:
    shift, volunteer = make_shift(ours), make_volunteer(ours)
    first = assign(shift, volunteer, at)
    assert assign(shift, volunteer, at + timedelta(hours=1)) == first
    assert first.status == AssignmentStatus.ASSIGNED
    assert AuditEntry.objects.filter(action="volunteers.shift.assigned").count() == 1
    volunteer.refresh_from_db()
    assert volunteer.last_touch_at == at


def test_assign_beyond_what_is_needed_is_refused(ours: World, at: datetime) -> None:
    shift = make_shift(ours, needed=1)
    assignment = assign(shift, make_volunteer(ours), at)
    with pytest.raises(ShiftFull):
        assign(shift, make_volunteer(ours), at)
    release_volunteer(assignment=assignment, by="test", at=at)
    assign(shift, make_volunteer(ours), at)
    with pytest.raises(ShiftFull):
        assign(shift, assignment.volunteer, at)
    assert not OutboundMessage.objects.exists()


@pytest.mark.parametrize(
    ("issued", "until", "revoked", "held"),
    [
        (None, None, False, False),
        ("2026-03-01", None, False, True),
        ("2026-03-01", "2026-03-07", False, True),
        ("2025-03-01", "2026-03-06", False, False),
        ("2026-03-08", None, False, False),
        ("2026-03-01", None, True, False),
    ],
)
def test_assign_asks_for_a_certificate_valid_on_the_day(
    ours: World, at: datetime, issued: str | None, until: str | None, revoked: bool, held: bool
) -> None:
    training, volunteer = make_curriculum(ours), make_volunteer(ours)
    shift = make_shift(ours, required_curriculum=training)
    if issued:
        Certificate.objects.create(
            code="A" * 12,
            curriculum=training,
            volunteer=volunteer,
            issued_date=issued,
            valid_until=until,
            revoked_at=at if revoked else None,
        )
    assert holds_certificate(volunteer, training, date(2026, 3, 7)) is held
    assert holds_certificate(volunteer, None, date(2026, 3, 7))
    if held:
        assign(shift, volunteer, at)
    else:
        with pytest.raises(CertificateMissing):
            assign(shift, volunteer, at)
    assert ShiftAssignment.objects.exists() is held


def test_assign_judges_the_day_in_the_campaigns_zone(ours: World, at: datetime) -> None:
    """23:30 UTC on the 6th is the 7th in Brussels."""
    training, volunteer = make_curriculum(ours), make_volunteer(ours)
    Certificate.objects.create(code="A" * 12, curriculum=training, volunteer=volunteer, issued_date="2026-03-07")
    shift = make_shift(ours, SATURDAY.replace(day=6, hour=23, minute=30), required_curriculum=training)
    assign(shift, volunteer, at)


def test_assign_of_another_training_or_campaign_is_refused(ours: World, theirs: World, at: datetime) -> None:
    volunteer = make_volunteer(ours)
    Certificate.objects.create(
        code="A" * 12, curriculum=make_curriculum(ours), volunteer=volunteer, issued_date="2026-03-01"
    )
    with pytest.raises(CertificateMissing):
        assign(make_shift(ours, required_curriculum=make_curriculum(ours)), volunteer, at)
    with pytest.raises(OtherCampaign):
        assign(make_shift(theirs), volunteer, at)


@pytest.mark.parametrize(("hours", "overlaps"), [(-3, False), (-2, True), (0, True), (2, True), (3, False)])
def test_assign_over_another_shift_is_refused_even_in_another_campaign(
    ours: World, at: datetime, hours: int, overlaps: bool
) -> None:
    volunteer = make_volunteer(ours)
    assign(make_shift(ours), volunteer, at)
    other = Campaign.objects.create(title="Second", slug="second", organisation=ours.lead)
    again = Volunteer.objects.create(
        supporter=volunteer.supporter,
        campaign=other,
        organisation=ours.lead,
        calendar_key="again",
        stage_since_at=at,
        last_touch_at=at,
    )
    shift = make_shift(ours, SATURDAY + timedelta(hours=hours))
    Shift.objects.filter(pk=shift.pk).update(campaign=other)
    if overlaps:
        with pytest.raises(ShiftsOverlap):
            assign(shift, again, at)
    else:
        assign(shift, again, at)


def test_shift_called_off_frees_the_time_and_is_not_given(ours: World, at: datetime) -> None:
    volunteer, shift = make_volunteer(ours), make_shift(ours)
    assign(shift, volunteer, at)
    cancel_shift(shift=shift, by="test", at=at)
    assign(make_shift(ours), volunteer, at)
    with pytest.raises(ShiftCancelled):
        assign(shift, make_volunteer(ours), at)
    message = OutboundMessage.objects.get()
    assert (message.template, message.expires_at) == ("agenda_cancelled", shift.starts_at)
    cancel_shift(shift=shift, by="test", at=at)
    assert OutboundMessage.objects.count() == 1


def test_shift_that_is_over_is_not_called_off(ours: World) -> None:
    shift = cancel_shift(shift=make_shift(ours), by="test", at=AFTER)
    assert shift.cancelled_at is None


def test_volunteer_takes_and_gives_back_a_shift(ours: World, theirs: World, at: datetime) -> None:
    cleo = make_user("cleo", None)
    volunteer = make_volunteer(ours, user=cleo, organisation=ours.partner)
    lead_shift, own = make_shift(ours), make_shift(ours, SATURDAY + timedelta(days=1), organisation=ours.partner)
    for shift in (lead_shift, own):
        take_shift(shift=shift, volunteer=volunteer, by=cleo, at=at)
    assert [each.id for each in upcoming_shifts_of(cleo, at)] == [lead_shift.pk, own.pk]
    with pytest.raises(OtherCampaign):
        take_shift(shift=lead_shift, volunteer=volunteer, by=ours.manager, at=at)
    foreign = make_shift(ours, SATURDAY + timedelta(days=2), organisation=theirs.lead)
    with pytest.raises(OtherCampaign):
        take_shift(shift=foreign, volunteer=volunteer, by=cleo, at=at)
    with pytest.raises(ShiftOver):
        take_shift(shift=lead_shift, volunteer=volunteer, by=cleo, at=SATURDAY)
    mine = ShiftAssignment.objects.get(shift=lead_shift)
    with pytest.raises(ShiftOver):
        give_back_shift(assignment=mine, by=cleo, at=SATURDAY)
    give_back_shift(assignment=mine, by=cleo, at=at)
    assert [each.id for each in upcoming_shifts_of(cleo, at)] == [own.pk]


def test_outcome_done_writes_the_hours_once_and_missed_takes_them_back(ours: World, at: datetime) -> None:
    assignment = assign(make_shift(ours), make_volunteer(ours), at)
    with pytest.raises(NotStarted):
        record_outcome(assignment=assignment, status=AssignmentStatus.DONE, by="test", at=at)
    for _ in range(2):
        record_outcome(assignment=assignment, status=AssignmentStatus.DONE, by="test", at=AFTER)
    entry = HoursEntry.objects.get()
    assert (entry.minutes, entry.day, entry.kind, entry.what) == (180, date(2026, 3, 7), "shift", "Stall at the market")
    record_outcome(assignment=assignment, status=AssignmentStatus.MISSED, by="test", at=AFTER)
    assert not HoursEntry.objects.exists()
    release_volunteer(assignment=assignment, by="test", at=AFTER)
    with pytest.raises(PlaceReleased):
        record_outcome(assignment=assignment, status=AssignmentStatus.DONE, by="test", at=AFTER)


def test_hours_of_one_assignment_are_one_row_in_the_database(ours: World, at: datetime) -> None:
    assignment = assign(make_shift(ours), make_volunteer(ours), at)
    row = {"volunteer": assignment.volunteer, "day": at.date(), "minutes": 60, "assignment": assignment}
    HoursEntry.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        HoursEntry.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        HoursEntry.objects.create(volunteer=assignment.volunteer, day=at.date(), minutes=1441)


def test_hours_of_the_night_the_clock_changes_are_those_that_passed(ours: World, at: datetime) -> None:
    start = datetime.fromisoformat("2026-03-29T00:00+01:00")
    shift = make_shift(ours, start, ends_at=datetime.fromisoformat("2026-03-29T06:00+02:00"))
    assignment = assign(shift, make_volunteer(ours), at)
    record_outcome(assignment=assignment, status=AssignmentStatus.DONE, by="test", at=start + timedelta(days=1))
    assert HoursEntry.objects.get().minutes == 300


def test_moved_shift_there_and_back_is_told_twice(ours: World, at: datetime) -> None:
    shift = make_shift(ours)
    assign(shift, make_volunteer(ours), at)
    for minutes in (0, 5):
        announce_moved_shift(shift=shift, at=at + timedelta(minutes=minutes))
    assert OutboundMessage.objects.filter(template="agenda_moved").count() == 2


def test_assign_refused_leaves_nothing_behind(ours: World, at: datetime) -> None:
    shift = make_shift(ours, required_curriculum=make_curriculum(ours))
    with pytest.raises(ShiftRefused):
        assign(shift, make_volunteer(ours), at)
    assert not ShiftAssignment.objects.exists()
    assert not AuditEntry.objects.exists()
    assert not OutboundMessage.objects.exists()


def _tries(functions: list[Callable[[], Any]]) -> tuple[list[Any], list[Any]]:
    results = run_at_once(*functions)
    return [each for each in results if not isinstance(each, Exception)], [
        each for each in results if isinstance(each, Exception)
    ]


@pytest.mark.django_db(transaction=True)
def test_shift_is_never_given_to_more_than_it_needs_at_the_same_moment(ours: World, at: datetime) -> None:
    shift = make_shift(ours, needed=2)
    people = [make_volunteer(ours) for _ in range(6)]
    done, refused = _tries([lambda person=person: assign(shift, person, at) for person in people])  # type: ignore[misc]
    assert (len(done), {type(each) for each in refused}) == (2, {ShiftFull})
    assert ShiftAssignment.objects.standing().count() == 2
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_person_never_gets_two_shifts_of_one_time_at_the_same_moment(ours: World, at: datetime) -> None:
    volunteer = make_volunteer(ours)
    shifts = [make_shift(ours) for _ in range(4)]
    done, refused = _tries([lambda shift=shift: assign(shift, volunteer, at) for shift in shifts])  # type: ignore[misc]
    assert (len(done), {type(each) for each in refused}) == (1, {ShiftsOverlap})
    connection.close()
