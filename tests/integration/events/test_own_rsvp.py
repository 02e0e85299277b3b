"""One's own registration behind the link: what a GET shows, what each button does, and what links cannot do."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.actions.offers import offer_free_places
from events.actions.rsvps import cancel_rsvp, register
from events.enums import EventStatus, RsvpStatus
from events.models import Event, Rsvp
from events.tokens import sign_rsvp
from messaging.models import OutboundMessage
from messaging.rendering import render_message
from people.enums import Channel, Purpose
from people.models import ContactPoint, Submission, Supporter
from people.tokens import CONFIRM, SENT, sign_uuid
from tests.factories.events import NOON, make_event, make_event_type, make_rsvp
from tests.factories.people import make_consent_text
from tests.factories.rsvps import make_intake

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def page_of(rsvp: Rsvp, name: str = "event_rsvp") -> str:
    return reverse(name, args=[sign_rsvp(rsvp)])


def press(client: Client, rsvp: Rsvp, do: str, **told: Any) -> Any:
    return client.post(page_of(rsvp), {"do": do, **told})


def status_of(rsvp: Rsvp) -> str:
    return Rsvp.objects.get(pk=rsvp.pk).status


def test_looking_changes_nothing_and_is_never_kept(client: Client) -> None:
    rsvp = make_rsvp(make_event(), is_proved=False)
    before = Rsvp.objects.values().get()
    for name in ("event_rsvp", "event_answer"):
        response = client.get(page_of(rsvp, name))
        assert response.status_code == 200
        assert "no-store" in response.headers["Cache-Control"]
        assert 'content="noindex"' in response.content.decode()
        assert not response.cookies
    assert Rsvp.objects.values().get() == before
    assert '<div class="rsvp-code" role="img"' in client.get(page_of(rsvp)).content.decode()


def test_cancelling_and_coming_after_all(client: Client) -> None:
    rsvp = make_rsvp(make_event(capacity=1))
    response = press(client, rsvp, "cancel")
    assert (response.status_code, response["Location"]) == (303, page_of(rsvp))
    assert "I come after all" in client.get(page_of(rsvp)).content.decode()
    press(client, rsvp, "come")
    assert status_of(rsvp) == RsvpStatus.COMING


def test_party_that_does_not_fit_is_said_beside_the_field_and_may_wait(client: Client) -> None:
    event = make_event(capacity=3)
    rsvp = make_rsvp(event)
    make_rsvp(event)
    refused = press(client, rsvp, "change", party_size="4")
    shown = refused.content.decode()
    assert refused.status_code == 409
    assert "Only 1 place is free, so nothing was changed." in shown
    assert 'value="4"' in shown
    assert Rsvp.objects.get(pk=rsvp.pk).party_size == 1
    assert press(client, rsvp, "change", party_size="4", may_wait="yes").status_code == 303
    row = Rsvp.objects.get(pk=rsvp.pk)
    assert (row.status, row.party_size) == (RsvpStatus.WAITING, 4)
    assert press(client, rsvp, "change", party_size="40").status_code == 422


def test_time_and_answers_are_changed(client: Client) -> None:
    questions = [{"key": "diet", "kind": "text", "text": {"en": "What do you not eat?"}}]
    event = make_event(make_event_type(questions=questions), slots=2, capacity=2)
    rsvp = make_rsvp(event, answers={"diet": "nuts"})
    second = event.timeslots.order_by("starts_at")[1]
    assert "nuts" in client.get(page_of(rsvp)).content.decode()
    press(client, rsvp, "change", party_size="2", timeslot=second.pk, question_diet="fish")
    row = Rsvp.objects.get()
    assert (row.timeslot, row.party_size, row.answers) == (second, 2, {"diet": "fish"})


def test_offer_is_taken_or_left_until_its_end(client: Client, clock: time_machine.Traveller) -> None:
    event = make_event(capacity=1)
    first, second = (make_rsvp(event, status=RsvpStatus.WAITING, at=NOON - timedelta(days=9)) for _ in range(2))
    at = NOON - timedelta(days=9)
    clock.move_to(at)
    offer_free_places(timeslot=event.timeslots.get(), at=at)
    assert "We keep it until 24 April 2026, 14:00." in client.get(page_of(first)).content.decode()
    press(client, first, "cancel")
    assert status_of(second) == RsvpStatus.OFFERED
    clock.shift(timedelta(hours=25))
    late = press(client, second, "confirm")
    assert late.status_code == 409
    assert "moment that has passed" in late.content.decode()
    assert status_of(second) == RsvpStatus.OFFERED, "the beat moves it on"


def test_offer_is_confirmed_by_its_button(client: Client) -> None:
    event = make_event(capacity=1)
    rsvp = make_rsvp(event, status=RsvpStatus.OFFERED)
    press(client, rsvp, "confirm")
    assert status_of(rsvp) == RsvpStatus.COMING
    assert press(client, rsvp, "confirm").status_code == 303, "a second press says YES again"


def test_unproved_one_can_be_disowned_a_proved_one_cannot(client: Client) -> None:
    event = make_event(capacity=1)
    rsvp = register(intake=make_intake(event), at=NOON - timedelta(days=20)).rsvp
    assert "This was not me" in client.get(page_of(rsvp)).content.decode()
    assert "It is deleted" in press(client, rsvp, "not_me").content.decode()
    assert not Rsvp.objects.exists()
    assert client.get(page_of(rsvp)).status_code == 404
    proved = make_rsvp(event)
    assert "This was not me" not in client.get(page_of(proved)).content.decode()
    assert press(client, proved, "not_me").status_code == 409
    assert status_of(proved) == RsvpStatus.COMING


def test_page_offers_to_confirm_the_address_where_something_was_ticked(client: Client) -> None:
    event = make_event()
    text = make_consent_text(event.organisation, "Write to me about registering.")
    ticked = [{"text": text.pk, "granted": True}]
    rsvp = register(intake=make_intake(event, consents=ticked), at=NOON - timedelta(days=61)).rsvp
    shown = client.get(page_of(rsvp)).content.decode()
    assert "Write to me about registering." in shown
    link = reverse("confirm", args=[sign_uuid(rsvp.submission.public_id, CONFIRM)])
    assert f'action="{link}"' in shown


@pytest.mark.parametrize("do", ["change", "cancel", "come", "confirm"])
def test_nothing_changes_once_it_is_over(client: Client, clock: time_machine.Traveller, do: str) -> None:
    rsvp = make_rsvp(make_event(), status=RsvpStatus.WAITING)
    clock.move_to(NOON + timedelta(hours=3))
    assert press(client, rsvp, do, party_size="2").status_code == 409
    assert status_of(rsvp) == RsvpStatus.WAITING


def test_cancelled_event_says_so_and_offers_nothing(client: Client) -> None:
    rsvp = make_rsvp(make_event(status=EventStatus.CANCELLED))
    shown = client.get(page_of(rsvp)).content.decode()
    assert "This event is called off." in shown
    assert "Change my registration" not in shown
    assert "rsvp-code" not in shown


def test_answer_page_has_two_buttons_and_only_pressing_answers(client: Client) -> None:
    event = make_event(capacity=1)
    rsvp = make_rsvp(event)
    shown = client.get(page_of(rsvp, "event_answer")).content.decode()
    assert "Yes, I come" in shown
    assert "No, I do not come" in shown
    assert client.post(page_of(rsvp, "event_answer"), {"answer": "maybe"}).status_code == 400
    client.post(page_of(rsvp, "event_answer"), {"answer": "yes"})
    assert Rsvp.objects.get().said_yes_at is not None
    client.post(page_of(rsvp, "event_answer"), {"answer": "no"})
    assert status_of(rsvp) == RsvpStatus.CANCELLED


def test_token_of_something_else_or_cut_or_made_up_opens_nothing(client: Client) -> None:
    rsvp = make_rsvp(make_event())
    register(intake=make_intake(rsvp.event), at=NOON - timedelta(days=61))
    submission = Submission.objects.get()
    token = sign_rsvp(rsvp)
    wrong = [
        token[:-2],
        f"{token}x",
        sign_uuid(rsvp.public_id, CONFIRM),
        sign_uuid(submission.public_id, SENT),
        sign_uuid(rsvp.event.public_id, "events.rsvp"),
    ]
    for each in wrong:
        for name in ("event_rsvp", "event_answer"):
            assert client.get(reverse(name, args=[each])).status_code == 404
            assert client.post(reverse(name, args=[each]), {"do": "cancel", "answer": "no"}).status_code == 404
    assert client.get(reverse("confirm", args=[token])).status_code == 404
    assert status_of(rsvp) == RsvpStatus.COMING


def test_replayed_old_page_does_no_harm(client: Client) -> None:
    """The back button, a second tab, a form of last week: the row decides, not the page it was drawn on."""
    event = make_event(capacity=1)
    rsvp = make_rsvp(event)
    cancel_rsvp(rsvp=rsvp, by="tests", at=NOON - timedelta(days=5))
    other = make_rsvp(event)
    for do in ("cancel", "confirm", "change"):
        press(client, rsvp, do, party_size="1")
    assert [status_of(rsvp), status_of(other)] == [RsvpStatus.CANCELLED, RsvpStatus.COMING]
    assert event.timeslots.get().taken == 1
    assert OutboundMessage.objects.filter(template="rsvp_cancelled").count() == 1


def test_form_of_another_site_is_refused(client: Client) -> None:
    rsvp = make_rsvp(make_event())
    response = client.post(page_of(rsvp), {"do": "cancel"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert Event.objects.count() == 1
    assert status_of(rsvp) == RsvpStatus.COMING


def test_page_says_that_a_number_waits_for_its_owners_yes(client: Client) -> None:
    event = make_event()
    text = make_consent_text(event.organisation, "Remind me.", purpose=Purpose.REMINDER, channel=Channel.SMS)
    consents = [{"text": text.pk, "granted": True}]
    intake = make_intake(event, phone="+32 470 12 34 56", consents=consents)
    registered = register(intake=intake, at=timezone.now())
    assert "Reply YES" not in client.get(page_of(registered.rsvp)).content.decode()
    token = sign_uuid(registered.submission.public_id, CONFIRM)
    shown = client.post(reverse("confirm", args=[token]), follow=True).content.decode()
    assert 'We asked the number <bdi dir="ltr">+32…56</bdi> by text' in shown
    assert "470" not in shown
    ContactPoint.objects.update(verified_at=timezone.now())
    assert "Reply YES" not in client.get(page_of(registered.rsvp)).content.decode()


@pytest.mark.parametrize("ticks", [True, False])
def test_taking_an_offer_by_its_link_proves_the_address_and_leaves_consents_to_their_button(
    client: Client, ticks: bool
) -> None:
    event = make_event(capacity=1)
    first = make_rsvp(event)
    text = make_consent_text(event.organisation, "Write me the news.")
    intake = make_intake(event, consents=[{"text": text.pk, "granted": ticks}])
    rsvp = register(intake=intake, at=timezone.now()).rsvp
    press(client, first, "cancel")
    assert press(client, rsvp, "confirm").status_code == 303
    found = Rsvp.objects.get(pk=rsvp.pk)
    assert (found.status, found.is_proved) == (RsvpStatus.COMING, True)
    assert ContactPoint.objects.get(supporter=rsvp.supporter).verified_at is not None
    shown = client.get(page_of(rsvp)).content.decode()
    assert "This was not me" not in shown
    assert "Is this your address?" not in shown
    assert ("Do you agree to this?" in shown) is ticks
    letter = OutboundMessage.objects.filter(template="rsvp_registered").order_by("pk").last()
    assert letter is not None
    words = render_message(letter).text
    assert ("please say once that this address is yours" in words) is ticks
    assert "/not-me/" not in words
    assert "Was this not you" not in words


def test_this_was_not_me_forgets_the_person(client: Client) -> None:
    rsvp = register(intake=make_intake(make_event()), at=timezone.now()).rsvp
    assert "deleted" in press(client, rsvp, "not_me").content.decode()
    assert not Supporter.objects.exists()
    assert client.get(page_of(rsvp)).status_code == 404
