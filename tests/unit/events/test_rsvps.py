"""Registering, changing, cancelling: each works, is refused, may be done twice, and leaves nothing when it fails."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.models import AuditEntry
from events.actions.places import NoRoom, give_back_places, take_places
from events.actions.rsvps import (
    AnswerFirst,
    NotComing,
    NothingHeld,
    OfferLapsed,
    RegistrationClosed,
    TooLate,
    cancel_rsvp,
    change_rsvp,
    come_after_all,
    confirm_place,
    register,
)
from events.enums import EventStatus, RsvpStatus
from events.models import Event, Rsvp, Timeslot
from messaging.models import OutboundMessage
from people.models import ConsentEvent, ContactPoint, Submission, Supporter
from tests.factories.events import NOON, make_event, make_event_type, make_rsvp
from tests.factories.people import make_contact_point
from tests.factories.rsvps import make_intake

pytestmark = pytest.mark.django_db
AT = NOON - timedelta(days=10)


def sign_up(event: Event, email: str = "rita@example.org", **told: Any) -> Rsvp:
    return register(intake=make_intake(event, email, **told), at=AT).rsvp


def slot_of(event: Event, number: int = 0) -> Timeslot:
    return list(event.timeslots.all())[number]


def letters() -> list[str]:
    return list(OutboundMessage.objects.order_by("pk").values_list("template", flat=True))


def test_registering_takes_places_at_once_and_queues_one_letter() -> None:
    event = make_event(capacity=5)
    registered = register(intake=make_intake(event, party_size=3, answers={"diet": "vegan"}), at=AT)
    rsvp = registered.rsvp
    assert (rsvp.status, registered.answered_as, rsvp.party_size) == (RsvpStatus.COMING, RsvpStatus.COMING, 3)
    assert (rsvp.full_name, rsvp.answers, rsvp.is_proved) == ("Rita Guest", {"diet": "vegan"}, False)
    assert slot_of(event).taken == 3
    submission = Submission.objects.get()
    assert submission.queued_at == AT, "the drain leaves it alone"
    assert not submission.needs_confirmation
    message = OutboundMessage.objects.get()
    assert (message.template, message.address, message.purpose) == ("rsvp_registered", "rita@example.org", "service")
    assert ContactPoint.objects.get().verified_at is None
    assert AuditEntry.objects.filter(action="events.rsvp.registered").count() == 1


def test_party_that_does_not_fit_waits_as_a_whole() -> None:
    event = make_event(capacity=3)
    sign_up(event, "one@example.org", party_size=2)
    late = sign_up(event, "two@example.org", party_size=2)
    small = sign_up(event, "three@example.org", party_size=1)
    assert (late.status, small.status) == (RsvpStatus.WAITING, RsvpStatus.COMING)
    assert slot_of(event).taken == 3


def test_second_form_of_a_person_changes_nothing_and_is_answered_like_a_newcomer() -> None:
    event = make_event(capacity=4)
    first = sign_up(event, party_size=2)
    again = register(intake=make_intake(event, party_size=2, full_name="Somebody Else"), at=AT)
    assert again.rsvp.pk == first.pk
    assert again.answered_as == RsvpStatus.COMING
    full = register(intake=make_intake(event, party_size=3), at=AT)
    assert full.answered_as == RsvpStatus.WAITING, "as a newcomer with so many people would be"
    row = Rsvp.objects.get()
    assert (row.full_name, row.party_size, slot_of(event).taken) == ("Rita Guest", 2, 2)
    assert letters() == ["rsvp_registered", "rsvp_registered"], "the second one once an hour"


def test_form_never_writes_into_a_known_persons_record() -> None:
    point = make_contact_point("rita@example.org", verified_at=AT, full_name="Rita Real", language="fr")
    rsvp = sign_up(make_event(), full_name="Mallory", phone="+32470123456")
    assert rsvp.supporter == point.supporter
    point.supporter.refresh_from_db()
    assert (point.supporter.full_name, point.supporter.language) == ("Rita Real", "fr")
    assert point.supporter.contact_points.count() == 1
    assert not ConsentEvent.objects.exists()


def test_cancelled_rsvp_of_a_returning_person_is_revived_unproved() -> None:
    event = make_event(capacity=2)
    rsvp = sign_up(event)
    Rsvp.objects.update(is_proved=True)
    cancel_rsvp(rsvp=rsvp, by="tests", at=AT)
    again = sign_up(event, party_size=2)
    assert (again.pk, again.status, again.party_size, again.is_proved) == (rsvp.pk, RsvpStatus.COMING, 2, False)
    assert slot_of(event).taken == 2


@pytest.mark.parametrize(
    ("columns", "at", "reason"),
    [
        ({"status": EventStatus.DRAFT}, AT, "draft"),
        ({"status": EventStatus.CANCELLED}, AT, "cancelled"),
        ({"status": EventStatus.CLOSED}, AT, "over"),
        ({}, NOON, "over"),
        ({}, NOON + timedelta(hours=3), "over"),
        ({"takes_rsvps": False}, AT, "not_taken"),
    ],
)
def test_registering_for_what_is_closed_is_refused_and_keeps_nothing(columns: Any, at: Any, reason: str) -> None:
    event = make_event(**columns)
    with pytest.raises(RegistrationClosed, match=reason):
        register(intake=make_intake(event), at=at)
    for model in (Submission, Supporter, Rsvp, OutboundMessage, AuditEntry):
        assert not model.objects.exists()


def test_registering_for_another_events_slot_is_refused() -> None:
    event, other = make_event(), make_event(make_event_type(name="Other"))
    with pytest.raises(RegistrationClosed, match="slot_gone"):
        register(intake=make_intake(event, timeslot=slot_of(other).pk), at=AT)


def test_registering_that_fails_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    event = make_event(capacity=1)

    def die(*_: Any, **__: Any) -> None:
        raise SystemExit("killed")

    monkeypatch.setattr("events.actions.rsvp_letters.queue_service_messages", die)
    with pytest.raises(SystemExit):
        register(intake=make_intake(event), at=AT)
    assert not Submission.objects.exists()
    assert not Rsvp.objects.exists()
    assert slot_of(event).taken == 0


def test_database_refuses_an_overfull_slot_and_two_rsvps_of_one_person() -> None:
    event = make_event(capacity=1)
    rsvp = sign_up(event)
    slot = slot_of(event)
    assert not take_places(slot.pk, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Timeslot.objects.filter(pk=slot.pk).update(taken=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        give_back_places(slot.pk, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_rsvp(event, supporter=rsvp.supporter, status=RsvpStatus.CANCELLED)


def test_cancelling_twice_gives_places_back_once_and_offers_them() -> None:
    event = make_event(capacity=2)
    rsvp, waiting = sign_up(event, party_size=2), sign_up(event, "two@example.org")
    for _ in range(2):
        assert cancel_rsvp(rsvp=rsvp, by="tests", at=AT).status == RsvpStatus.CANCELLED
    waiting.refresh_from_db()
    assert (waiting.status, slot_of(event).taken) == (RsvpStatus.OFFERED, 1)
    assert waiting.offer_expires_at == AT + timedelta(hours=24)
    assert letters() == ["rsvp_registered", "rsvp_registered", "rsvp_cancelled", "rsvp_offer"]


def test_cancelling_after_the_end_is_refused() -> None:
    rsvp = sign_up(make_event())
    with pytest.raises(TooLate):
        cancel_rsvp(rsvp=rsvp, by="tests", at=NOON + timedelta(hours=2))


def test_taking_an_offer_twice_confirms_once() -> None:
    event = make_event(capacity=1)
    rsvp, waiting = sign_up(event), sign_up(event, "two@example.org")
    with pytest.raises(NothingHeld):
        confirm_place(rsvp=waiting, at=AT)
    cancel_rsvp(rsvp=rsvp, by="tests", at=AT)
    for _ in range(2):
        assert confirm_place(rsvp=waiting, at=AT).status == RsvpStatus.COMING
    assert slot_of(event).taken == 1
    assert Rsvp.objects.get(pk=waiting.pk).said_yes_at == AT, "the second press is a YES of who comes already"
    assert letters().count("rsvp_registered") == 3
    with pytest.raises(NothingHeld):
        confirm_place(rsvp=rsvp, at=AT)


def test_offer_that_is_over_cannot_be_taken() -> None:
    event = make_event(capacity=1)
    rsvp, waiting = sign_up(event), sign_up(event, "two@example.org")
    cancel_rsvp(rsvp=rsvp, by="tests", at=AT)
    with pytest.raises(OfferLapsed):
        confirm_place(rsvp=waiting, at=AT + timedelta(hours=24))


def test_coming_after_all_takes_a_place_or_waits_behind_the_others() -> None:
    event = make_event(capacity=1)
    rsvp = sign_up(event)
    cancel_rsvp(rsvp=rsvp, by="tests", at=AT)
    assert come_after_all(rsvp=rsvp, by="tests", at=AT).status == RsvpStatus.COMING
    first = sign_up(event, "two@example.org")
    cancel_rsvp(rsvp=rsvp, by="tests", at=AT)
    back = come_after_all(rsvp=rsvp, by="tests", at=AT)
    assert back.status == RsvpStatus.WAITING
    first.refresh_from_db()
    assert first.status == RsvpStatus.OFFERED
    assert slot_of(event).taken == 1
    with pytest.raises(TooLate):
        come_after_all(rsvp=rsvp, by="tests", at=NOON)


def test_more_people_come_only_where_there_is_room() -> None:
    event = make_event(capacity=3)
    rsvp = sign_up(event)
    assert change_rsvp(rsvp=rsvp, party_size=3, by="tests", at=AT).party_size == 3
    with pytest.raises(NoRoom) as refusal:
        change_rsvp(rsvp=rsvp, party_size=4, by="tests", at=AT)
    assert refusal.value.free == 0
    rsvp.refresh_from_db()
    assert (rsvp.party_size, rsvp.status, slot_of(event).taken) == (3, RsvpStatus.COMING, 3)
    waits = change_rsvp(rsvp=rsvp, party_size=4, may_wait=True, by="tests", at=AT)
    assert (waits.status, waits.party_size, slot_of(event).taken) == (RsvpStatus.WAITING, 4, 0)


def test_smaller_party_gives_places_to_who_waits() -> None:
    event = make_event(capacity=3)
    rsvp, waiting = sign_up(event, party_size=3), sign_up(event, "two@example.org", party_size=2)
    change_rsvp(rsvp=rsvp, party_size=1, by="tests", at=AT)
    waiting.refresh_from_db()
    assert (waiting.status, slot_of(event).taken) == (RsvpStatus.OFFERED, 3)


def test_changing_the_timeslot_moves_the_places() -> None:
    event = make_event(capacity=2, slots=2)
    rsvp, other = sign_up(event, party_size=2), sign_up(event, "two@example.org")
    moved = change_rsvp(rsvp=rsvp, timeslot=slot_of(event, 1), by="tests", at=AT)
    assert moved.timeslot == slot_of(event, 1)
    other.refresh_from_db()
    assert other.status == RsvpStatus.OFFERED
    assert [slot.taken for slot in event.timeslots.all()] == [1, 2]
    with pytest.raises(AnswerFirst):
        change_rsvp(rsvp=other, party_size=2, by="tests", at=AT)
    third = sign_up(event, "three@example.org")
    with pytest.raises(NoRoom):
        change_rsvp(rsvp=third, timeslot=slot_of(event, 1), by="tests", at=AT)
    assert [slot.taken for slot in event.timeslots.all()] == [2, 2]


def test_waiting_one_who_moves_to_a_free_slot_has_a_place() -> None:
    event = make_event(capacity=1, slots=2)
    sign_up(event)
    waiting = sign_up(event, "two@example.org")
    moved = change_rsvp(rsvp=waiting, timeslot=slot_of(event, 1), by="tests", at=AT)
    assert (moved.status, moved.waiting_since_at) == (RsvpStatus.COMING, None)
    assert [slot.taken for slot in event.timeslots.all()] == [1, 1]


def test_change_of_nothing_writes_nothing() -> None:
    rsvp = sign_up(make_event())
    count = AuditEntry.objects.count()
    change_rsvp(rsvp=rsvp, party_size=1, answers={}, by="tests", at=AT)
    assert AuditEntry.objects.count() == count
    assert letters() == ["rsvp_registered"]


def test_changing_what_is_cancelled_or_has_begun_is_refused() -> None:
    rsvp = sign_up(make_event())
    with pytest.raises(TooLate):
        change_rsvp(rsvp=rsvp, party_size=2, by="tests", at=NOON)
    cancel_rsvp(rsvp=rsvp, by="tests", at=AT)
    with pytest.raises(NotComing):
        change_rsvp(rsvp=rsvp, party_size=2, by="tests", at=AT)
