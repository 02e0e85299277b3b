"""The page behind "no more reminders" of a pledge, and what mail programs do with it."""

from datetime import date, datetime

import pytest
from django.test import Client

from campaigns.models import Pledge
from campaigns.pledge_enums import RemindMe
from campaigns.pledge_links import sign_pledge
from campaigns.pledge_stop_links import stop_url
from people.actions.supporters import merge_supporters
from people.enums import ConsentState, Purpose
from people.models import ConsentEvent, ContactPoint
from tests.factories.cms import make_petition
from tests.factories.people import make_consent_text
from tests.factories.pledges import let_remind, make_kind, make_pledge

pytestmark = pytest.mark.django_db


@pytest.fixture
def pledge(at: datetime) -> Pledge:
    pledge = make_pledge(make_kind(make_petition().campaign, due_date=date(2031, 7, 31)), at=at)
    let_remind(pledge, at=at)
    return pledge


def path(pledge: Pledge, language: str = "en") -> str:
    return "/" + stop_url(pledge, language).split("/", 3)[3]


def states() -> list[tuple[str, str, str]]:
    return list(ConsentEvent.objects.order_by("pk").values_list("purpose", "channel", "state"))


GRANTED, WITHDRAWN = (("reminder", "email", state.value) for state in (ConsentState.GRANTED, ConsentState.WITHDRAWN))


def test_page_stops_and_allows_reminders_by_a_button_only(pledge: Pledge) -> None:
    client, url = Client(), path(pledge)
    shown = client.get(url).content.decode()
    assert "No more reminders" in shown
    assert "I will register to vote" in shown
    assert states() == [GRANTED]
    for _ in range(2):
        assert client.post(url, {"do": "stop"}).status_code == 303
    pledge.refresh_from_db()
    assert (pledge.remind, states()) == (RemindMe.NEVER, [GRANTED, WITHDRAWN])
    assert "You get no more reminders." in client.get(url).content.decode()
    for _ in range(2):
        client.post(url, {"do": "allow"})
    pledge.refresh_from_db()
    assert (pledge.remind, states()) == (RemindMe.AS_NEEDED, [GRANTED, WITHDRAWN, GRANTED])


def test_allowing_what_was_not_stopped_grants_nothing(pledge: Pledge) -> None:
    ConsentEvent.objects.all().delete()
    Client().post(path(pledge), {"do": "allow"})
    assert states() == []


@pytest.mark.parametrize("body", [b"List-Unsubscribe=One-Click", b""])
def test_mail_program_stops_reminders_in_one_click_twice_without_a_second_event(pledge: Pledge, body: bytes) -> None:
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        headers = {"Origin": "https://mail.example.org", "Sec-Fetch-Site": "cross-site"}
        kind = "application/x-www-form-urlencoded"
        response = client.post(path(pledge), body, content_type=kind, headers=headers)
        assert (response.status_code, response.content, response.cookies) == (200, b"", {})
    pledge.refresh_from_db()
    assert (pledge.remind, states()) == (RemindMe.NEVER, [GRANTED, WITHDRAWN])


def test_page_speaks_the_persons_language(pledge: Pledge) -> None:
    shown = Client().get(path(pledge, "ar")).content.decode()
    assert 'dir="rtl"' in shown
    assert "سأسجّل للتصويت" in shown


@pytest.mark.parametrize("token", ["made.up", "own"])
def test_link_that_is_not_for_this_is_a_plain_page(pledge: Pledge, token: str) -> None:
    token = sign_pledge(pledge) if token == "own" else token
    for method in ("get", "post"):
        response = getattr(Client(), method)(f"/en/pledges/reminders/{token}/")
        assert response.status_code == 404
        assert "We cannot read this link" in response.content.decode()
    pledge.refresh_from_db()
    assert pledge.remind == RemindMe.AS_NEEDED


def test_link_of_an_erased_person_is_a_plain_page(pledge: Pledge) -> None:
    Pledge.objects.update(supporter=None)
    assert Client().post(path(pledge)).status_code == 404


# --- Merged records, and consents nobody gave -----------------------------------------------------


def merge(keep: Pledge, absorb: Pledge) -> None:
    assert keep.supporter is not None
    assert absorb.supporter is not None
    merge_supporters(keep=keep.supporter, absorb=absorb.supporter, by="tests")


def test_stopping_in_the_mail_of_a_pledge_merged_away_stops_the_one_that_counts(pledge: Pledge, at: datetime) -> None:
    second = make_pledge(pledge.kind, "nina@example.org", at=at)
    let_remind(second, at=at)
    merge(pledge, second)
    assert Client().post(path(second)).status_code == 200
    pledge.refresh_from_db()
    assert (pledge.remind, states()) == (RemindMe.NEVER, [GRANTED, GRANTED, WITHDRAWN, WITHDRAWN])
    Client().post(path(second), {"do": "allow"})
    pledge.refresh_from_db()
    assert (pledge.remind, states()[4:]) == (RemindMe.AS_NEEDED, [GRANTED, GRANTED])


def test_stopping_before_a_merge_holds_after_it(pledge: Pledge, at: datetime) -> None:
    second = make_pledge(pledge.kind, "nina@example.org", at=at)
    Client().post(path(second))
    merge(pledge, second)
    pledge.refresh_from_db()
    assert pledge.remind == RemindMe.NEVER


def test_stopping_what_was_never_agreed_to_and_allowing_it_writes_no_consent(pledge: Pledge) -> None:
    ConsentEvent.objects.all().delete()
    client = Client()
    client.post(path(pledge), {"do": "stop"})
    shown = client.get(path(pledge)).content.decode()
    assert "You get no more reminders." in shown
    assert "Remind me again" not in shown
    assert "fill in the form again and tick the box" in shown
    client.post(path(pledge), {"do": "allow"})
    pledge.refresh_from_db()
    assert (pledge.remind, states()) == (RemindMe.NEVER, [])


def test_allowing_again_gives_an_address_that_never_agreed_nothing(pledge: Pledge, at: datetime) -> None:
    silent = ContactPoint.objects.create(
        supporter=pledge.supporter, channel="email", as_typed="b@example.org", canonical="b@example.org"
    )
    for word in ("stop", "allow"):
        Client().post(path(pledge), {"do": word})
    assert states() == [GRANTED, WITHDRAWN, GRANTED]
    assert not silent.consent_events.exists()


def test_allowing_again_restores_the_wording_agreed_to(pledge: Pledge, at: datetime) -> None:
    ConsentEvent.objects.all().delete()
    text = make_consent_text(pledge.kind.campaign.organisation, "Remind me.", purpose=Purpose.REMINDER)
    make_pledge(pledge.kind, at=at, granted=(text,))
    for word in ("stop", "allow"):
        Client().post(path(pledge), {"do": word})
    assert [event.text for event in ConsentEvent.objects.order_by("pk")] == [text] * 3


def test_allowing_leaves_alone_what_was_taken_back_elsewhere(pledge: Pledge, at: datetime) -> None:
    let_remind(pledge, ConsentState.WITHDRAWN, at=at)
    client = Client()
    assert "Remind me again" not in client.get(path(pledge)).content.decode()
    client.post(path(pledge), {"do": "allow"})
    assert states() == [GRANTED, WITHDRAWN]
