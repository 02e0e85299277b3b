"""The staff's list of who registered: what it shows, to whom, and what they may do there."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from core.models import AuditEntry
from events.actions.rsvps import register
from events.enums import RsvpStatus
from events.models import Event, Rsvp
from messaging.models import OutboundMessage
from people.models import ContactPoint, Supporter
from tests.factories.events import NOON, make_event, make_event_type, make_rsvp
from tests.factories.people import make_contact_point
from tests.factories.rsvps import make_intake
from tests.factories.staff import World, browse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
QUERIES = 13
GUEST = {"full_name": "Tom Caller", "email": "", "phone": "", "language": "fr", "party_size": "2"}


def at(screen: str, *args: Any) -> str:
    return reverse(f"staff_rsvps:{screen}", args=args)


@pytest.fixture
def led(ours: World) -> Event:
    """An event of the leading organisation."""
    return make_event(make_event_type(ours.campaign), capacity=3)


@pytest.fixture
def partners(ours: World, led: Event) -> Event:
    """An event of the partner."""
    return make_event(led.event_type, "Partner's evening", organisation=ours.partner)


def add(user: Any, event: Event, **told: str) -> Any:
    slot = event.timeslots.order_by("pk").values_list("pk", flat=True)[0]
    return browse(user).post(at("add_by_hand", event.pk), {**GUEST, "timeslot": slot, **told})


def test_list_shows_own_guests_only(ours: World, theirs: World, led: Event, partners: Event) -> None:
    make_rsvp(led, "Nina Guest")
    make_rsvp(partners, "Pia Guest")
    lead = browse(ours.coordinator).get(at("index")).content
    assert b"Nina Guest" in lead
    assert b"Pia Guest" in lead
    partner = browse(ours.manager).get(at("index")).content
    assert b"Nina Guest" not in partner
    assert b"Pia Guest" in partner
    assert b"Guest" not in browse(theirs.coordinator).get(at("index")).content
    assert browse(ours.analyst).get(at("index")).status_code == 403
    assert AuditEntry.objects.filter(action="events.rsvp.listed", details__count=2).exists()


def test_list_is_searched_by_name_and_filtered_by_state(ours: World, led: Event) -> None:
    make_rsvp(led, "Nina Guest")
    make_rsvp(led, "Oma Guest", status=RsvpStatus.WAITING)
    client = browse(ours.coordinator)
    found = client.get(at("index"), {"q": "guest nina", "event": led.pk}).content
    assert b"Nina Guest" in found
    assert b"Oma Guest" not in found
    waiting = client.get(at("index"), {"status": "waiting"}).content
    assert b"Nina Guest" not in waiting
    assert b"Oma Guest" in waiting


def test_list_costs_the_same_with_one_row_and_three(ours: World, led: Event, django_assert_num_queries: Any) -> None:
    client = browse(ours.coordinator)
    make_rsvp(led)
    client.get(at("index"))
    with django_assert_num_queries(QUERIES):
        client.get(at("index"))
    make_rsvp(led)
    make_rsvp(led)
    with django_assert_num_queries(QUERIES):
        client.get(at("index"))


def test_one_registration_is_seen_audited_and_cancelled(ours: World, theirs: World, led: Event) -> None:
    rsvp, waiting = make_rsvp(led, party_size=3), make_rsvp(led, status=RsvpStatus.WAITING)
    client = browse(ours.coordinator)
    assert b"Rita Guest" in client.get(at("inspect", rsvp.pk)).content
    assert AuditEntry.objects.filter(action="events.rsvp.viewed").count() == 1
    assert browse(theirs.coordinator).get(at("inspect", rsvp.pk)).status_code == 404
    assert browse(theirs.coordinator).post(at("cancel", rsvp.pk)).status_code == 404
    assert browse(ours.manager).post(at("cancel", rsvp.pk)).status_code == 404
    assert client.get(at("cancel", rsvp.pk)).status_code == 405
    client.post(at("cancel", rsvp.pk))
    rsvp.refresh_from_db()
    waiting.refresh_from_db()
    assert (rsvp.status, waiting.status) == (RsvpStatus.CANCELLED, RsvpStatus.OFFERED)
    assert AuditEntry.objects.get(action="events.rsvp.cancelled").actor == f"user:{ours.coordinator.pk}"


def test_registration_that_is_over_cannot_be_cancelled(ours: World, led: Event, clock: time_machine.Traveller) -> None:
    rsvp = make_rsvp(led)
    clock.move_to(NOON + timedelta(hours=3))
    browse(ours.coordinator).post(at("cancel", rsvp.pk))
    rsvp.refresh_from_db()
    assert rsvp.status == RsvpStatus.COMING


def test_somebody_who_telephones_is_registered_and_sent_the_link(ours: World, led: Event) -> None:
    response = add(ours.coordinator, led, email="tom@example.org", phone="+32 470 12 34 56")
    assert response.status_code == 302
    rsvp = Rsvp.objects.get()
    assert (rsvp.full_name, rsvp.party_size, rsvp.language, rsvp.is_proved) == ("Tom Caller", 2, "fr", False)
    assert ContactPoint.objects.filter(supporter=rsvp.supporter).count() == 2
    message = OutboundMessage.objects.get()
    assert (message.template, message.address) == ("rsvp_registered", "tom@example.org")
    again = add(ours.coordinator, led, email="tom@example.org", party_size="3")
    assert again["Location"] == at("inspect", rsvp.pk)
    assert Rsvp.objects.get().party_size == 2


def test_somebody_without_address_is_registered_too_and_waits_when_full(ours: World, led: Event) -> None:
    add(ours.coordinator, led)
    add(ours.coordinator, led, full_name="Second Caller", phone="+32470123456")
    add(ours.coordinator, led, full_name="Second Caller again", phone="+32 470 12 34 56")
    rows = list(Rsvp.objects.order_by("pk"))
    assert [row.status for row in rows] == [RsvpStatus.COMING, RsvpStatus.WAITING]
    assert not OutboundMessage.objects.exists()


def test_typing_an_address_opens_nobodys_record(ours: World, led: Event, partners: Event) -> None:
    known = make_contact_point("known@example.org", full_name="Known Person")
    assert add(ours.manager, partners, email="known@example.org").status_code == 302
    assert not Supporter.objects.visible_to(ours.manager).filter(pk=known.supporter.pk).exists()
    page = browse(ours.manager).get(at("inspect", Rsvp.objects.get().pk)).content
    assert b"Known Person" not in page
    register(intake=make_intake(partners, "other@example.org"), at=NOON - timedelta(days=20))
    assert not Supporter.objects.visible_to(ours.manager).exists()


@pytest.mark.parametrize(("wrong", "words"), [({"email": "no"}, b"valid email"), ({"phone": "12"}, b"country code")])
def test_wrong_address_is_said_beside_its_field(ours: World, led: Event, wrong: dict[str, str], words: bytes) -> None:
    response = add(ours.coordinator, led, **wrong)
    assert response.status_code == 422
    assert words in response.content
    assert not Rsvp.objects.exists()


def test_registering_for_what_is_closed_is_said(ours: World, led: Event) -> None:
    Event.objects.update(status="closed")
    assert add(ours.coordinator, led).status_code == 422
    assert not Supporter.objects.filter(full_name="Tom Caller").exists()


def test_adding_is_for_those_who_may_change_the_event(ours: World, theirs: World, led: Event) -> None:
    assert add(theirs.coordinator, led).status_code == 404
    assert add(ours.manager, led).status_code == 404
    assert add(ours.analyst, led).status_code == 403


def test_export_is_filtered_audited_and_harmless_to_spreadsheets(ours: World, theirs: World, led: Event) -> None:
    make_rsvp(led, '=HYPERLINK("http://evil")', email="rita@example.org", answers={"diet": "nuts"})
    known = make_contact_point("known@example.org", full_name="Known Person")
    make_contact_point("private@example.org", supporter=known.supporter)
    register(intake=make_intake(led, "known@example.org", full_name="Typed Name"), at=NOON - timedelta(days=70))
    answer = browse(ours.coordinator).get(at("export"), {"event": led.pk})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert "rita@example.org" in text
    assert "known@example.org" in text
    assert "Known Person" not in text
    assert "private@example.org" not in text
    assert "diet: nuts" in text
    assert AuditEntry.objects.get(action="events.rsvp.exported").details["rows"] == 2
    others = browse(theirs.coordinator).get(at("export"))
    assert b"rita@" not in b"".join(others.streaming_content)
    assert browse(ours.analyst).get(at("export")).status_code == 403


def test_supporters_page_shows_events_and_messages_are_seen_by_keepers(ours: World, led: Event) -> None:
    rsvp = make_rsvp(led, "Nina Guest")
    page = browse(ours.coordinator).get(reverse("staff_supporters:inspect", args=[rsvp.supporter.pk])).content
    assert b"How to register" in page
    register(intake=make_intake(led), at=NOON - timedelta(days=20))
    assert OutboundMessage.objects.visible_to(ours.coordinator).count() == 1
    assert OutboundMessage.objects.visible_to(ours.manager).count() == 0
