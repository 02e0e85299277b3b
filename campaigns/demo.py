"""The demo campaign: real in shape, generated in every person and number, and marked so wherever it shows."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from accounts.demo import LEAD, PARTNERS
from accounts.models import Organisation
from campaigns.actions.signatures import new_share_code
from campaigns.actions.tallies import BATCH, count_signatures
from campaigns.demo_texts import COMMENTS, CONSENT_WORDING, FIRST_NAMES, LAST_NAMES, PARTNER_WORDING
from campaigns.enums import CountedBy, Metric, PartnerRole, SignatureStatus, SourceKind
from campaigns.models import Campaign, Goal, Partnership, Petition, Signature, Source
from people.actions.consents import publish_consent_text
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentEvent, ConsentText, ContactPoint, Supporter
from places.models import Territory

SLUG = "welcoming-europe-demo"
SIGNATURES = 4_200
DAYS = 75
SEED = 2018


@dataclass(frozen=True)
class DemoCampaign:
    """What the demo's pages are built around."""

    campaign: Campaign
    petition: Petition


def load_demo_campaign(*, at: datetime | None = None) -> DemoCampaign:
    """Make the demo campaign, its partners, wordings and generated signatures; a second call adds nothing.

    The generated signatures end at ``at`` (now, unless a test says otherwise). Load territories and accounts before.
    """
    at = at or timezone.now()
    lead = Organisation.objects.get(slug=LEAD)
    with transaction.atomic():
        demo = _campaign(lead, at)
        partnerships = _partnerships(demo.campaign, lead)
        _wordings(demo.campaign, [partnership.organisation for partnership in partnerships])
        if not demo.petition.signatures.exists():
            _generate_signatures(demo, partnerships, at)
    while count_signatures(at=at) >= BATCH:
        pass
    return demo


def _campaign(lead: Organisation, at: datetime) -> DemoCampaign:
    campaign, _ = Campaign.objects.get_or_create(
        slug=SLUG,
        defaults={
            "title": "We Are a Welcoming Europe (demo)",
            "organisation": lead,
            "starts_date": (at - timedelta(days=DAYS)).date(),
            "ends_date": (at + timedelta(days=365 - DAYS)).date(),
            "is_generated": True,
        },
    )
    Goal.objects.get_or_create(campaign=campaign, metric=Metric.SIGNATURES, defaults={"target": 10_000})
    petition, _ = Petition.objects.get_or_create(
        campaign=campaign,
        defaults={
            "title": "Decriminalise solidarity (demo)",
            "opens_at": at - timedelta(days=DAYS + 1),
            "asks_phone": True,
            "asks_nationality": True,
            "asks_residence": True,
            "asks_comment": True,
            "counted_by": CountedBy.NATIONALITY,
            "goal_steps": [1_000, 2_500, 5_000, 7_500, 10_000, 25_000, 50_000, 100_000],
            "is_generated": True,
        },
    )
    return DemoCampaign(campaign, petition)


def _partnerships(campaign: Campaign, lead: Organisation) -> list[Partnership]:
    countries = {territory.code: territory for territory in Territory.objects.filter(level=Territory.Level.COUNTRY)}
    partnerships = []
    slugs = [LEAD, *(slug for _country, slug, _name in PARTNERS)]
    for organisation in Organisation.objects.filter(slug__in=slugs).order_by("pk"):
        role = PartnerRole.LEAD if organisation == lead else PartnerRole.PARTNER
        partnership, _ = Partnership.objects.get_or_create(
            campaign=campaign,
            organisation=organisation,
            defaults={"role": role, "territory": countries.get(organisation.country)},
        )
        Source.objects.get_or_create(
            code=organisation.slug[:40],
            defaults={
                "campaign": campaign,
                "label": organisation.name,
                "kind": SourceKind.PARTNER,
                "partnership": partnership,
            },
        )
        partnerships.append(partnership)
    return partnerships


def _wordings(campaign: Campaign, organisations: list[Organisation]) -> None:
    for organisation in organisations:
        is_lead = organisation.pk == campaign.organisation_id
        wording = CONSENT_WORDING if is_lead else PARTNER_WORDING
        for (channel, language), body in wording.items():
            publish_consent_text(
                by="job:load_demo",
                body=body.format(organisation=organisation.name),
                purpose=Purpose.CAMPAIGN_NEWS if is_lead else Purpose.PARTNER_NEWS,
                channel=channel,
                organisation=organisation,
                scope=campaign.slug,
                language=language,
            )


# Shares of signatures by country: invented for the demo, roughly by population, so that a map has something to show.
_COUNTRY_WEIGHTS = {
    "BE": 14, "DE": 13, "FR": 12, "IT": 12, "ES": 9, "NL": 7, "PL": 6, "SE": 4, "GR": 4, "AT": 4, "PT": 3,
    "IE": 3, "DK": 2, "FI": 2, "HU": 2, "BG": 1, "LU": 1, "RO": 2,
}  # fmt: skip
_LANGUAGES = {"BE": ["fr", "nl", "en"], "FR": ["fr"], "NL": ["nl", "en"], "LU": ["fr", "en"]}


@dataclass(frozen=True)
class _Person:
    name: str
    email: str
    country: str
    language: str
    partnership: Partnership | None
    signed_at: datetime
    comment: str


def _people(partnerships: list[Partnership], at: datetime) -> Iterator[_Person]:
    dice = random.Random(SEED)
    by_country: dict[str, list[Partnership]] = {}
    for partnership in partnerships:
        by_country.setdefault(partnership.organisation.country, []).append(partnership)
    codes, weights = zip(*_COUNTRY_WEIGHTS.items(), strict=True)
    for number in range(SIGNATURES):
        country = dice.choices(codes, weights)[0]
        name = f"{dice.choice(FIRST_NAMES)} {dice.choice(LAST_NAMES)}"
        local = by_country.get(country, [])
        language = dice.choice(_LANGUAGES.get(country, ["en"]))
        # Growth is bursty: much in the first days, little in the middle, a wave at the end.
        age = dice.choice([dice.betavariate(1, 5), dice.betavariate(5, 1), dice.random()]) * DAYS
        yield _Person(
            name=name,
            email=f"person{number}@demo.example",
            country=country,
            language=language,
            partnership=dice.choice(local) if local and dice.random() < 0.6 else None,
            signed_at=at - timedelta(days=age, hours=1),
            comment=dice.choice(COMMENTS.get(language, [""])) if dice.random() < 0.02 else "",
        )


def _generate_signatures(demo: DemoCampaign, partnerships: list[Partnership], at: datetime) -> None:
    people = sorted(_people(partnerships, at), key=lambda person: person.signed_at)
    supporters = Supporter.objects.bulk_create(
        [
            Supporter(
                full_name=person.name,
                language=person.language,
                nationality=person.country,
                residence_country=person.country,
                is_generated=True,
            )
            for person in people
        ],
        batch_size=1000,
    )
    points = ContactPoint.objects.bulk_create(
        [
            ContactPoint(
                supporter=supporter,
                channel=Channel.EMAIL,
                canonical=person.email,
                as_typed=person.email,
                verified_at=person.signed_at,
            )
            for person, supporter in zip(people, supporters, strict=True)
        ],
        batch_size=1000,
    )
    Signature.objects.bulk_create(
        [_signature(demo, person, supporter) for person, supporter in zip(people, supporters, strict=True)],
        batch_size=1000,
    )
    ConsentEvent.objects.bulk_create(_consents(demo.campaign, people, points), batch_size=1000)


def _signature(demo: DemoCampaign, person: _Person, supporter: Supporter) -> Signature:
    source = person.partnership.organisation.slug[:40] if person.partnership else ""
    return Signature(
        petition=demo.petition,
        supporter=supporter,
        public_id=uuid.uuid4(),
        share_code=new_share_code(),
        status=SignatureStatus.CONFIRMED,
        territory_code=person.country,
        partnership=person.partnership,
        source=source,
        bucket=source,
        locale=person.language,
        email_domain="demo.example",
        day=person.signed_at.astimezone(ZoneInfo(demo.campaign.time_zone)).date(),
        confirmed_at=person.signed_at,
        comment=person.comment,
        is_comment_public=bool(person.comment),
        comment_read_at=person.signed_at if person.comment else None,
        is_generated=True,
    )


def _consents(campaign: Campaign, people: list[_Person], points: list[ContactPoint]) -> Iterator[ConsentEvent]:
    texts = {
        (text.organisation_id, text.language): text
        for text in ConsentText.objects.filter(scope=campaign.slug, channel=Channel.EMAIL).order_by("version")
    }
    dice = random.Random(SEED + 1)
    for person, point in zip(people, points, strict=True):
        asked = [(campaign.organisation_id, 0.55)]
        if person.partnership and person.partnership.organisation_id != campaign.organisation_id:
            asked.append((person.partnership.organisation_id, 0.35))
        for organisation_id, likelihood in asked:
            text = texts.get((organisation_id, person.language))
            if text is not None and dice.random() < likelihood:
                yield ConsentEvent(
                    contact_point=point,
                    state=ConsentState.GRANTED,
                    purpose=text.purpose,
                    channel=Channel.EMAIL,
                    organisation_id=organisation_id,
                    scope=campaign.slug,
                    text=text,
                    source="generated",
                    at=person.signed_at,
                )
