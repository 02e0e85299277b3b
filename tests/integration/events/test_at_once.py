"""Two hundred people register for fifty places at the same moment, and other things at once."""

from datetime import timedelta
from queue import Empty, SimpleQueue

import pytest
from django.test import Client
from django.urls import reverse

from events.actions.offers import move_offers_on
from events.actions.rsvps import cancel_rsvp, register
from events.enums import RsvpStatus
from events.models import Rsvp
from messaging.models import OutboundMessage
from people.models import Submission, Supporter
from tests.factories.events import NOON, make_event, make_rsvp
from tests.factories.rsvps import make_intake
from tests.threads import run_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]
AT = NOON - timedelta(days=10)
PEOPLE, PLACES, AT_ONCE = 200, 50, 20


def form_of(number: int) -> dict[str, str]:
    return {"full_name": f"Guest {number}", "email": f"guest{number}@example.org", "party_size": "1"}


def test_two_hundred_for_fifty_places_leave_fifty_and_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    # All of them come from one address, as in a full room with one Wi-Fi: the limit on forms is another test's.
    monkeypatch.setattr("cms.intake_guard.ODD_FROM", PEOPLE * 2)
    event = make_event(capacity=PLACES)
    address = reverse("event_register", args=[event.public_id])
    waiting: SimpleQueue[int] = SimpleQueue()
    for number in range(PEOPLE):
        waiting.put(number)
    answers: list[int] = []

    def hand_in() -> None:
        client = Client()
        while True:
            try:
                number = waiting.get_nowait()
            except Empty:
                return
            answers.append(client.post(address, form_of(number)).status_code)

    run_at_once(*[hand_in] * AT_ONCE)
    assert answers == [303] * PEOPLE
    coming = Rsvp.objects.filter(status=RsvpStatus.COMING)
    line = list(Rsvp.objects.waiting())
    assert (coming.count(), len(line)) == (PLACES, PEOPLE - PLACES)
    assert event.timeslots.get().taken == PLACES
    moments = [row.waiting_since_at for row in line]
    assert len(set(moments)) == len(moments), "nobody waits in the same place"
    # Places are handed out in the order in which the forms were written: who waits wrote after all who have a place.
    assert max(coming.values_list("pk", flat=True)) < min(row.pk for row in line)
    assert [row.pk for row in line] == sorted(row.pk for row in line)
    assert OutboundMessage.objects.filter(template="rsvp_registered").count() == PEOPLE
    assert Submission.objects.filter(queued_at__isnull=True).count() == 0


def test_one_person_in_four_tabs_has_one_rsvp() -> None:
    event = make_event(capacity=3)
    run_at_once(*[lambda: register(intake=make_intake(event), at=AT)] * 4)
    assert Rsvp.objects.count() == Supporter.objects.count() == 1
    assert Submission.objects.count() == 4
    assert event.timeslots.get().taken == 1


def test_cancelling_and_registering_at_once_leave_no_place_empty_while_somebody_waits() -> None:
    event = make_event(capacity=4)
    guests = [register(intake=make_intake(event, f"old{n}@example.org"), at=AT).rsvp for n in range(4)]
    cancels = [lambda rsvp=rsvp: cancel_rsvp(rsvp=rsvp, by="tests", at=AT) for rsvp in guests]
    arrivals = [lambda n=n: register(intake=make_intake(event, f"new{n}@example.org"), at=AT) for n in range(6)]
    results = run_at_once(*cancels, *arrivals)
    assert not [each for each in results if isinstance(each, Exception)]
    assert Rsvp.objects.holding().count() == event.timeslots.get().taken == 4
    assert Rsvp.objects.waiting().count() == 2


def test_two_workers_move_an_offer_on_once() -> None:
    event = make_event(capacity=2)
    for number in range(2):
        make_rsvp(event, status=RsvpStatus.OFFERED, at=AT + timedelta(minutes=number))
    for number in range(4):
        make_rsvp(event, status=RsvpStatus.WAITING, at=AT + timedelta(hours=1, minutes=number))
    later = AT + timedelta(days=2)
    ended = run_at_once(*[lambda: move_offers_on(at=later)] * 3)
    assert sum(ended) == 2
    assert Rsvp.objects.holding().count() == event.timeslots.get().taken == 2
    assert Rsvp.objects.waiting().count() == 4
    assert OutboundMessage.objects.filter(template="rsvp_offer").count() == 2
    assert OutboundMessage.objects.filter(template="rsvp_lapsed").count() == 2
