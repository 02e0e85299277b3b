"""The demo's second campaign: voter registration in Brussels, the frame of its mobilisers. Generated, and marked so."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.demo import BEN_WORKS_FOR, LEAD
from accounts.models import Organisation
from campaigns.demo_texts import CONSENT_WORDING
from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Partnership
from people.actions.consents import publish_consent_text
from people.enums import Purpose
from places.models import Territory

SLUG = "your-commune-demo"
DAYS = 150
PARTNERS = (BEN_WORKS_FOR, "neighbours-of-the-canal")


@transaction.atomic
def load_demo_vote_campaign(*, at: datetime | None = None) -> Campaign:
    """Make the campaign, begun five months before ``at``, its partners and wordings; a second call adds nothing."""
    at = at or timezone.now()
    lead = Organisation.objects.get(slug=LEAD)
    campaign, _ = Campaign.objects.get_or_create(
        slug=SLUG,
        defaults={
            "title": "Your commune, your vote (demo)",
            "organisation": lead,
            "starts_date": (at - timedelta(days=DAYS)).date(),
            "ends_date": (at + timedelta(days=30)).date(),
            "is_generated": True,
        },
    )
    region = Territory.objects.filter(code="BE-BRU").first()
    for organisation in Organisation.objects.filter(slug__in=[LEAD, *PARTNERS]):
        role = PartnerRole.LEAD if organisation == lead else PartnerRole.PARTNER
        Partnership.objects.get_or_create(
            campaign=campaign, organisation=organisation, defaults={"role": role, "territory": region}
        )
    for (channel, language), body in CONSENT_WORDING.items():
        publish_consent_text(
            by="job:load_demo",
            body=body.format(organisation=lead.name),
            purpose=Purpose.CAMPAIGN_NEWS,
            channel=channel,
            organisation=lead,
            scope=campaign.slug,
            language=language,
        )
    return campaign
