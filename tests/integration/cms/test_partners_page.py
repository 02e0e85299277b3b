"""The wall of partners and their own pages on the site: only what is approved, and gone at once."""

import gzip
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from campaigns.enums import Grain, Metric, PartnerRole
from campaigns.models import Partnership, Tally
from cms.models import PartnersPage
from coalition.actions.leaving import leave_campaign
from coalition.actions.partner_pages import Words, save_page, take_off_page
from coalition.models import PartnerGoal, PartnerLogo
from coalition.selectors.public_partners import own_code
from core.ttl_cache import clear_ttl_caches
from tests.factories.cms import make_petition_page, make_pledge_page
from tests.factories.events import make_event, make_event_type
from tests.factories.partner_pages import content, drawn, further_partner, make_partners_page, published
from tests.factories.staff import NOON, World, browse

pytestmark = pytest.mark.django_db
WALL_QUERIES, OWN_QUERIES = 19, 23


@pytest.fixture
def wall(ours: World) -> PartnersPage:
    """The English page of partners of our campaign, with one partner's page approved."""
    Organisation.objects.filter(pk=ours.partner.pk).update(country="BE")
    page = make_partners_page(ours.campaign)
    texts = {"en": Words("We help people.", "First.\n\nSecond."), "ar": Words("نساعد الناس.", "")}
    published(ours.partnership, ours.coordinator, texts=texts)
    cache.clear()
    clear_ttl_caches()
    return page


def own_path(page: PartnersPage, partnership: Partnership) -> str:
    partnership = Partnership.objects.select_related("organisation").get(pk=partnership.pk)
    return f"{page.get_url()}{page.tail_of(partnership)}"


def read(path: str, **extra: Any) -> str:
    answer = Client().get(path, **extra)
    assert answer.status_code == 200
    return answer.content.decode()


def test_wall_names_everybody_by_country_with_logos_where_they_are_approved(ours: World, wall: PartnersPage) -> None:
    further_partner(ours.campaign, "Ünited", "AT", role=PartnerRole.LEAD)
    further_partner(ours.campaign, "Stateless & Co")
    further_partner(ours.campaign, "Gone", "DE", left_at=NOON)
    shown = read(wall.get_url())
    assert "3 organisations in 2 countries" in shown
    assert "Gone" not in shown
    names = re.findall(r'<h2 id="country-\w+">([^<]+?) <', shown)
    assert names == ["Austria", "Belgium", "Elsewhere"]
    logo = PartnerLogo.objects.get()
    assert f'src="/partner-logos/{logo.token}/small.webp" alt="" width="160" height="53" loading="lazy"' in shown
    assert f'href="{own_path(wall, ours.partnership)}"' in shown
    assert "Stateless &amp; Co" in shown
    assert "We help people." in shown


def test_counts_are_in_the_languages_own_plural(ours: World, wall: PartnersPage) -> None:
    assert "1 organisation in 1 country" in read(wall.get_url())


def test_wall_of_two_hundred_weighs_little(ours: World, wall: PartnersPage) -> None:
    rows = [Organisation(name=f"Organisation number {n}", slug=f"o{n}", country="FR") for n in range(200)]
    organisations = Organisation.objects.bulk_create(rows)
    Partnership.objects.bulk_create(
        [Partnership(campaign=ours.campaign, organisation=organisation) for organisation in organisations]
    )
    answer = Client().get(wall.get_url(), headers={"accept-encoding": "gzip"})
    assert b"201 organisations in 2 countries" in gzip.decompress(answer.content)
    assert len(answer.content) < 20_000


def test_own_page_says_what_was_approved_and_marks_other_languages(ours: World, wall: PartnersPage) -> None:
    shown = read(own_path(wall, ours.partnership))
    assert "<h1" in shown
    assert "<p>First.</p>\n\n<p>Second.</p>" in shown
    assert 'href="https://partner.example/"' in shown
    french = make_partners_page(ours.campaign, language="fr", title="Partenaires")
    clear_ttl_caches()
    page = read(own_path(french, ours.partnership))
    assert '<p class="lead" lang="en" dir="auto">We help people.</p>' in page
    assert 'hreflang="en"' in page
    arabic = make_partners_page(ours.campaign, language="ar", title="شركاء")
    page = read(own_path(arabic, ours.partnership))
    assert '<p class="lead" lang="ar" dir="auto">نساعد الناس.</p>' in page
    assert 'lang="en" dir="auto"><p>First.' in page


def test_own_page_tells_machines_what_it_is(ours: World, wall: PartnersPage) -> None:
    path = own_path(wall, ours.partnership)
    shown = read(path)
    token = PartnerLogo.objects.get().token
    assert re.search(rf'<link rel="canonical" href="[^"]+{path}">', shown)
    assert re.search(rf'<meta property="og:image" content="http[^"]+/partner-logos/{token}/card.jpg">', shown)
    assert '<meta property="og:title" content="ours partner">' in shown
    assert '<meta name="description" content="We help people.">' in shown
    for told in ('"@type": "Organization"', '"name": "ours partner"', '"addressCountry": "BE"'):
        assert told in shown
    assert path in read("/sitemap-en.xml")


def test_only_what_is_approved_is_shown(ours: World, wall: PartnersPage) -> None:
    second = further_partner(ours.campaign, "Second")
    save_page(partnership=second, content=content("Secret words.", logo=drawn()), seal="", by=ours.manager, at=NOON)
    save_page(
        partnership=ours.partnership,
        content=content("Secret plans.", logo=drawn()),
        seal="",
        by=ours.manager,
        at=NOON,
    )
    assert "Secret" not in read(wall.get_url()) + read(own_path(wall, ours.partnership))
    assert Client().get(own_path(wall, second)).status_code == 404
    drafts = PartnerLogo.objects.exclude(pk__in=PartnerLogo.objects.public().values("pk"))
    assert drafts.count() == 2
    for logo in drafts:
        assert Client().get(f"/partner-logos/{logo.token}/small.webp").status_code == 404
        assert browse(ours.coordinator).get(f"/partner-logos/{logo.token}/small.webp").status_code == 404


def test_logo_is_public_for_good_under_an_address_that_tells_nothing(ours: World, wall: PartnersPage) -> None:
    logo = PartnerLogo.objects.get()
    assert len(logo.token) >= 20
    for name, kind in (("small.webp", "image/webp"), ("large.webp", "image/webp"), ("card.jpg", "image/jpeg")):
        answer = Client().get(reverse("partner_logo", args=[logo.token, name]))
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, s-maxage=600, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert not answer.cookies
    assert Client().get(f"/partner-logos/{logo.token}/huge.png").status_code == 404
    assert Client().get(f"/partner-logos/{logo.token[:-1]}/small.webp").status_code == 404


@pytest.mark.parametrize("known", ['"{}-card.jpg"', 'W/"{}-card.jpg"', "*"])
def test_known_logo_is_not_read_again_and_one_taken_off_is_gone(ours: World, wall: PartnersPage, known: str) -> None:
    token = PartnerLogo.objects.get().token
    path, asked = f"/partner-logos/{token}/card.jpg", {"If-None-Match": known.format(token)}
    assert Client().get(path).headers["ETag"] == f'"{token}-card.jpg"'
    with CaptureQueriesContext(connection) as queries:
        answer = Client().get(path, headers=asked)
    assert (answer.status_code, answer.content) == (304, b"")
    assert "s-maxage=600" in answer.headers["Cache-Control"]
    assert not any('"coalition_partnerlogo"."card"' in each["sql"] for each in queries)
    take_off_page(partnership=ours.partnership, by=ours.manager, at=NOON)
    assert Client().get(path, headers=asked).status_code == 404


@pytest.mark.parametrize("how", ["leaves", "is taken off"])
def test_partner_that_goes_is_gone_at_once_from_kept_pages_too(
    ours: World, wall: PartnersPage, how: str, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    path, token = own_path(wall, ours.partnership), PartnerLogo.objects.get().token
    petition = make_petition_page(ours.petition, body=[("partners", {"heading": "", "campaign": None})])
    for each in (path, wall.get_url(), petition.get_url()):
        assert token in read(each)
    with django_capture_on_commit_callbacks(execute=True):
        if how == "leaves":
            leave_campaign(partnership=ours.partnership, by=ours.manager, at=NOON)
        else:
            take_off_page(partnership=ours.partnership, by=ours.manager, at=NOON)
    assert token not in read(wall.get_url()) + read(petition.get_url())
    assert Client().get(path).status_code == Client().get(f"/partner-logos/{token}/small.webp").status_code == 404
    assert ("ours partner" in read(wall.get_url())) == (how != "leaves")
    assert path not in read("/sitemap-en.xml")


def test_links_of_the_page_credit_the_partner_and_keep_its_own_code(ours: World, wall: PartnersPage) -> None:
    signing = make_petition_page(ours.petition, form_heading="Sign here")
    path = own_path(wall, ours.partnership)
    own = own_code(ours.partnership)
    assert own
    assert f'href="{signing.get_url()}?s={own}"' in read(path)
    assert f'href="{signing.get_url()}?s={own}"' in read(f"{path}?s=~somebody")
    ours.campaign.sources.create(code="stall", label="Stall", partnership=ours.partnership)
    clear_ttl_caches()
    assert f'href="{signing.get_url()}?s=stall"' in read(f"{path}?s=stall")
    assert f'href="{wall.get_url()}?s=stall"' in read(f"{path}?s=stall")


def test_page_asks_for_no_promise_nobody_can_make_any_more(ours: World, wall: PartnersPage) -> None:
    path, today = own_path(wall, ours.partnership), timezone.localdate()
    kinds = {
        "open": {"due_date": today + timedelta(days=9)},
        "closed": {"is_open": False},
        "over": {"due_date": today - timedelta(days=1)},
    }
    for key, columns in kinds.items():
        kind = ours.campaign.pledge_kinds.create(key=key, name=key, **columns)
        make_pledge_page(kind, title=f"Promise that is {key}")
    page = read(path)
    assert [key for key in kinds if f"Promise that is {key}" in page] == ["open"]


def test_address_with_other_words_leads_on_and_keeps_the_source(ours: World, wall: PartnersPage) -> None:
    path = own_path(wall, ours.partnership)
    answer = Client().get(f"{wall.get_url()}{ours.partnership.pk}-old-name/?s=x")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{path}?s=x")


def test_other_coalitions_partners_are_not_found(ours: World, theirs: World, wall: PartnersPage) -> None:
    published(theirs.partnership, theirs.coordinator)
    assert Client().get(f"{wall.get_url()}{theirs.partnership.pk}/").status_code == 404
    assert "theirs" not in read(wall.get_url())


def test_own_figure_is_shown_only_if_the_partner_agrees_and_in_tens(ours: World, wall: PartnersPage) -> None:
    tally: dict[str, Any] = {
        "campaign": ours.campaign, "petition": ours.petition, "metric": Metric.SIGNATURES, "grain": Grain.PARTNER,
        "partnership": ours.partnership, "key": str(ours.partnership.pk), "counted_at": timezone.now(),
    }  # fmt: skip
    Tally.objects.create(count=347, **tally)
    PartnerGoal.objects.create(partnership=ours.partnership, metric="signatures", target=500)
    path = own_path(wall, ours.partnership)
    assert "340" not in read(path)
    ours.partnership.profiles.update(shows_figure=True)
    cache.clear()
    shown = read(path)
    assert "at least <strong>340</strong> signatures" in shown
    assert '<progress class="bar" max="500" value="340"' in shown
    assert "347" not in shown
    Tally.objects.update(count=9)
    cache.clear()
    assert "<progress" not in read(path)


def test_own_events_are_the_partners_public_ones_to_come(ours: World, wall: PartnersPage) -> None:
    at, kind = timezone.now() + timedelta(days=3), make_event_type(ours.campaign)
    make_event(kind, organisation=ours.partner, title="Our evening", starts_at=at)
    make_event(kind, organisation=ours.lead, title="Of the lead", starts_at=at)
    make_event(kind, organisation=ours.partner, title="Behind doors", starts_at=at, is_public=False)
    shown = read(own_path(wall, ours.partnership))
    assert "Our evening" in shown
    assert "Of the lead" not in shown
    assert "Behind doors" not in shown


def test_hostile_words_are_words(ours: World, wall: PartnersPage) -> None:
    second = further_partner(ours.campaign, "<b>Second</b>", slug="second")
    hostile = "<script>alert(1)</script> {{ settings }} <img src=x onerror=alert(1)>"
    published(second, ours.coordinator, texts={"en": Words(hostile[:200], hostile)})
    for shown in (read(own_path(wall, second)), read(wall.get_url())):
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "<b>Second" not in shown
        assert "&lt;script&gt;alert(1)" in shown


@pytest.mark.parametrize("number", [1, 3])
def test_cost_does_not_grow_with_the_partners(ours: World, wall: PartnersPage, number: int) -> None:
    make_petition_page(ours.petition)
    for each in range(number - 1):
        published(further_partner(ours.campaign, f"Partner {each}", "BE"), ours.coordinator)
    for path, most in ((wall.get_url(), WALL_QUERIES), (own_path(wall, ours.partnership), OWN_QUERIES)):
        read(path)  # what is remembered for seconds is not the page's own
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            read(path)
        assert len(asked) == most, [each["sql"] for each in asked]


def test_block_shows_logos_on_any_page_of_the_campaign(ours: World, wall: PartnersPage) -> None:
    for number in range(13):
        further_partner(ours.campaign, f"Partner {number:02}", "BE")
    page = make_petition_page(ours.petition, body=[("partners", {"heading": "Together", "campaign": None})])
    shown = read(page.get_url())
    assert 'alt="ours partner"' in shown
    assert "Show all 14 organisations" in shown
    assert f'href="{wall.get_url()}"' in shown
