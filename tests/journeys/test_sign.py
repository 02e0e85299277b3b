"""Journey 1: a citizen signs, confirms and shares, and the campaign sees how far it is."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from campaigns.actions.tallies import count_signatures, find_drift
from campaigns.enums import PartnerRole, SignatureStatus
from campaigns.models import Partnership, Petition, Signature, Source
from cms.models import PetitionPage
from core.ttl_cache import clear_ttl_caches
from messaging.actions.confirmations import drain_submissions
from messaging.actions.deliver import deliver_messages
from people.actions.consents import publish_consent_text
from people.models import ConsentEvent, Submission
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories.cms import make_petition, make_petition_page

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OpenPage = Callable[..., Page]


@dataclass(frozen=True)
class Stage:
    """A campaign with one partner, whose link the citizens follow, and a page in each language."""

    petition: Petition
    partnership: Partnership
    pages: dict[str, PetitionPage]

    def path(self, language: str, source: str = "green-house") -> str:
        return f"{self.pages[language].get_url()}?s={source}"


@pytest.fixture
def stage(transactional_db: None, settings: Any, live_server: Any) -> Stage:
    settings.PUBLIC_URL = live_server.url
    petition = make_petition(
        asks_nationality=True, asks_phone=True, asks_comment=True, minimum_shown=1, goal_steps=[5, 10]
    )
    campaign = petition.campaign
    partner = type(campaign.organisation).objects.create(name="Green House", slug="green-house")
    partnership = Partnership.objects.create(campaign=campaign, organisation=partner, role=PartnerRole.PARTNER)
    Source.objects.create(campaign=campaign, code="green-house", label="Green House", partnership=partnership)
    for organisation, purpose in ((campaign.organisation, "campaign_news"), (partner, "partner_news")):
        for language in ("en", "fr"):
            publish_consent_text(
                by="job:test", body=f"{organisation.name} may write to me ({language}).", purpose=purpose,
                channel="email", organisation=organisation, scope=campaign.slug, language=language,
            )  # fmt: skip
    pages = {
        "en": make_petition_page(petition, title="Open the doors"),
        "fr": make_petition_page(petition, language="fr", title="Ouvrez les portes"),
    }
    return Stage(petition, partnership, pages)


def run_the_background() -> None:
    """Do what the worker does every few seconds: queue, deliver, count."""
    at = timezone.now()
    drain_submissions(at=at)
    deliver_messages(at=at)
    count_signatures(at=at)
    cache.clear()
    clear_ttl_caches()


def fill_in(page: Page, *, name: str, email: str) -> None:
    page.fill("[name=full_name]", name)
    page.fill("[name=email]", email)
    page.select_option("[name=nationality]", "PT")
    page.select_option("[name=residence_country]", "BE")
    page.fill("[name=comment]", "Because my neighbours are.")


def open_mail(page: Page, email: str) -> None:
    """Find the newest message to ``email`` in the outbox and follow its confirmation link, as a person would."""
    page.goto("/outbox/")
    page.get_by_role("link").filter(has_text=email).or_(
        page.locator("li, tr", has_text=email).get_by_role("link")
    ).first.click()
    page.locator("a[href*='/confirm/']").first.click()
    page.wait_for_url("**/confirm/**")


def sign(page: Page, path: str, *, name: str, email: str) -> None:
    page.goto(path)
    fill_in(page, name=name, email=email)
    page.click("#sign-form button[type=submit]")
    page.wait_for_url("**/sign/sent/**")


@pytest.mark.parametrize(
    ("device", "language", "javascript"),
    [("phone", "en", True), ("desktop", "fr", True), ("phone", "fr", False), ("desktop", "en", False)],
)
def test_sign_confirm_share_count_moves(
    stage: Stage, open_page: OpenPage, device: str, language: str, javascript: bool
) -> None:
    page = open_page(device, javascript=javascript, locale=language)

    # The petition's page: boxes unticked, nothing counted yet.
    page.goto(stage.path(language))
    expect(page.locator("h1")).to_contain_text(stage.pages[language].title)
    expect(page.locator("html")).to_have_attribute("lang", language)
    boxes = page.locator("#sign-form input[type=checkbox]")
    expect(boxes).to_have_count(2)
    for number in range(2):
        expect(boxes.nth(number)).not_to_be_checked()
    assert_no_sideways_scroll(page)
    if javascript:
        assert_accessible(page)

    # Form → one row → "check your inbox".
    fill_in(page, name="Inês Almeida", email="Ines@example.org")
    boxes.nth(1).check()
    page.click("#sign-form button[type=submit]")
    page.wait_for_url("**/sign/sent/**")
    expect(page.locator("main")).to_contain_text("Ines@example.org")
    assert Submission.objects.count() == 1
    assert not Signature.objects.exists()

    # The message, drained from the row; opening its link confirms nothing.
    run_the_background()
    open_mail(page, "Ines@example.org")
    page.wait_for_url(f"**/{language}/confirm/**")
    assert not Signature.objects.exists()
    if javascript:
        assert_accessible(page)

    # Pressing the button makes supporter, consent and signature, and leads to the own link.
    page.click("form[action*='/confirm/'] button[type=submit]")
    page.wait_for_url(f"**/{language}/share/**")
    signature = Signature.objects.get()
    assert (signature.status, signature.partnership, signature.territory_code) == (
        SignatureStatus.CONFIRMED, stage.partnership, "BE",
    )  # fmt: skip
    assert [event.text.body for event in ConsentEvent.objects.select_related("text")] == [
        f"Green House may write to me ({language})."
    ]
    own_path = f"{stage.pages[language].get_url()}?s=~{signature.share_code}"
    expect(page.locator("#own-link")).to_have_value(re.compile(f"{re.escape(own_path)}$"))
    own_link = page.locator("#own-link").input_value()
    assert_no_sideways_scroll(page)
    if javascript:
        assert_accessible(page)

    # A friend follows the own link: the partner keeps the credit, and the count moves.
    friend = open_page(device, javascript=javascript, locale=language)
    sign(friend, own_link, name="Tomasz", email="tomasz@example.org")
    run_the_background()
    open_mail(friend, "tomasz@example.org")
    friend.click("form[action*='/confirm/'] button[type=submit]")
    friend.wait_for_url("**/share/**")
    second = Signature.objects.exclude(pk=signature.pk).get()
    assert (second.partnership, second.source, second.bucket) == (
        stage.partnership, f"~{signature.share_code}", "green-house",
    )  # fmt: skip
    run_the_background()
    friend.goto(stage.path(language))
    expect(friend.locator("[data-count]").first).to_have_text("2")
    page.reload()
    expect(page.locator(".notice-good")).to_contain_text("1")
    assert find_drift() == []


def test_wrong_input_is_explained_beside_the_field_and_everything_typed_is_kept(
    stage: Stage, open_page: OpenPage
) -> None:
    page = open_page("phone", javascript=False)
    page.goto(stage.path("fr"))
    fill_in(page, name="Inês", email="not an address")
    page.locator("#sign-form input[type=checkbox]").nth(1).check()
    page.locator("#sign-form").evaluate("form => form.noValidate = true")
    page.watch.allow("422")  # type: ignore[attr-defined]
    with page.expect_navigation():
        page.click("#sign-form button[type=submit]")
    expect(page.locator("#sign-email")).to_have_attribute("aria-invalid", "true")
    error = page.locator("#sign-email").get_attribute("aria-describedby") or ""
    messages = [page.locator(f"#{name}").inner_text() for name in error.split()]
    assert any("adresse" in message for message in messages), messages
    kept = {"full_name": "Inês", "email": "not an address", "nationality": "PT", "source": "green-house"}
    for name, value in kept.items():
        expect(page.locator(f"#sign-form [name={name}]")).to_have_value(value)
    expect(page.locator("#sign-form input[type=checkbox]").nth(1)).to_be_checked()
    assert not Submission.objects.exists()


def test_this_was_not_me_deletes_the_form(stage: Stage, open_page: OpenPage) -> None:
    page = open_page("phone")
    sign(page, stage.path("en"), name="Somebody", email="victim@example.org")
    run_the_background()
    open_mail(page, "victim@example.org")
    page.locator("a[href*='/not-me/']").click()
    page.click("form[action*='/not-me/'] button[type=submit]")
    expect(page.get_by_role("heading", name="It is deleted")).to_be_visible()
    row = Submission.objects.get()
    assert (row.email, row.payload, row.status) == ("", {}, "disowned")
    assert not Signature.objects.exists()


def test_withdrawing_takes_the_signature_out_of_the_count(stage: Stage, open_page: OpenPage) -> None:
    page = open_page("phone")
    sign(page, stage.path("en"), name="Ana", email="ana@example.org")
    run_the_background()
    open_mail(page, "ana@example.org")
    page.click("form[action*='/confirm/'] button[type=submit]")
    page.wait_for_url("**/share/**")
    run_the_background()
    page.locator("a[href*='/withdraw/']").click()
    page.click("form[action*='/withdraw/'] button[type=submit]")
    expect(page.get_by_role("heading", name="Your signature is withdrawn")).to_be_visible()
    run_the_background()
    assert Signature.objects.get().status == SignatureStatus.WITHDRAWN
    assert find_drift() == []
    page.goto(stage.path("en"))
    expect(page.locator("[data-count]")).to_have_count(0)
