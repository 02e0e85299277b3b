"""The site the bench measures: one petition with every field, a partner's link, wordings, a page of ten blocks."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.utils import timezone
from wagtail.models import Page, Site

from accounts.models import Organisation
from bench.floor.models import Entry
from bench.messages import SOURCE
from campaigns.enums import CountedBy, PartnerRole, SourceKind
from campaigns.models import Campaign, Partnership, Petition, Source
from cms.models import HomePage, PetitionPage
from people.actions.consents import publish_consent_text
from people.enums import Channel, Purpose
from people.models import ConsentText

_TEXT = (
    "<h2>Why now</h2><p>Across Europe volunteers are fined for offering a meal, a bed or a lift. "
    "<b>Helping is not a crime.</b> We ask the institutions to stop punishing solidarity, to open safe passages and "
    "to give people who were exploited a way to justice.</p><ul><li>No fines for help</li><li>Safe passages</li></ul>"
)


@dataclass(frozen=True)
class World:
    """What scenarios need to know of the site. ``consents`` are the ids of the wordings shown with SOURCE."""

    host: str
    campaign_id: int
    petition_id: int
    partnership_id: int
    page_id: int
    page_path: str
    consents: tuple[int, ...]


def make_world() -> World:
    """Fill a freshly migrated database and return what is in it."""
    with connection.schema_editor() as editor:
        editor.create_model(Entry)
    lead = Organisation.objects.create(name="Lead Organisation", slug="bench-lead")
    partner = Organisation.objects.create(name="Partner Organisation", slug="bench-partner")
    petition = _petition(lead)
    partnership = Partnership.objects.create(campaign=petition.campaign, organisation=partner, role=PartnerRole.PARTNER)
    Source.objects.create(
        campaign=petition.campaign, code=SOURCE, label="Partner", kind=SourceKind.PARTNER, partnership=partnership
    )
    consents = (
        _wording(lead, Purpose.CAMPAIGN_NEWS, petition.campaign),
        _wording(partner, Purpose.PARTNER_NEWS, petition.campaign),
    )
    page = _pages(petition)
    return World(
        host=urlsplit(settings.PUBLIC_URL).netloc,
        campaign_id=petition.campaign_id,
        petition_id=petition.pk,
        partnership_id=partnership.pk,
        page_id=page.pk,
        page_path=page.get_url() or "/",
        consents=consents,
    )


def _petition(lead: Organisation) -> Petition:
    campaign = Campaign.objects.create(title="Bench campaign", slug="bench", organisation=lead)
    return Petition.objects.create(
        campaign=campaign,
        title="Bench petition",
        opens_at=timezone.now() - timedelta(days=90),
        asks_phone=True,
        asks_nationality=True,
        asks_residence=True,
        asks_postcode=True,
        asks_comment=True,
        counted_by=CountedBy.NATIONALITY,
    )


def _wording(organisation: Organisation, purpose: Purpose, campaign: Campaign) -> int:
    text: ConsentText = publish_consent_text(
        by="job:bench",
        body=f"{organisation.name} may write to me by e-mail about this campaign.",
        purpose=purpose,
        channel=Channel.EMAIL,
        organisation=organisation,
        scope=campaign.slug,
        language="en",
    )
    return text.pk


def _pages(petition: Petition) -> PetitionPage:
    root = Page.objects.get(depth=1)
    Page.objects.filter(depth=2).delete()
    root.refresh_from_db()
    home = root.add_child(instance=HomePage(title="Bench", slug="bench", heading="Bench"))
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": urlsplit(settings.PUBLIC_URL).netloc, "port": 443, "root_page": home},
    )
    page = PetitionPage(
        title="Decriminalise solidarity",
        slug="sign",
        petition=petition,
        introduction="A million signatures put this on the Commission's table.",
        share_text="I signed. Will you?",
        body=json.dumps(_body(petition)),
    )
    home.add_child(instance=page)
    return page


def _body(petition: Petition) -> list[dict[str, Any]]:
    """Return ten blocks, every kind but images."""
    text = {"type": "text", "value": _TEXT}
    quote = {"type": "quote", "value": {"text": "I would do it again.", "person": "A volunteer", "role": "Calais"}}
    figures = [{"number": "1 million", "meaning": "signatures needed", "source": "Regulation (EU) 2019/788"}] * 3
    questions = [{"question": "Who may sign?", "answer": "<p>Every citizen of the Union.</p>"}] * 5
    action = {"heading": "Do more", "text": "Come along.", "button": "Events", "url": "https://bench.example.org/e/"}
    return [
        text,
        quote,
        {"type": "figures", "value": {"heading": "In figures", "figures": figures}},
        text,
        {"type": "progress", "value": {"heading": "So far", "petition": petition.pk}},
        text,
        {"type": "call_to_action", "value": action},
        {"type": "partners", "value": {"heading": "Together with"}},
        {"type": "questions", "value": {"heading": "Questions", "questions": questions}},
        quote,
    ]
