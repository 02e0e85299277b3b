"""What the form "Take part as an organisation" needs to know, kept for half a minute."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, override

from campaigns.models import Campaign
from cms.form_spec import LARGEST_ID, FormSpec, NoSuchPage
from coalition.models import CoalitionSettings
from core.ttl_cache import ttl_cache


@dataclass(frozen=True, kw_only=True)
class PartnerSpec(FormSpec):
    """A campaign's form for organisations in one language."""

    campaign_id: int
    is_generated: bool


@ttl_cache(30)
def partner_spec(slug: str, locale: str) -> PartnerSpec:
    """Return the form's specification. Raises NoSuchPage while the campaign takes no applications."""
    rules = CoalitionSettings.objects.filter(campaign__slug=slug, takes_applications=True)
    found = rules.select_related("campaign__organisation").first()
    if found is None:
        raise NoSuchPage
    return _spec(found.campaign, locale)


def partner_spec_of(campaign_id: int, locale: str) -> PartnerSpec:
    """Return it by the number a form carries. Raises NoSuchPage."""
    campaign = Campaign.objects.filter(pk=campaign_id).first() if campaign_id <= LARGEST_ID else None
    if campaign is None:
        raise NoSuchPage
    return partner_spec(campaign.slug, locale)


def takes_applications(campaign_id: int) -> bool:
    """Return whether organisations may apply to the campaign on the site."""
    return CoalitionSettings.objects.filter(campaign=campaign_id, takes_applications=True).exists()


def _spec(campaign: Campaign, locale: str) -> PartnerSpec:
    lead = campaign.organisation
    with override(locale):
        path = reverse("partner_apply", args=[campaign.slug])
        title = gettext("Take part as an organisation")
    return PartnerSpec(
        page_id=campaign.pk,
        page_path=path,
        title=f"{title}: {campaign.title}",
        locale=locale,
        campaign_slug=campaign.slug,
        campaign_name=campaign.title,
        organisation_id=lead.pk,
        organisation_name=lead.name,
        privacy_url=lead.privacy_url,
        partnership=None,
        choices=(),
        campaign_id=campaign.pk,
        is_generated=campaign.is_generated,
    )
