"""Somebody promises on a phone to register: from the check to the own page, and on to a friend."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from campaigns.models import Campaign, Pledge, PledgeKind
from campaigns.pledge_links import own_url
from cms.models import RegistrationPage
from messaging.actions.confirmations import drain_submissions
from messaging.actions.deliver import deliver_messages
from people.enums import Purpose
from people.models import ConsentEvent, Submission
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories.elections import make_election, make_registration_page
from tests.factories.people import make_consent_text
from tests.factories.pledges import make_kind, make_pledge

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OpenPage = Callable[..., Page]
PROMISES = {
    "en": "I will register to vote",
    "fr": "Je m’inscris pour voter",
    "nl": "Ik schrijf me in om te stemmen",
    "ar": "سأسجّل للتصويت",
}
FRENCH: list[tuple[str, dict[str, str]]] = [
    ("nationality", {"first": "FR"}),
    ("birth_date", {"day": "17", "month": "5", "year": "1985"}),
    ("commune", {"choice": "NIS 21009"}),
    ("earlier_local_registration", {"choice": "no"}),
    ("residence_register", {"choice": "foreigners"}),
    ("register_since", {"month": "3", "year": "2012"}),
    ("ep_registration", {"choice": "no"}),
    ("deprived", {"choice": "no"}),
]


@pytest.fixture
def pages(transactional_db: None, settings: Any, live_server: Any) -> dict[str, RegistrationPage]:
    from places.actions.load import load_places

    settings.PUBLIC_URL = live_server.url
    load_places()
    election = make_election()
    campaign = Campaign.objects.get()
    kind = make_kind(campaign, election=election)
    for language in PROMISES:
        make_consent_text(
            campaign.organisation, f"Remind me ({language}).", purpose=Purpose.REMINDER, language=language
        )
    return {language: make_registration_page(election, language, pledge_kind=kind) for language in PROMISES}


def fill_in(page: Page, name: str, value: str) -> None:
    field = page.locator(f".eligibility-form [name={name}]").first
    if name == "choice" and field.get_attribute("type") == "radio":
        page.check(f"[name=choice][value={value}]")
    elif field.evaluate("node => node.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)


def answer_all(page: Page) -> None:
    """Answer as a Frenchwoman of Ixelles who has been there since 2012."""
    for question, said in FRENCH:
        expect(page.locator(f"input[name=question][value={question}]")).to_have_count(1)
        for name, value in said.items():
            fill_in(page, name, value)
        page.locator(".eligibility-form button.button-wide").first.click()
    expect(page.locator("[data-outcome=eligible]")).to_be_visible()


def open_mail(page: Page, address: str) -> None:
    at = timezone.now()
    drain_submissions(at=at)
    deliver_messages(at=at)
    page.goto("/outbox/")
    page.get_by_role("link").filter(has_text=address).first.click()
    body = page.locator(".mail-text").inner_text()
    page.wait_for_load_state("load")
    page.goto(next(word for word in body.split() if "/confirm/" in word))


@pytest.mark.parametrize(
    ("language", "script"), [("en", True), ("fr", True), ("nl", True), ("ar", True), ("ar", False)]
)
def test_promise_made_under_the_answer_is_kept_and_shared(
    pages: dict[str, RegistrationPage], open_page: OpenPage, language: str, script: bool
) -> None:
    page = open_page("phone", javascript=script)
    page.watch.allow("422")  # type: ignore[attr-defined]

    def look() -> None:
        page.wait_for_load_state("load")
        assert_no_sideways_scroll(page)
        if script:  # axe is a script itself
            assert_accessible(page)

    page.goto(f"{pages[language].get_url()}?s=flyer")
    answer_all(page)
    form = page.locator("#sign-form")
    expect(form.locator("[name=commune]")).to_have_value("NIS 21009")
    look()

    # A fault first: the form comes back by itself, with everything typed.
    form.locator("[name=full_name]").fill("Nina Example")
    form.locator("[name=email]").fill("nina@example.org")
    form.locator("[name=remind][value=on_day]").check()
    form.locator("[name^=consent_]").first.check()
    form.locator("button[type=submit]").click()
    expect(page.locator("#field-remind_date .errors")).to_be_visible()
    expect(form.locator("[name=full_name]")).to_have_value("Nina Example")
    expect(form.locator("[name=commune]")).to_have_value("NIS 21009")
    expect(form.locator("[name=remind][value=on_day]")).to_be_checked()
    look()
    form.locator("[name=remind][value=once]").check()
    form.locator("button[type=submit]").click()
    expect(page.get_by_text("nina@example.org")).to_be_visible()
    look()

    open_mail(page, "nina@example.org")
    assert Submission.objects.get().status == "pending"
    expect(page.get_by_role("link", name=PROMISES[language])).to_be_visible()
    look()
    page.locator("form button[type=submit]").click()
    expect(page.locator("h1")).to_have_text(PROMISES[language])
    pledge = Pledge.objects.get()
    assert (pledge.territory_code, pledge.remind, pledge.locale, pledge.source) == (
        "NIS 21009",
        "once",
        language,
        "flyer",
    )
    assert ConsentEvent.objects.get().purpose == Purpose.REMINDER
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    expect(page.locator("#next")).to_contain_text(
        "إكسيل" if language == "ar" else "Ixelles" if language != "nl" else "Elsene"
    )
    look()

    page.locator("button[name=step][value=sent]").click()
    expect(page.locator("#done")).to_be_visible()
    expect(page.locator(".ladder .is-reached")).to_have_count(3)
    expect(page.locator("button[name=step]")).to_have_count(1)
    pledge.refresh_from_db()
    assert (pledge.step, pledge.standing) == ("sent", "acted")
    look()
    page.locator(".pledge-endings summary").click()
    expect(page.locator("[name=barrier]").first).to_be_visible()
    look()

    # A friend opens the own link and is led into the same check, with the link remembered and nothing asked of them.
    link = page.locator("#own-link").input_value()
    assert page.context.cookies() == []
    page.goto(link)
    expect(page.locator("input[name=source]").first).to_have_value(f"~{pledge.share_code}")


def test_promise_is_taken_back_and_made_again(pages: dict[str, RegistrationPage], open_page: OpenPage) -> None:
    pledge = make_pledge(PledgeKind.objects.get(), "nina@example.org", at=timezone.now(), commune="NIS 21009")
    page = open_page("desktop")
    page.watch.allow("409")  # type: ignore[attr-defined]
    page.goto(own_url(pledge, "en"))
    assert_accessible(page)
    page.get_by_role("link", name="Take my promise back").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("heading", name="Your promise is taken back")).to_be_visible()
    assert_accessible(page)
    pledge.refresh_from_db()
    assert pledge.standing == "withdrawn"
    page.get_by_role("link", name="Promise it again").click()
    expect(page.locator("input[name=question][value=nationality]")).to_have_count(1)
