"""The page of a pledge and its form: taken, refused, confirmed, and closed when it is over."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from campaigns.enums import Grain, Metric
from campaigns.models import LiveSwitches, Partnership, Pledge, PledgeKind, Source, Tally
from cms import intake_guard
from cms.models import PledgePage
from messaging.actions.confirmations import drain_submissions, remind_unconfirmed
from messaging.models import OutboundMessage
from messaging.rendering import render_message
from people.enums import Purpose
from people.models import ConsentEvent, ConsentText, Submission, Supporter
from people.tokens import CONFIRM, sign_uuid
from tests.factories.cms import make_home, make_petition, make_petition_page, make_pledge_page
from tests.factories.elections import make_election
from tests.factories.people import make_consent_text, make_organisation
from tests.factories.pledges import make_kind
from tests.factories.supporting import make_supported
from tests.factories.volunteers import make_volunteer_page

SPRING = datetime(2026, 5, 2, 10, tzinfo=UTC)
LAST = date(2026, 7, 31)
GOOD = {"full_name": "Ada Lovelace", "email": "ada@example.org", "commune": "NIS 21009"}


@pytest.fixture(autouse=True)
def spring() -> Any:
    with time_machine.travel(SPRING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def kind(territories: None) -> PledgeKind:
    return make_kind(make_petition().campaign, election=make_election(), due_date=LAST)


@pytest.fixture
def page(kind: PledgeKind) -> PledgePage:
    return make_pledge_page(kind, title="Vote where you live")


@pytest.fixture
def text(kind: PledgeKind) -> ConsentText:
    return make_consent_text(kind.campaign.organisation, "Remind me by e-mail.", purpose=Purpose.REMINDER)


def send(client: Client, page: PledgePage, *ticked: ConsentText, **answers: Any) -> Any:
    boxes = {f"consent_{text.pk}": "on" for text in ticked}
    return client.post(f"/en/pledge/{page.pk}/", {**GOOD, **boxes, **answers})


def confirm(client: Client, submission: Submission) -> Any:
    token = sign_uuid(submission.public_id, CONFIRM)
    return client.post(reverse("confirm", args=[token]))


def test_page_shows_the_words_of_the_kind_its_last_day_and_no_count_yet(client: Client, page: PledgePage) -> None:
    body = client.get(page.get_url() or "").content.decode()
    for words in (
        "I will register to vote",
        "Registering takes ten minutes",
        "Fill in the form of your commune",
        "Promise yourself, and let us remind you",
        "Last day: 31 July 2026",
        "90 days left",
        "Ixelles",
    ):
        assert words in body
    assert "promised this" not in body


def test_count_is_shown_from_the_kinds_minimum_and_not_when_staff_switched_counts_off(
    client: Client, page: PledgePage, kind: PledgeKind
) -> None:
    at = timezone.now()
    total = Tally.objects.create(
        campaign=kind.campaign, pledge_kind=kind, metric=Metric.PLEDGES, grain=Grain.TOTAL, key="", count=99,
        counted_at=at,
    )  # fmt: skip

    def shown() -> bool:
        from django.core.cache import cache

        from core.ttl_cache import clear_ttl_caches

        cache.clear()
        clear_ttl_caches()
        return "people have promised this" in client.get(page.get_url() or "").content.decode()

    assert not shown()
    Tally.objects.filter(pk=total.pk).update(count=1234)
    assert shown()
    assert "1,234" in client.get(page.get_url() or "").content.decode()
    switches = LiveSwitches.load()
    switches.shows_live_counts = False
    switches.save()
    assert not shown()


def test_promise_is_kept_confirmed_and_leads_to_ones_own_page(
    client: Client, page: PledgePage, kind: PledgeKind, text: ConsentText
) -> None:
    response = send(client, page, text, remind="on_day", remind_date="2026-07-01")
    assert response.status_code == 303
    inbox = client.get(response["Location"]).content.decode()
    assert "Your promise counts once you press the button" in inbox
    submission = Submission.objects.get()
    assert (submission.kind, submission.target_id, submission.locale) == ("pledge", kind.pk, "en")
    token = sign_uuid(submission.public_id, CONFIRM)
    shown = client.get(reverse("confirm", args=[token])).content.decode()
    assert "Ada Lovelace, is this your promise?" in shown
    assert "Remind me by e-mail." in shown
    assert not Pledge.objects.exists()
    first = confirm(client, submission)
    pledge = Pledge.objects.get()
    assert (pledge.remind, pledge.remind_date, pledge.territory_code) == ("on_day", date(2026, 7, 1), "NIS 21009")
    assert ConsentEvent.objects.get().purpose == Purpose.REMINDER
    assert first.status_code == 303
    assert "I will register to vote" in client.get(first["Location"]).content.decode()
    assert confirm(client, submission)["Location"] == first["Location"]
    assert Pledge.objects.count() == 1


def test_link_of_the_mail_used_much_later_says_that_it_is_done(client: Client, page: PledgePage) -> None:
    send(client, page)
    submission = Submission.objects.get()
    confirm(client, submission)
    Submission.objects.update(confirmed_at=SPRING - timedelta(days=2))
    response = confirm(client, submission)
    assert response.status_code == 409
    assert "You have promised already" in response.content.decode()


def test_confirming_what_is_gone_says_so(client: Client, page: PledgePage, kind: PledgeKind) -> None:
    send(client, page)
    submission = Submission.objects.get()
    page.delete()
    kind.delete()
    response = confirm(client, submission)
    assert response.status_code == 410
    assert not Supporter.objects.exists()


def test_confirming_leads_back_to_the_page_once_the_person_is_erased(client: Client, page: PledgePage) -> None:
    send(client, page)
    submission = Submission.objects.get()
    confirm(client, submission)
    Pledge.objects.update(supporter=None)
    assert confirm(client, submission)["Location"] == page.get_url()


def test_not_me_deletes_the_form(client: Client, page: PledgePage) -> None:
    send(client, page)
    token = sign_uuid(Submission.objects.get().public_id, CONFIRM)
    assert "to promise something" in client.get(reverse("disown", args=[token])).content.decode()
    assert client.post(reverse("disown", args=[token])).status_code == 200
    assert Submission.objects.get().email == ""
    assert not Supporter.objects.exists()


def test_messages_speak_of_the_promise_and_of_nothing_else(client: Client, page: PledgePage) -> None:
    send(client, page)
    drain_submissions(at=SPRING)
    remind_unconfirmed(at=SPRING + timedelta(days=2))
    rows = list(OutboundMessage.objects.order_by("pk"))
    assert [row.template for row in rows] == ["confirm_pledge", "remind_pledge"]
    for row in rows:
        letter = render_message(row)
        everything = letter.subject + letter.text + letter.html
        assert "I will register to vote" in letter.subject
        assert "romise" in letter.text
        assert "petition" not in everything
        assert "signature" not in everything


def test_faulty_form_comes_back_with_everything_typed(client: Client, page: PledgePage, text: ConsentText) -> None:
    response = send(
        client, page, text, email="no address", phone="+32 470 12 34 56", remind="on_day", remind_date="2026-12-31",
        source="flyer",
    )  # fmt: skip
    body = response.content.decode()
    assert response.status_code == 422
    assert not Submission.objects.exists()
    for kept in (
        'value="Ada Lovelace"',
        'value="no address"',
        'value="+32 470 12 34 56"',
        '<option value="NIS 21009" selected>',
        'value="2026-12-31"',
        'value="flyer"',
    ):
        assert kept in body
    assert "Choose a day from 3 May 2026 to 31 July 2026." in body
    assert body.count(" checked") == 2  # the reminder on a day, and the consent


def test_partner_whose_link_brought_somebody_is_named_and_credited(
    client: Client, page: PledgePage, kind: PledgeKind
) -> None:
    partner = Partnership.objects.create(campaign=kind.campaign, organisation=make_organisation("Green House"))
    Source.objects.create(campaign=kind.campaign, code="green", partnership=partner, label="Green")
    assert "You came here through Green House." in client.get(f"{page.get_url()}?s=green").content.decode()
    send(client, page, source="green")
    confirm(client, Submission.objects.get())
    assert Pledge.objects.get().partnership == partner


@pytest.mark.parametrize("reason", ["over", "closed"])
def test_kind_that_is_over_or_closed_says_so_with_what_one_can_still_do(
    client: Client, page: PledgePage, kind: PledgeKind, spring: time_machine.Traveller, reason: str
) -> None:
    make_volunteer_page(kind.campaign)
    if reason == "over":
        spring.move_to(datetime(2026, 7, 31, 22, 30, tzinfo=UTC))  # after midnight in Brussels
    else:
        PledgeKind.objects.update(is_open=False)
    body = client.get(page.get_url() or "").content.decode()
    said = "It had to be done by 31 July 2026" if reason == "over" else "stopped collecting promises"
    for shown in (said, "offer your help"):
        assert shown in body
    assert "sign-form" not in body
    response = send(client, page)
    assert response.status_code == 410
    assert said in response.content.decode()
    assert not Submission.objects.exists()


def test_last_day_itself_is_not_too_late(client: Client, page: PledgePage, spring: time_machine.Traveller) -> None:
    spring.move_to(datetime(2026, 7, 31, 21, 30, tzinfo=UTC))
    assert "that is today" in client.get(page.get_url() or "").content.decode()
    assert send(client, page).status_code == 303


def test_address_of_the_form_leads_to_its_page_and_knows_no_other_pages(client: Client, page: PledgePage) -> None:
    assert client.get(f"/en/pledge/{page.pk}/")["Location"] == page.get_url()
    other = make_petition_page()
    for key in (other.pk, make_home("en").pk, 999_999, 2**70):
        assert client.post(f"/en/pledge/{key}/", GOOD).status_code == 404
    page.unpublish()
    from core.ttl_cache import clear_ttl_caches

    clear_ttl_caches()
    assert client.post(f"/en/pledge/{page.pk}/", GOOD).status_code == 404


def test_form_of_another_site_is_refused(client: Client, page: PledgePage) -> None:
    response = client.post(f"/en/pledge/{page.pk}/", GOOD, headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 403
    assert not Submission.objects.exists()


def test_flood_from_one_network_is_refused_and_many_are_asked_to_wait(
    client: Client, page: PledgePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_guard, "ODD_FROM", 1)
    monkeypatch.setattr(intake_guard, "FLOOD_FROM", 2)
    assert [send(client, page, email=f"a{number}@example.org").status_code for number in range(3)] == [303, 429, 429]
    assert Submission.objects.count() == 1


def test_honeypot_asks_for_a_wait_and_keeps_what_was_typed(client: Client, page: PledgePage) -> None:
    response = send(client, page, website="http://spam.example")
    assert response.status_code == 429
    assert "wait_token" in response.content.decode()
    assert not Submission.objects.exists()


def test_taking_a_promise_costs_one_query_once_the_page_is_known(
    client: Client, page: PledgePage, django_assert_num_queries: Any
) -> None:
    send(client, page)
    with django_assert_num_queries(1):
        assert send(client, page, email="ben@example.org").status_code == 303


def test_draft_is_previewed_with_its_form(page: PledgePage) -> None:
    page.unpublish()
    request = RequestFactory(SERVER_NAME="localhost").get("/en/", {"s": "flyer"})
    request.is_preview = True  # type: ignore[attr-defined]
    context = page.get_context(request)
    assert context["form"].spec.page_id == page.pk
    assert context["words"].promise == "I will register to vote"


def test_campaigns_page_names_the_page(client: Client, kind: PledgeKind) -> None:
    from cms.models import CampaignPage

    home = make_home("en")
    above = CampaignPage(title="C", slug="c", campaign=kind.campaign, locale=home.locale)
    home.add_child(instance=above)
    below = above.add_child(
        instance=PledgePage(title="Vote where you live", slug="vote", pledge_kind=kind, locale=home.locale)
    )
    assert below.get_url() in client.get(above.get_url() or "").content.decode()


def test_promise_of_a_withdrawn_initiative_is_over_without_naming_a_day(client: Client, kind: PledgeKind) -> None:
    page = make_pledge_page(make_supported(campaign=kind.campaign, status="WITHDRAWN"))
    body = client.get(page.get_url() or "").content.decode()
    assert "It can no longer be done" in body
    assert "It had to be done by" not in body
    assert "sign-form" not in body
    response = send(client, page)
    assert response.status_code == 410
    assert "It can no longer be done" in response.content.decode()


def test_promise_whose_collection_closed_early_is_over_on_the_next_day(client: Client, kind: PledgeKind) -> None:
    page = make_pledge_page(make_supported(campaign=kind.campaign, early_closure_date=date(2026, 5, 1)))
    assert "It had to be done by 1 May 2026" in client.get(page.get_url() or "").content.decode()
    assert send(client, page).status_code == 410
