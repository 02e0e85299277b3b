"""Sessions and certificates: places, presence, what is due, what happens twice or at the same moment."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from messaging.models import OutboundMessage
from tests.factories.staff import World, make_user
from tests.factories.trainings import SATURDAY, make_curriculum, make_place, make_session, make_volunteer
from tests.threads import run_at_once
from volunteers.actions.certificates import ReasonMissing, issue_due_certificates, revoke_certificate
from volunteers.actions.hours import (
    FollowsItsOrigin,
    ImpossibleHours,
    correct_hours,
    record_other_work,
    remove_hours,
)
from volunteers.actions.trainings import (
    OtherTraining,
    SessionCancelled,
    SessionFull,
    SessionNotOpen,
    SessionOver,
    answer_invitation,
    cancel_session,
    invite_volunteers,
    record_everyone_attended,
    record_presence,
)
from volunteers.enums import Stage, TrainingPresence
from volunteers.models import (
    Certificate,
    Curriculum,
    HoursEntry,
    Team,
    TrainingAttendance,
    TrainingSession,
    Volunteer,
)
from volunteers.selectors.agenda import upcoming_trainings_of
from volunteers.selectors.certificates import Standing, verify_code
from volunteers.selectors.hours import Period, minutes_by_team, minutes_by_volunteer, minutes_of

pytestmark = pytest.mark.django_db
ATTENDED, COMING = TrainingPresence.ATTENDED, TrainingPresence.COMING


def mark(
    session: TrainingSession, volunteer: Volunteer, presence: TrainingPresence, at: datetime
) -> TrainingAttendance:
    return record_presence(session=session, volunteer=volunteer, presence=presence, by="test", at=at)


def attend(curriculum: Curriculum, volunteer: Volunteer, day: datetime, unit: int = 1) -> TrainingAttendance:
    return make_place(make_session(curriculum, day, unit=unit), volunteer, ATTENDED)


def issue(curriculum: Curriculum, at: datetime, session: TrainingSession | None = None) -> list[Certificate]:
    return issue_due_certificates(curriculum=curriculum, session=session, by="test", at=at)


def test_invite_asks_each_once_and_leaves_answers_alone(ours: World, theirs: World, at: datetime) -> None:
    session, people = make_session(make_curriculum(ours)), [make_volunteer(ours) for _ in range(3)]
    mark(session, people[0], TrainingPresence.DECLINED, at)
    assert len(invite_volunteers(session=session, volunteers=people, by="test", at=at)) == 2
    assert invite_volunteers(session=session, volunteers=people, by="test", at=at) == []
    assert OutboundMessage.objects.filter(template="training_invitation").count() == 2
    with pytest.raises(OtherTraining):
        invite_volunteers(session=session, volunteers=[make_volunteer(theirs)], by="test", at=at)
    with pytest.raises(SessionOver):
        invite_volunteers(session=session, volunteers=people, by="test", at=SATURDAY)


def test_coming_takes_one_of_the_places(ours: World, at: datetime) -> None:
    session = make_session(make_curriculum(ours), capacity=1)
    first = make_volunteer(ours)
    place = mark(session, first, COMING, at)
    assert mark(session, first, COMING, at) == place
    with pytest.raises(SessionFull):
        mark(session, make_volunteer(ours), COMING, at)
    mark(session, first, TrainingPresence.DECLINED, at)
    mark(session, make_volunteer(ours), COMING, at)
    mark(session, first, ATTENDED, SATURDAY)  # came all the same: a fact


def test_attended_and_missed_wait_for_the_doors(ours: World, at: datetime) -> None:
    session, volunteer = make_session(make_curriculum(ours)), make_volunteer(ours)
    with pytest.raises(SessionNotOpen):
        mark(session, volunteer, ATTENDED, at)
    with pytest.raises(SessionNotOpen):
        record_everyone_attended(session=session, by="test", at=at)
    mark(session, volunteer, ATTENDED, SATURDAY - timedelta(hours=2))
    entry = HoursEntry.objects.get()
    assert (entry.minutes, entry.kind) == (120, "training")
    mark(session, volunteer, TrainingPresence.MISSED, SATURDAY)
    assert not HoursEntry.objects.exists()


def test_session_called_off_takes_no_presence(ours: World, at: datetime) -> None:
    session, volunteer = make_session(make_curriculum(ours)), make_volunteer(ours)
    mark(session, volunteer, COMING, at)
    for _ in range(2):
        cancel_session(session=session, by="test", at=at)
    assert OutboundMessage.objects.filter(template="agenda_cancelled").count() == 1
    for presence in (COMING, ATTENDED):
        with pytest.raises(SessionCancelled):
            mark(session, make_volunteer(ours), presence, SATURDAY)
    with pytest.raises(SessionCancelled):
        record_everyone_attended(session=session, by="test", at=SATURDAY)
    with pytest.raises(SessionCancelled):
        invite_volunteers(session=session, volunteers=[volunteer], by="test", at=at)


def test_answer_may_change_until_the_session_begins(ours: World, at: datetime) -> None:
    cleo = make_user("cleo", None)
    volunteer = make_volunteer(ours, user=cleo)
    session = make_session(make_curriculum(ours))
    place = make_place(session, volunteer, TrainingPresence.INVITED)
    assert upcoming_trainings_of(cleo, at)[0].presence == "invited"
    answer_invitation(place=place, is_coming=True, by=cleo, at=at)
    assert upcoming_trainings_of(cleo, at)[0].presence == "coming"
    answer_invitation(place=place, is_coming=False, by=cleo, at=at)
    assert upcoming_trainings_of(cleo, at) == []
    with pytest.raises(SessionOver):
        answer_invitation(place=place, is_coming=True, by=cleo, at=SATURDAY)


def test_certificate_is_due_after_enough_different_units(ours: World, at: datetime) -> None:
    training = make_curriculum(ours, sessions_required=2)
    volunteer, other = make_volunteer(ours), make_volunteer(ours)
    attend(training, volunteer, at - timedelta(days=30), unit=1)
    attend(training, volunteer, at - timedelta(days=20), unit=1)
    attend(training, other, at - timedelta(days=20), unit=1)
    assert issue(training, at) == []
    last = attend(training, volunteer, at - timedelta(days=10), unit=2)
    [certificate] = issue(training, at, last.session)
    assert (certificate.volunteer, certificate.issued_date) == (volunteer, date(2026, 2, 20))
    assert certificate.valid_until == date(2028, 2, 20)
    assert len(certificate.code) >= 10
    assert issue(training, at) == []


def test_certificate_of_a_session_is_for_those_who_were_there(ours: World, at: datetime) -> None:
    training = make_curriculum(ours)
    here = attend(training, make_volunteer(ours), at - timedelta(days=3))
    attend(training, make_volunteer(ours), at - timedelta(days=4))
    assert [each.volunteer for each in issue(training, at, here.session)] == [here.volunteer]


def test_certificate_is_renewed_by_attending_again(ours: World, at: datetime) -> None:
    training, volunteer = make_curriculum(ours, valid_months=12), make_volunteer(ours)
    attend(training, volunteer, at - timedelta(days=400))
    issue(training, at)
    assert issue(training, at) == []
    attend(training, volunteer, at - timedelta(days=5))
    [renewed] = issue(training, at)
    assert renewed.issued_date == date(2026, 2, 25)
    assert Certificate.objects.filter(volunteer=volunteer).count() == 2


def test_certificate_without_end_is_not_issued_twice(ours: World, at: datetime) -> None:
    training, volunteer = make_curriculum(ours, valid_months=None), make_volunteer(ours)
    attend(training, volunteer, at - timedelta(days=400))
    assert issue(training, at)[0].valid_until is None
    attend(training, volunteer, at - timedelta(days=5))
    assert issue(training, at) == []


def test_certificate_taken_back_comes_again_only_by_attending_again(ours: World, at: datetime) -> None:
    training, volunteer = make_curriculum(ours, valid_months=None), make_volunteer(ours)
    attend(training, volunteer, at - timedelta(days=10))
    [certificate] = issue(training, at)
    with pytest.raises(ReasonMissing):
        revoke_certificate(certificate=certificate, reason=" ", by="test", at=at)
    for reason in ("left us", "another reason"):
        revoke_certificate(certificate=certificate, reason=reason, by="test", at=at)
    assert certificate.revoked_reason == "left us"
    assert issue(training, at) == []
    attend(training, volunteer, at + timedelta(days=10))
    assert len(issue(training, at + timedelta(days=11))) == 1


def test_verification_says_no_more_than_it_must(ours: World, at: datetime) -> None:
    training, volunteer = make_curriculum(ours), make_volunteer(ours, "Amina van den Berg")
    attend(training, volunteer, at - timedelta(days=10))
    [certificate] = issue(training, at)
    found = verify_code(certificate.code.lower(), at=at)
    assert (found.standing, found.name, found.training) == (Standing.VALID, "Amina B.", training.title)
    last = datetime(2028, 2, 20, 22, 30, tzinfo=at.tzinfo)  # half an hour before midnight in Brussels
    assert verify_code(certificate.code, at=last).standing == Standing.VALID
    assert verify_code(certificate.code, at=last + timedelta(hours=1)).standing == Standing.EXPIRED
    revoke_certificate(certificate=certificate, reason="x", by="test", at=at)
    assert verify_code(certificate.code, at=at).standing == Standing.REVOKED
    assert verify_code("A" * 12, at=at).standing == Standing.UNKNOWN
    assert verify_code("'; drop", at=at).standing == Standing.UNKNOWN


def test_database_keeps_certificates_and_places_single(ours: World, at: datetime) -> None:
    training, volunteer = make_curriculum(ours), make_volunteer(ours)
    row = {"curriculum": training, "volunteer": volunteer, "issued_date": at.date()}
    Certificate.objects.create(code="A" * 12, **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(code="B" * 12, **row)
    session = make_session(training)
    make_place(session, volunteer)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_place(session, volunteer)


def test_other_work_is_written_corrected_and_removed(ours: World, at: datetime) -> None:
    volunteer, today = make_volunteer(ours), at.date()
    told = {"volunteer": volunteer, "day": today, "minutes": 90, "what": "translated the leaflet", "by": "test"}
    entry = record_other_work(**told, at=at)
    assert record_other_work(**told, at=at) == entry
    for changes in ({"minutes": 0}, {"minutes": 1441}, {"day": today + timedelta(days=1)}):
        with pytest.raises(ImpossibleHours):
            record_other_work(**{**told, **changes}, at=at)
    entry = correct_hours(entry=entry, day=today, minutes=60, what="translated", by="test", at=at)
    assert minutes_of(volunteer).total == 60
    remove_hours(entry=entry, by="test")
    place = attend(make_curriculum(ours), volunteer, at)
    training = HoursEntry.objects.create(volunteer=volunteer, day=today, minutes=30, kind="training", attendance=place)
    with pytest.raises(FollowsItsOrigin):
        remove_hours(entry=training, by="test")


def test_correction_by_hand_survives_another_tap(ours: World) -> None:
    session, volunteer = make_session(make_curriculum(ours)), make_volunteer(ours)
    mark(session, volunteer, ATTENDED, SATURDAY)
    entry = HoursEntry.objects.get()
    correct_hours(entry=entry, day=entry.day, minutes=45, what="left early", by="test", at=SATURDAY)
    mark(session, volunteer, ATTENDED, SATURDAY)
    assert record_everyone_attended(session=session, by="test", at=SATURDAY) == 0
    assert HoursEntry.objects.get().minutes == 45


@pytest.mark.parametrize("people", [1, 3])
def test_totals_are_one_query_and_see_only_what_the_viewer_sees(
    ours: World, theirs: World, at: datetime, people: int, django_assert_num_queries: object
) -> None:
    team = Team.objects.create(campaign=ours.campaign, organisation=ours.lead, name="North")
    for minutes in range(people):
        volunteer = make_volunteer(ours, team=team)
        HoursEntry.objects.create(volunteer=volunteer, day=at.date(), minutes=60 + minutes, kind="shift")
        HoursEntry.objects.create(volunteer=volunteer, day=date(2020, 1, 1), minutes=5)
    HoursEntry.objects.create(volunteer=make_volunteer(theirs), day=at.date(), minutes=600)
    period = Period(at.date(), at.date())
    total = sum(60 + minutes for minutes in range(people))
    with django_assert_num_queries(1):  # type: ignore[operator]
        [row] = minutes_by_team(ours.coordinator, period)
    assert (row.name, row.total, row.shift, row.people) == ("North", total, total, people)
    with django_assert_num_queries(1):  # type: ignore[operator]
        rows = minutes_by_volunteer(ours.coordinator, period)
    assert [each.total for each in rows] == sorted((60 + minutes for minutes in range(people)), reverse=True)
    assert minutes_by_team(ours.manager, period) == []


@pytest.mark.django_db(transaction=True)
def test_session_is_never_promised_beyond_its_places_at_the_same_moment(ours: World, at: datetime) -> None:
    session = make_session(make_curriculum(ours), capacity=2)
    people = [make_volunteer(ours) for _ in range(6)]
    results = run_at_once(*[lambda person=person: mark(session, person, COMING, at) for person in people])  # type: ignore[misc]
    assert sum(isinstance(each, SessionFull) for each in results) == 4
    assert TrainingAttendance.objects.filter(presence=COMING).count() == 2
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_at_one_sheet_write_hours_and_certificates_once(ours: World, at: datetime) -> None:
    training = make_curriculum(ours)
    session = make_session(training)
    people = [make_volunteer(ours) for _ in range(3)]
    for person in people:
        make_place(session, person)
    everyone = [lambda: record_everyone_attended(session=session, by="test", at=SATURDAY)] * 2
    taps = [lambda person=person: mark(session, person, ATTENDED, SATURDAY) for person in people]  # type: ignore[misc]
    results = run_at_once(*everyone, *taps)
    assert not [each for each in results if isinstance(each, Exception)]
    assert HoursEntry.objects.count() == 3
    issued = run_at_once(*[lambda: issue(training, SATURDAY)] * 4)
    assert sorted(map(len, issued)) == [0, 0, 0, 3]
    assert Certificate.objects.count() == 3
    connection.close()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Stage.APPLIED, Stage.TRAINED),
        (Stage.CONTACTED, Stage.TRAINED),
        (Stage.ACTIVE, Stage.ACTIVE),
        (Stage.RESTING, Stage.RESTING),
    ],
)
def test_certificate_makes_newcomers_trained_and_leaves_the_others(ours: World, before: Stage, after: Stage) -> None:
    curriculum = make_curriculum(ours)
    volunteer = make_volunteer(ours)
    Volunteer.objects.filter(pk=volunteer.pk).update(stage=before)
    attend(curriculum, volunteer, SATURDAY)
    for _twice in range(2):
        issue(curriculum, SATURDAY + timedelta(days=1))
    volunteer.refresh_from_db()
    steps = list(volunteer.stage_changes.values_list("to_stage", "actor"))
    assert volunteer.stage == after
    assert steps == ([("trained", "job:issue_certificates")] if before != after else [])
