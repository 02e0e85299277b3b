"""Links for staff: QR codes, sheets to print, links for everybody at once, and what goes onto a website."""

import io
import xml.etree.ElementTree as ET
from datetime import timedelta
from html import escape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from campaigns.actions.link_rounds import MayNotMakeLinks, make_round
from campaigns.actions.source_links import WantedLink, make_links
from campaigns.enums import SourceKind
from campaigns.link_codes import qr_svg
from campaigns.link_paper import LAYOUTS, link_sheet_pdf
from campaigns.models import Source
from core.models import AuditEntry
from events.enums import EventStatus
from events.models import Event, EventType
from tests.factories.cms import make_petition_page
from tests.factories.staff import World, browse


@pytest.fixture
def ada(ours: World) -> Client:
    return browse(ours.coordinator)


@pytest.fixture
def ben(ours: World) -> Client:
    return browse(ours.manager)


def add_event(world: World, title: str, **columns: Any) -> Event:
    starts = timezone.now() + timedelta(days=3)
    kind, _ = EventType.objects.get_or_create(campaign=world.campaign, name="Talk")
    told = {
        "campaign": world.campaign, "organisation": world.lead, "event_type": kind, "title": title,
        "starts_at": starts, "ends_at": starts + timedelta(hours=2), "status": EventStatus.PUBLISHED,
    }  # fmt: skip
    return Event.objects.create(**{**told, **columns})


# --- Codes ---


def test_code_comes_as_svg_and_png_in_every_size(ours: World, ben: Client) -> None:
    def file(name: str) -> Any:
        return ben.get(reverse("staff_sources:code", args=[ours.source.pk, name]))

    drawn = file("code.svg")
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    assert drawn.headers["Content-Disposition"] == 'attachment; filename="ours-link-code.svg"'
    ET.fromstring(drawn.content)  # noqa: S314 - our own drawing
    for size in (300, 600, 1200):
        answer = file(f"code-{size}.png")
        assert answer.headers["Content-Type"] == "image/png"
        with Image.open(io.BytesIO(answer.content)) as picture:
            width, height = picture.size
            assert width == height >= size
            # The quiet zone: four modules of white on every side.
            module = width // 41 if width % 41 == 0 else 1
            assert picture.convert("L").crop((0, 0, width, 4 * module)).getextrema() == (255, 255)
    assert file("code-7.png").status_code == 404
    assert file("code.gif").status_code == 404


def test_code_of_another_coalition_is_missing(theirs: World, ours: World, ada: Client) -> None:
    for name, args in (("code", [theirs.source.pk, "code.svg"]), ("website", [theirs.source.pk])):
        assert ada.get(reverse(f"staff_sources:{name}", args=args)).status_code == 404


def test_code_says_the_short_address(ours: World, settings: Any) -> None:
    settings.PUBLIC_URL = "https://carillon.example"
    assert b"https://carillon.example/s/abc" in qr_svg("https://carillon.example/s/abc")


# --- Sheets ---


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_sheet_is_a_pdf_for_any_number_of_links(ours: World, layout: str, language: str) -> None:
    ours.partner.name = "بيت أخضر & “Söhne” <b>" * 3
    ours.partner.save(update_fields=["name"])
    for number in range(9):
        Source.objects.create(
            campaign=ours.campaign, code=f"poster-{number}", label=f"#Poster *{number}*", partnership=ours.partnership
        )
    links = list(Source.objects.select_related("campaign", "partnership__organisation"))
    drawn = link_sheet_pdf(links, layout=layout, language=language)
    assert drawn.startswith(b"%PDF")
    pages = drawn.count(b"/Type /Page\n") + drawn.count(b"/Type /Page ") + drawn.count(b"/Type/Page/")
    assert pages in (0, {"poster": 10, "tent": 10, "cards": 2, "stickers": 1}[layout])


def test_sheet_of_own_links_only(ours: World, theirs: World, ben: Client, monkeypatch: Any) -> None:
    Source.objects.create(campaign=ours.campaign, code="lead-only", label="Lead")
    printed: list[str] = []

    def keep(sources: list[Source], **_: Any) -> bytes:
        printed.extend(source.code for source in sources)
        return b"%PDF"

    monkeypatch.setattr("campaigns.viewsets.source_pages.link_sheet_pdf", keep)
    answer = ben.get(reverse("staff_sources:print"), {"layout": "cards", "language": "fr"})
    assert answer.headers["Content-Type"] == "application/pdf"
    assert printed == ["ours-link"]
    other = ben.get(
        reverse("staff_sources:print"), {"layout": "cards", "language": "fr", "source": str(theirs.source.pk)}
    )
    assert other.status_code == 422
    assert "There is no link like this" in other.content.decode()


def test_sheet_form_is_shown_first(ours: World, ben: Client) -> None:
    page = ben.get(reverse("staff_sources:print"), {"source": str(ours.source.pk)}).content.decode()
    assert "ours leaflet" in page
    assert 'name="layout"' in page
    assert 'name="partner"' not in page


# --- Links for all ---


def test_links_for_all_partners_are_made_once(ours: World, theirs: World, ada: Client) -> None:
    form = {"campaign": str(ours.campaign.pk), "whose": "partners"}
    for _ in range(2):
        assert ada.post(reverse("staff_sources:make"), form).status_code == 302
    made = Source.objects.get(made_for=f"partner:{ours.partnership.pk}")
    assert (made.partnership, made.kind, made.label) == (ours.partnership, SourceKind.PARTNER, "ours partner")
    assert AuditEntry.objects.filter(action="campaigns.sources.made").count() == 1
    assert not Source.objects.filter(campaign=theirs.campaign).exclude(pk=theirs.source.pk).exists()


def test_links_for_events_lead_to_them(ours: World, ada: Client) -> None:
    coming = add_event(ours, "Open evening", organisation=ours.partner)
    add_event(ours, "Draft", status=EventStatus.DRAFT)
    past = timezone.now() - timedelta(days=3)
    add_event(ours, "Over", starts_at=past, ends_at=past + timedelta(hours=1))
    ada.post(reverse("staff_sources:make"), {"campaign": str(ours.campaign.pk), "whose": "events"})
    made = Source.objects.exclude(made_for="").get()
    assert (made.leads_to, made.partnership) == (f"event:{coming.public_id}", ours.partnership)


def test_partner_manager_makes_the_own_links_only(ours: World, ben: Client) -> None:
    add_event(ours, "The lead's")
    mine = add_event(ours, "Ours", organisation=ours.partner)
    for whose in ("partners", "events"):
        ben.post(reverse("staff_sources:make"), {"campaign": str(ours.campaign.pk), "whose": whose})
    made = set(Source.objects.exclude(made_for="").values_list("made_for", flat=True))
    assert made == {f"partner:{ours.partnership.pk}", f"event:{mine.public_id}"}


def test_links_in_a_foreign_campaign_are_refused(ours: World, theirs: World, ada: Client) -> None:
    form = {"campaign": str(theirs.campaign.pk), "whose": "partners"}
    assert ada.post(reverse("staff_sources:make"), form).status_code == 422
    with pytest.raises(MayNotMakeLinks):
        make_round(campaign=theirs.campaign, whose="partners", by=ours.coordinator, at=timezone.now())
    assert browse(ours.analyst).get(reverse("staff_sources:make")).status_code == 403


def test_mobilisers_without_anybody_say_so(ours: World, ada: Client) -> None:
    form = {"campaign": str(ours.campaign.pk), "whose": "mobilisers"}
    answer = ada.post(reverse("staff_sources:make"), form, follow=True)
    assert "There is nobody and nothing to make a link for yet." in answer.content.decode()


def test_making_links_leaves_what_staff_changed(ours: World) -> None:
    wanted = [WantedLink("material:leaflet", "Leaflet", SourceKind.MATERIAL)]
    (first,), new = make_links(campaign=ours.campaign, wanted=wanted)
    Source.objects.filter(pk=first.pk).update(label="Our leaflet")
    (again,), none = make_links(campaign=ours.campaign, wanted=wanted)
    assert (new, none, again.pk, again.label) == (1, 0, first.pk, "Our leaflet")


# --- On a website ---


def test_website_page_has_what_to_copy_in_each_language(ours: World, ben: Client, settings: Any) -> None:
    settings.PUBLIC_URL = "https://carillon.example"
    make_petition_page(ours.petition, title="Open <the> doors")
    make_petition_page(ours.petition, language="fr", title="Ouvrez <les> portes")
    page = ben.get(reverse("staff_sources:website", args=[ours.source.pk]), {"language": "fr"})
    text = page.content.decode()
    snippet = page.context["snippets"][0].html
    assert f'data-carillon-petition="{ours.petition.pk}" data-source="ours-link" data-language="fr" async' in snippet
    assert 'href="https://carillon.example/s/ours-link"' in snippet
    assert "Ouvrez &lt;les&gt; portes" in snippet
    # Copied as it is shown: as text, not as markup of our own page.
    assert f'data-w-clipboard-value-param="{escape(snippet)}"' in text
    assert "script-src https://carillon.example;\nconnect-src https://carillon.example;" in text
    assert "data-preview" in text


def test_website_page_without_pages_says_what_to_do(ours: World, ben: Client) -> None:
    page = ben.get(reverse("staff_sources:website", args=[ours.source.pk])).content.decode()
    assert "publish one first" in page


def test_pages_of_source_and_partner_lead_there(ours: World, ada: Client, ben: Client) -> None:
    website = reverse("staff_sources:website", args=[ours.source.pk])
    assert website in ben.get(reverse("staff_sources:edit", args=[ours.source.pk])).content.decode()
    assert website in ada.get(reverse("staff_partners:partner", args=[ours.partnership.pk])).content.decode()
    assert reverse("staff_sources:make") in ada.get(reverse("staff_sources:index")).content.decode()


def source_form(world: World, **changes: str) -> dict[str, str]:
    form = {"label": "Leaflet", "kind": "material", "partnership": str(world.partnership.pk), "code": "leaflet-7"}
    return {**form, "campaign": "", "leads_to": "", "embed_hosts": "", **changes}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://www.Green.example/page?x=1\n green.example , www.green.example", "www.green.example\ngreen.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("localhost:8000", "localhost:8000"),
    ],
)
def test_websites_are_kept_by_their_names(ours: World, ben: Client, typed: str, kept: str) -> None:
    answer = ben.post(reverse("staff_sources:add"), source_form(ours, embed_hosts=typed))
    assert answer.status_code == 302, answer.context["form"].errors
    assert Source.objects.get(code="leaflet-7").embed_hosts == kept


@pytest.mark.parametrize("typed", ["not a host", "*.example.org", "https://", "a..b", "[::1"])
def test_websites_that_are_none_are_named(ours: World, ben: Client, typed: str) -> None:
    answer = ben.post(reverse("staff_sources:add"), source_form(ours, embed_hosts=typed))
    assert "not the name of a website" in answer.context["form"].errors["embed_hosts"][0]


def test_page_of_another_campaign_cannot_be_chosen(ours: World, theirs: World, ben: Client) -> None:
    make_petition_page(ours.petition)
    make_petition_page(theirs.petition)
    good = source_form(ours, leads_to=f"petition:{ours.petition.pk}")
    bad = source_form(ours, leads_to=f"petition:{theirs.petition.pk}", code="leaflet-8")
    assert ben.post(reverse("staff_sources:add"), bad).context["form"].errors["leads_to"]
    assert ben.post(reverse("staff_sources:add"), good).status_code == 302
    assert Source.objects.get(code="leaflet-7").leads_to == f"petition:{ours.petition.pk}"
