"""The waiting list: who is offered what, until when, and how offers move on."""

from datetime import timedelta

import pytest
from django.db import transaction

from events.actions.offers import move_offers_on, offer_end, offer_free_places
from events.actions.rsvps import cancel_rsvp, confirm_place, register
from events.enums import EventStatus, RsvpStatus
from events.models import Event, Rsvp, Timeslot
from messaging.models import OutboundMessage
from tests.factories.events import NOON, make_event, make_rsvp
from tests.factories.rsvps import make_intake

pytestmark = pytest.mark.django_db
AT = NOON - timedelta(days=10)
WAITING, OFFERED, CANCELLED = RsvpStatus.WAITING, RsvpStatus.OFFERED, RsvpStatus.CANCELLED


def line_up(event: Event, *parties: int) -> list[Rsvp]:
    """Return who waits for the event's first slot, in order, with parties of these sizes."""
    return [
        make_rsvp(event, f"Guest {number}", status=WAITING, party_size=people, at=AT + timedelta(minutes=number))
        for number, people in enumerate(parties)
    ]


def states(rows: list[Rsvp]) -> list[str]:
    found = {row.pk: row.status for row in Rsvp.objects.all()}
    return [found[row.pk] for row in rows]


def slot_of(event: Event) -> Timeslot:
    return event.timeslots.get()


@pytest.mark.parametrize(("hours_ahead", "kept_hours"), [(240, 24), (26, 24), (25, 23), (3, 1), (2, 2), (1, 1)])
def test_offer_ends_two_hours_before_the_start_or_at_it(hours_ahead: int, kept_hours: int) -> None:
    at = NOON - timedelta(hours=hours_ahead)
    assert offer_end(at=at, hours=24, starts_at=NOON) - at == timedelta(hours=kept_hours)


@pytest.mark.parametrize(
    ("parties", "room", "expected"),
    [
        ((1, 1, 1), 2, [OFFERED, OFFERED, WAITING]),
        ((3, 1, 1), 2, [WAITING, OFFERED, OFFERED]),
        ((2, 2, 1), 3, [OFFERED, WAITING, OFFERED]),
        ((4,), 3, [WAITING]),
        ((1, 4), None, [OFFERED, OFFERED]),
    ],
)
def test_free_places_go_to_the_first_in_line_whose_party_fits(
    parties: tuple[int, ...], room: int | None, expected: list[str]
) -> None:
    event = make_event(capacity=room)
    rows = line_up(event, *parties)
    offered = offer_free_places(timeslot=slot_of(event), at=AT)
    assert states(rows) == expected
    assert [row.pk for row in offered] == [
        row.pk for row, state in zip(rows, expected, strict=True) if state == OFFERED
    ]
    assert slot_of(event).taken == sum(row.party_size for row in offered)
    assert offer_free_places(timeslot=slot_of(event), at=AT) == []
    assert OutboundMessage.objects.filter(template="rsvp_offer").count() == len(offered)


@pytest.mark.parametrize("status", [EventStatus.CANCELLED, EventStatus.CLOSED, EventStatus.DRAFT])
def test_nothing_is_offered_for_what_does_not_take_place(status: EventStatus) -> None:
    event = make_event(capacity=1, status=status)
    rows = line_up(event, 1)
    assert offer_free_places(timeslot=slot_of(event), at=AT) == []
    assert move_offers_on(at=AT) == 0
    assert states(rows) == [WAITING]


def test_nothing_is_offered_once_it_has_begun() -> None:
    event = make_event(capacity=1)
    line_up(event, 1)
    assert offer_free_places(timeslot=slot_of(event), at=NOON) == []


def test_lapsed_offer_moves_on_and_its_owner_to_the_end_once() -> None:
    event = make_event(capacity=1)
    first, second = line_up(event, 1, 1)
    offer_free_places(timeslot=slot_of(event), at=AT)
    assert move_offers_on(at=AT + timedelta(hours=23)) == 0
    day = AT + timedelta(hours=24)
    assert move_offers_on(at=day) == 1
    assert move_offers_on(at=day) == 0
    assert states([first, second]) == [WAITING, OFFERED]
    assert move_offers_on(at=day + timedelta(days=1)) == 1
    assert states([first, second]) == [OFFERED, WAITING]
    assert move_offers_on(at=day + timedelta(days=2)) == 1
    assert states([first, second]) == [CANCELLED, OFFERED]
    assert move_offers_on(at=day + timedelta(days=3)) == 1
    assert states([first, second]) == [CANCELLED, CANCELLED]
    assert slot_of(event).taken == 0
    keys = OutboundMessage.objects.values_list("idempotency_key", flat=True)
    assert len(keys) == len(set(keys)) == 8


def test_offer_taken_in_time_stays() -> None:
    event = make_event(capacity=1)
    (first,) = line_up(event, 1)
    offer_free_places(timeslot=slot_of(event), at=AT)
    confirm_place(rsvp=first, at=AT + timedelta(hours=23, minutes=59))
    assert move_offers_on(at=AT + timedelta(days=2)) == 0
    assert states([first]) == [RsvpStatus.COMING]


def test_capacity_raised_elsewhere_is_made_good_by_the_next_beat() -> None:
    event = make_event(capacity=1)
    register(intake=make_intake(event, "one@example.org"), at=AT)
    waiting = register(intake=make_intake(event, "two@example.org"), at=AT).rsvp
    Timeslot.objects.update(capacity=2)
    assert move_offers_on(at=AT) == 0
    assert states([waiting]) == [OFFERED]


def test_worker_that_dies_half_way_leaves_the_offer_to_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    event = make_event(capacity=1)
    first, second = line_up(event, 1, 1)
    offer_free_places(timeslot=slot_of(event), at=AT)
    day = AT + timedelta(hours=24)

    def die(*_: object, **__: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patch:
        patch.setattr("events.actions.offers.offer_in_turn", die)
        with pytest.raises(SystemExit), transaction.atomic():
            move_offers_on(at=day)
    assert states([first, second]) == [OFFERED, WAITING]
    assert move_offers_on(at=day) == 1
    assert states([first, second]) == [WAITING, OFFERED]
    assert OutboundMessage.objects.filter(template="rsvp_offer").count() == 2


def test_newcomer_waits_behind_everybody_whatever_their_clock_says() -> None:
    event = make_event(capacity=1)
    rows = [
        register(intake=make_intake(event, f"{n}@example.org"), at=AT - timedelta(seconds=n)).rsvp for n in range(4)
    ]
    line = list(Rsvp.objects.waiting())
    assert [row.pk for row in line] == [row.pk for row in rows[1:]]
    assert len({row.waiting_since_at for row in line}) == 3


def test_declined_offer_goes_to_the_next() -> None:
    event = make_event(capacity=1)
    rows = line_up(event, 1, 1)
    offer_free_places(timeslot=slot_of(event), at=AT)
    cancel_rsvp(rsvp=rows[0], by="tests", at=AT)
    assert states(rows) == [CANCELLED, OFFERED]
