"""The page on which somebody looks after a pledge: pressed, replayed, forged, undone, and taken back."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.actions.pledge_stopping import LINK, stop_reminders
from campaigns.actions.pledges import move_pledge
from campaigns.enums import Grain, Metric
from campaigns.models import Initiative, Pledge, PledgeKind, Tally
from campaigns.pledge_enums import ToldBy
from campaigns.pledge_links import own_path, read_pledge, sign_pledge
from cms.models import PledgePage
from core.models import AuditEntry
from core.ttl_cache import clear_ttl_caches
from messaging.models import OutboundMessage
from people.actions.supporters import merge_supporters
from people.enums import Purpose
from people.tokens import sign_uuid
from tests.factories.cms import make_petition, make_pledge_page
from tests.factories.elections import make_election, make_registration_page
from tests.factories.people import make_consent_text
from tests.factories.pledges import make_kind, make_pledge
from tests.factories.supporting import make_supported

SPRING = datetime(2026, 5, 2, 10, tzinfo=UTC)
LAST = date(2026, 7, 31)


@pytest.fixture(autouse=True)
def spring() -> Any:
    with time_machine.travel(SPRING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def kind(territories: None) -> PledgeKind:
    return make_kind(make_petition().campaign, election=make_election(), due_date=LAST)


@pytest.fixture
def page(kind: PledgeKind) -> PledgePage:
    return make_pledge_page(kind)


@pytest.fixture
def pledge(kind: PledgeKind, page: PledgePage) -> Pledge:
    text = make_consent_text(kind.campaign.organisation, "Remind me.", purpose=Purpose.REMINDER)
    return make_pledge(kind, at=SPRING, commune="NIS 21009", full_name="Ada Lovelace", granted=(text,))


def shown(client: Client, pledge: Pledge, query: str = "") -> str:
    response = client.get(own_path(pledge, "en") + query)
    assert response.status_code == 200
    return response.content.decode()


def press(client: Client, pledge: Pledge, do: str, **more: str) -> Any:
    return client.post(own_path(pledge, "en"), {"do": do, **more})


def stands(pledge: Pledge) -> tuple[str, str, str]:
    pledge.refresh_from_db()
    return pledge.step, pledge.ending, pledge.barrier


def test_page_shows_promise_ladder_last_day_office_and_own_link(client: Client, pledge: Pledge) -> None:
    body = shown(client, pledge)
    for words in (
        "I will register to vote",
        "Last day: 31 July 2026",
        "90 days left",
        "What to do next in Ixelles",
        "Monday–Friday",
        "I have the form",
        "I have sent it",
        "I got the commune’s letter",
        "I gave up, because …",
        "I had no time",
        "a few times, as the last day comes nearer",
        f"?s=~{pledge.share_code}",
        "https://wa.me/",
        "What you may send me",
    ):
        assert words in body
    assert body.count("still free") == 3
    assert "ada@example.org" not in body
    assert "one step back" not in body


def test_page_is_kept_by_nobody_and_found_by_no_search_engine(client: Client, pledge: Pledge) -> None:
    response = client.get(own_path(pledge, "en"))
    assert "no-store" in response["Cache-Control"]
    assert 'content="noindex"' in response.content.decode()
    assert not response.cookies


def test_button_is_written_down_once_however_often_it_is_pressed(client: Client, pledge: Pledge) -> None:
    for _ in range(2):
        response = press(client, pledge, "step", step="sent")
        assert response.status_code == 303
        assert response["Location"].endswith("?done=step#done")
    assert stands(pledge) == ("sent", "", "")
    assert [move.step for move in pledge.moves.order_by("pk")] == ["informed", "sent"]
    assert AuditEntry.objects.filter(action="campaigns.pledge.moved").count() == 1
    body = shown(client, pledge, "?done=step")
    assert "Written down. Thank you for telling us." in body
    assert "What to do next in Ixelles" not in body
    assert "I got the commune’s letter" in body
    assert "I have the form" not in body


def test_slip_is_mended_once(client: Client, pledge: Pledge) -> None:
    press(client, pledge, "step", step="form_given")
    press(client, pledge, "step", step="sent")
    assert "one step back" in shown(client, pledge)
    for _ in range(2):
        assert press(client, pledge, "undo").status_code == 303
    assert stands(pledge) == ("form_given", "", "")
    assert pledge.moves.count() == 4
    assert "one step back" not in shown(client, pledge)


def test_giving_up_keeps_how_far_somebody_was_and_may_be_thought_over(client: Client, pledge: Pledge) -> None:
    press(client, pledge, "step", step="form_given")
    press(client, pledge, "ending", ending="gave_up", barrier="no_time")
    assert stands(pledge) == ("form_given", "gave_up", "no_time")
    body = shown(client, pledge, "?done=ending")
    assert "You told us: gave up." in body
    assert "I have sent it" not in body
    press(client, pledge, "reopen")
    assert stands(pledge) == ("form_given", "", "")
    assert "I have sent it" in shown(client, pledge)


def test_ending_that_asks_no_barrier_keeps_none(client: Client, pledge: Pledge) -> None:
    press(client, pledge, "ending", ending="already_registered", barrier="no_time")
    assert stands(pledge) == ("informed", "already_registered", "")


@pytest.mark.parametrize(
    ("do", "more", "status"),
    [
        ("step", {"step": "flown"}, 409),
        ("step", {}, 409),
        ("ending", {"ending": "flown"}, 409),
        ("ending", {}, 409),
        ("ending", {"ending": "gave_up", "barrier": "rain"}, 409),
        ("fly", {}, 400),
        ("", {}, 400),
    ],
)
def test_press_that_means_nothing_writes_nothing_and_says_so(
    client: Client, pledge: Pledge, do: str, more: dict[str, str], status: int
) -> None:
    response = press(client, pledge, do, **more)
    assert response.status_code == status
    assert "Nothing was written down." in response.content.decode()
    assert pledge.moves.count() == 1


def test_reminders_are_changed_and_a_fault_keeps_what_was_typed(client: Client, pledge: Pledge) -> None:
    faulty = press(client, pledge, "remind", remind="on_day", remind_date="2026-12-31")
    assert faulty.status_code == 422
    body = faulty.content.decode()
    assert 'value="2026-12-31"' in body
    assert "Choose a day from 3 May 2026 to 31 July 2026." in body
    assert press(client, pledge, "remind", remind="on_day", remind_date="2026-07-01").status_code == 303
    pledge.refresh_from_db()
    assert (pledge.remind, pledge.remind_date) == ("on_day", date(2026, 7, 1))
    assert "on 1 July 2026" in shown(client, pledge)
    press(client, pledge, "remind", remind="never")
    pledge.refresh_from_db()
    assert (pledge.remind, pledge.remind_date) == ("never", None)


def test_page_says_when_no_reminder_can_reach_somebody(client: Client, kind: PledgeKind, page: PledgePage) -> None:
    silent = make_pledge(kind, "ben@example.org", at=SPRING)
    assert "No reminder reaches you" in shown(client, silent)
    text = make_consent_text(kind.campaign.organisation, "Remind me.", purpose=Purpose.REMINDER)
    asked = make_pledge(kind, "cleo@example.org", at=SPRING, granted=(text,))
    assert "No reminder reaches you" not in shown(client, asked)


def test_page_sends_to_the_form_only_where_it_has_a_box(client: Client, kind: PledgeKind, page: PledgePage) -> None:
    silent = make_pledge(kind, "ben@example.org", at=SPRING)
    assert "tick the box" not in shown(client, silent)
    make_consent_text(kind.campaign.organisation, "Remind me.", purpose=Purpose.REMINDER)
    clear_ttl_caches()
    assert "tick the box" in shown(client, silent)


def test_reminders_stopped_by_a_mails_link_are_allowed_again_by_the_way_shown(client: Client, pledge: Pledge) -> None:
    stop_reminders(pledge=pledge, source=LINK, at=SPRING)
    body = shown(client, pledge)
    assert "You stopped our reminders, so none reaches you." in body
    found = re.search(r'href="([^"]+)">Remind me again', body)
    assert found is not None
    client.post(found[1], {"do": "allow"})
    assert "none reaches you" not in shown(client, pledge)
    pledge.refresh_from_db()
    assert pledge.remind == "as_needed"


def test_link_of_a_record_merged_away_leads_to_the_pledge_that_counts(client: Client, kind: PledgeKind) -> None:
    make_pledge_page(kind)
    first = make_pledge(kind, "ada@example.org", at=SPRING, full_name="Ada")
    second = make_pledge(kind, "ada.l@example.org", at=SPRING, full_name="Ada")
    move_pledge(pledge=first, step="sent", told_by=ToldBy.OWN_PAGE, at=SPRING)
    assert first.supporter is not None
    assert second.supporter is not None
    merge_supporters(keep=first.supporter, absorb=second.supporter, by="tests")
    assert read_pledge(sign_pledge(second)) == first
    assert "Your promise is taken back" not in shown(client, second)


def test_old_page_mails_the_link_to_what_one_gets_instead_of_showing_it(
    client: Client, pledge: Pledge, spring: time_machine.Traveller, settings: Any
) -> None:
    settings.OWN_PAGE_DAYS = 30
    assert "/en/messages/" in shown(client, pledge)
    spring.move_to(SPRING + timedelta(days=31))
    assert "/en/messages/" not in shown(client, pledge)
    for _ in range(2):
        assert press(client, pledge, "messages").status_code == 303
    assert OutboundMessage.objects.get(template="own_page_link").address == "ada@example.org"
    assert "a…@e….org" in shown(client, pledge, "?done=messages")


def test_friends_who_promise_by_the_own_link_fill_the_places(client: Client, pledge: Pledge) -> None:
    Tally.objects.create(
        campaign=pledge.campaign,
        pledge_kind=pledge.kind,
        metric=Metric.PLEDGES,
        grain=Grain.SOURCE,
        key=f"||~{pledge.share_code}|",
        source=f"~{pledge.share_code}",
        count=2,
        counted_at=SPRING,
    )
    body = shown(client, pledge)
    assert body.count('class="is-filled"') == 2
    assert body.count("still free") == 1
    assert "2 people have promised through your link." in body


def test_after_the_last_day_one_can_still_tell(client: Client, pledge: Pledge, spring: time_machine.Traveller) -> None:
    spring.move_to(datetime(2026, 8, 2, 10, tzinfo=UTC))
    assert "The last day was 31 July 2026." in shown(client, pledge)
    press(client, pledge, "step", step="sent")
    assert stands(pledge)[0] == "sent"


def test_taking_back_is_shown_by_a_get_and_done_by_a_post(client: Client, pledge: Pledge, page: PledgePage) -> None:
    path = reverse("pledge_withdraw", args=[sign_pledge(pledge)])
    assert "Take your promise back?" in client.get(path).content.decode()
    assert pledge.moves.count() == 1
    for _ in range(2):
        assert client.post(path)["Location"] == own_path(pledge, "en")
    assert pledge.moves.count() == 2
    for body in (shown(client, pledge), client.get(path).content.decode()):
        assert "Your promise is taken back" in body
        assert f"{page.get_url()}#sign" in body
    response = press(client, pledge, "step", step="sent")
    assert response.status_code == 409
    assert "Promise it again" in response.content.decode()
    assert stands(pledge)[0] == "informed"


def test_taken_back_pledge_of_a_closed_kind_offers_no_form(client: Client, pledge: Pledge) -> None:
    client.post(reverse("pledge_withdraw", args=[sign_pledge(pledge)]))
    PledgeKind.objects.update(is_open=False)
    assert "Promise it again" not in shown(client, pledge)


def test_cut_forged_and_foreign_links_and_those_of_erased_people_show_nothing(client: Client, pledge: Pledge) -> None:
    good = sign_pledge(pledge)
    foreign = sign_uuid(pledge.public_id, "campaigns.signature.share")
    tokens = [good[:-1], good[1:], "x", foreign]
    for name in ("pledge_own", "pledge_withdraw"):
        for token in tokens:
            for ask in (client.get, client.post):
                response = ask(reverse(name, args=[token]))
                assert response.status_code == 404
                assert "We cannot read this link" in response.content.decode()
                assert "no-store" in response["Cache-Control"]
    Pledge.objects.update(supporter=None)
    assert client.get(own_path(pledge, "en")).status_code == 404
    assert pledge.moves.count() == 1


def test_form_of_another_site_is_refused(client: Client, pledge: Pledge) -> None:
    response = client.post(
        own_path(pledge, "en"), {"do": "step", "step": "sent"}, headers={"sec-fetch-site": "cross-site"}
    )
    assert response.status_code == 403
    assert stands(pledge)[0] == "informed"


def test_link_of_a_check_is_shared_where_the_kind_has_no_page_of_its_own(
    client: Client, kind: PledgeKind, pledge: Pledge, page: PledgePage
) -> None:
    check = make_registration_page(kind.election, pledge_kind=kind)
    page.delete()
    assert f"{check.get_url()}?s=~{pledge.share_code}" in shown(client, pledge)


def test_page_speaks_the_language_of_its_address(client: Client, pledge: Pledge) -> None:
    body = client.get(own_path(pledge, "ar")).content.decode()
    assert 'dir="rtl"' in body
    assert "سأسجّل للتصويت" in body
    assert "أرسلتُها" in body


def test_page_costs_the_same_with_one_move_and_with_many(client: Client, pledge: Pledge) -> None:
    shown(client, pledge)
    with CaptureQueriesContext(connection) as once:
        shown(client, pledge)
    for step in ("form_given", "informed", "form_given"):
        press(client, pledge, "step", step=step)
    with CaptureQueriesContext(connection) as often:
        shown(client, pledge)
    assert len(once) == len(often)
    assert len(once) <= 40


def test_page_of_a_withdrawn_initiative_says_that_it_is_over(client: Client, pledge: Pledge) -> None:
    kind = make_supported(campaign=pledge.campaign)
    own = make_pledge(kind, "omar@example.org", at=SPRING)
    assert "It can no longer be done" not in client.get(own_path(own, "en")).content.decode()
    Initiative.objects.update(status="WITHDRAWN")
    body = client.get(own_path(own, "en")).content.decode()
    assert "It can no longer be done. Did you do it before?" in body
    assert "Last day:" not in body
