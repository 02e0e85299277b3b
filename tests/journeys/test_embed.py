"""Story: a partner puts the form on its own website, strict and ugly as that is, and people sign there."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from campaigns.models import Partnership, Petition, Signature, Source
from messaging.actions.confirmations import drain_submissions
from messaging.actions.deliver import deliver_messages
from people.actions.consents import publish_consent_text
from people.models import ConsentEvent, Submission
from tests.browser import DEVICES, Answering, assert_accessible
from tests.factories.cms import make_petition, make_petition_page, make_pledge_page
from tests.factories.pledges import make_kind
from tests.host_site import HostSite

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

Visit = Callable[..., Page]


class Stage:
    """A petition in two languages and right to left, a partner with a link, and a consent of each."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.petition: Petition = make_petition(asks_nationality=False, minimum_shown=0)
        campaign = self.petition.campaign
        organisation = type(campaign.organisation).objects.create(
            name="Green House", slug="green-house", privacy_url="https://green.example/privacy"
        )
        self.partnership = Partnership.objects.create(campaign=campaign, organisation=organisation)
        self.source = Source.objects.create(
            campaign=campaign, code="green-site", label="Website", partnership=self.partnership
        )
        for each, purpose in ((campaign.organisation, "campaign_news"), (organisation, "partner_news")):
            for language in ("en", "fr", "ar"):
                publish_consent_text(
                    by="job:test", body=f"{each.name} may write to me ({language}).", purpose=purpose,
                    channel="email", organisation=each, scope=campaign.slug, language=language,
                )  # fmt: skip
        for language, title in (("en", "Open the doors"), ("fr", "Ouvrez les portes"), ("ar", "افتحوا الأبواب")):
            make_petition_page(self.petition, language=language, title=title)

    def snippet(self, language: str = "en", *, what: str | None = None, with_link: bool = True) -> str:
        name = what or f'data-carillon-petition="{self.petition.pk}"'
        link = f'<p class="way"><a href="{self.site}/s/green-site">Sign the petition</a></p>' if with_link else ""
        return (
            f'{link}<script src="{self.site}/embed/v1.js" {name} data-source="green-site" '
            f'data-language="{language}" async></script>'
        )

    @property
    def policy(self) -> str:
        return f"default-src 'none'; style-src 'self'; script-src {self.site}; connect-src {self.site}"


@pytest.fixture
def stage(transactional_db: None, settings: Any, live_server: Any) -> Stage:
    settings.PUBLIC_URL = live_server.url
    return Stage(live_server.url)


@pytest.fixture
def visit(browser: Browser, live_server: Any, answering: Answering) -> Iterator[Visit]:
    """Return ``visit(address, device, javascript)``: a person on somebody else's website."""
    contexts: list[BrowserContext] = []

    def open_one(address: str, device: str = "desktop", *, javascript: bool = True, **options: Any) -> Page:
        context = browser.new_context(java_script_enabled=javascript, **DEVICES[device], **options)
        contexts.append(context)
        page = context.new_page()
        page.asked = []  # type: ignore[attr-defined]
        page.on("request", lambda request: page.asked.append(request))  # type: ignore[attr-defined]
        page.goto(address)
        return page

    yield open_one
    for context in contexts:
        context.close()
    answering.wait()


def picture(page: Page, name: str) -> None:
    """Keep a picture for whoever wants to look: CARILLON_PICTURES names the folder."""
    folder = os.environ.get("CARILLON_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def asked_of_us(page: Page, site: str) -> list[Request]:
    return [request for request in page.asked if request.url.startswith(site)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("language", "device"), [("en", "desktop"), ("fr", "phone"), ("ar", "phone")])
def test_sign_on_a_partners_website_confirm_and_be_credited(
    stage: Stage, host_site: HostSite, visit: Visit, language: str, device: str
) -> None:
    host_site.policy = stage.policy
    page = visit(host_site.show(stage.snippet(language)), device)
    form = page.locator("carillon-form form")
    expect(form).to_be_visible()
    expect(page.locator("p.way")).to_have_count(0)
    box = page.locator("carillon-form .c")
    expect(box).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    # The website's styles stay outside.
    look = """el => {
        const style = getComputedStyle(el);
        return [style.textTransform, style.display, style.color, style.transform, style.direction];
    }"""
    field = page.locator("carillon-form input[name=email]")
    assert field.evaluate(look)[:4] == ["none", "inline-block", "rgb(27, 33, 64)", "none"]
    assert box.evaluate(look)[4] == ("rtl" if language == "ar" else "ltr")
    assert page.locator("carillon-form").evaluate("el => getComputedStyle(el).opacity") == "1"
    assert_accessible(page, within="carillon-form")
    picture(page, f"embed-{language}-{device}")

    # Boxes are unticked; a mistake is explained beside its field, and everything typed is kept.
    boxes = page.locator("carillon-form input[type=checkbox]")
    expect(boxes).to_have_count(2)
    for number in range(2):
        expect(boxes.nth(number)).not_to_be_checked()
    page.fill("carillon-form input[name=full_name]", "Inês Almeida")
    field.fill("not an address")
    page.select_option("carillon-form select[name=residence_country]", "BE")
    boxes.nth(1).check()
    page.locator("carillon-form button").focus()
    page.keyboard.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("carillon-form .e")).to_be_focused()
    assert page.locator("carillon-form #c-email-e").inner_text().strip()
    expect(page.locator("carillon-form input[name=full_name]")).to_have_value("Inês Almeida")
    expect(boxes.nth(1)).to_be_checked()
    assert_accessible(page, within="carillon-form")
    picture(page, f"embed-error-{language}-{device}")

    page.locator("carillon-form .e a").click()
    expect(field).to_be_focused()
    field.fill("Ines@example.org")
    page.locator("carillon-form button").click()
    heading = page.locator("carillon-form h2")
    expect(heading).to_be_focused()
    expect(page.locator("carillon-form ol li")).to_have_count(3)
    expect(page.locator("carillon-form .c")).to_contain_text("Ines@example.org")
    assert_accessible(page, within="carillon-form")
    picture(page, f"embed-sent-{language}-{device}")

    # One row, with the partner's code; nothing of the page it came from.
    row = Submission.objects.get()
    assert (row.source, row.locale) == ("green-site", language)
    ours = asked_of_us(page, stage.site)
    assert ours
    for request in ours:
        headers = request.all_headers()
        assert "cookie" not in headers
        assert "secret-42" not in str(headers) or request.resource_type == "script"
    assert page.context.cookies() == []
    for request in page.asked:  # type: ignore[attr-defined]
        assert request.url.startswith((stage.site, host_site.url))

    at = timezone.now()
    drain_submissions(at=at)
    deliver_messages(at=at)
    page.goto(f"{stage.site}/outbox/")
    page.locator("li, tr", has_text="Ines@example.org").get_by_role("link").first.click()
    page.locator("a[href*='/confirm/']").first.click()
    page.click("form[action*='/confirm/'] button[type=submit]")
    page.wait_for_url(f"**/{language}/share/**")
    signature = Signature.objects.get()
    credited = (signature.partnership, signature.source, signature.bucket)
    assert credited == (stage.partnership, "green-site", "green-site")
    assert [event.organisation for event in ConsentEvent.objects.all()] == [stage.partnership.organisation]


def test_without_javascript_there_is_a_link(stage: Stage, host_site: HostSite, visit: Visit) -> None:
    host_site.policy = stage.policy
    page = visit(host_site.show(stage.snippet(), styles=""), javascript=False)
    page.get_by_role("link", name="Sign the petition").click()
    page.wait_for_url(f"{stage.site}/en/**?s=green-site")
    expect(page.locator("#sign-form [name=source]")).to_have_value("green-site")


@pytest.mark.parametrize("with_link", [True, False])
def test_where_the_policy_forbids_asking_us_there_is_a_link(
    stage: Stage, host_site: HostSite, visit: Visit, with_link: bool
) -> None:
    host_site.policy = f"default-src 'none'; style-src 'self'; script-src {stage.site}; connect-src 'none'"
    page = visit(host_site.show(stage.snippet("fr", with_link=with_link), styles=""))
    link = page.get_by_role("link", name="Sign the petition" if with_link else "Ouvrir le formulaire")
    expect(link).to_be_visible()
    expect(page.locator("carillon-form")).to_have_count(0)
    picture(page, f"embed-link-{with_link}")
    link.click()
    page.wait_for_url(f"{stage.site}/**?s=green-site")


def test_where_the_script_is_forbidden_there_is_a_link(stage: Stage, host_site: HostSite, visit: Visit) -> None:
    host_site.policy = "default-src 'none'; style-src 'self'"
    page = visit(host_site.show(stage.snippet(), styles=""))
    expect(page.get_by_role("link", name="Sign the petition")).to_be_visible()


def test_website_that_is_not_named_gets_the_link_back(stage: Stage, host_site: HostSite, visit: Visit) -> None:
    Source.objects.filter(pk=stage.source.pk).update(embed_hosts="green.example")
    host_site.policy = stage.policy
    page = visit(host_site.show(stage.snippet(), styles=""))
    page.locator("carillon-form input[name=full_name]").focus()
    expect(page.get_by_role("link", name="Sign the petition")).to_be_visible()
    expect(page.locator("carillon-form")).to_have_count(0)


def test_odd_form_is_let_through_by_the_machines_own_work(stage: Stage, host_site: HostSite, visit: Visit) -> None:
    host_site.policy = stage.policy
    page = visit(host_site.show(stage.snippet(), styles=""))
    page.fill("carillon-form input[name=full_name]", "Inês Almeida")
    page.fill("carillon-form input[name=email]", "ines@example.org")
    page.select_option("carillon-form select[name=residence_country]", "BE")
    # What a program would fill in, and no person sees.
    page.locator("carillon-form input[name=website]").evaluate("el => { el.value = 'https://spam.example' }")
    page.locator("carillon-form button").click()
    expect(page.locator("carillon-form ol li")).to_have_count(3)
    assert Submission.objects.count() == 1


def test_pledge_and_count_stand_on_the_same_page(stage: Stage, host_site: HostSite, visit: Visit) -> None:
    kind = make_kind(stage.petition.campaign)
    make_pledge_page(kind)
    host_site.policy = stage.policy
    body = stage.snippet(what=f'data-carillon-pledge="{kind.pk}"') + stage.snippet(
        what=f'data-carillon-counter="petition-{stage.petition.pk}"'
    )
    page = visit(host_site.show(body), "phone")
    expect(page.locator("carillon-form form")).to_be_visible()
    expect(page.locator("carillon-count .b")).to_contain_text("0 signatures")
    assert_accessible(page, within="carillon-count")
    page.fill("carillon-form input[name=full_name]", "Inês Almeida")
    page.fill("carillon-form input[name=email]", "ines@example.org")
    picture(page, "embed-pledge-and-count")
    page.locator("carillon-form button").click()
    expect(page.locator("carillon-form ol li")).to_have_count(3)
    assert (Submission.objects.get().kind, Submission.objects.get().source) == ("pledge", "green-site")
