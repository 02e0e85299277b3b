"""What a petition's form needs to know, kept for half a minute so that signing reads nothing from the database."""

from dataclasses import dataclass
from datetime import datetime

from campaigns.models import Partnership, Petition
from campaigns.selectors.sources import partnership_of_source
from cms.form_spec import LARGEST_ID, ConsentChoice, FormSpec, NoSuchPage, consent_choices
from core.ttl_cache import ttl_cache


@dataclass(frozen=True, kw_only=True)
class PetitionSpec(FormSpec):
    """A petition as one language's page asks it."""

    petition: Petition

    def is_open(self, at: datetime) -> bool:
        return self.petition.is_open(at)


class NoSuchPetition(NoSuchPage):
    """No live page shows this petition."""


def petition_spec(page_id: int, source: str = "") -> PetitionSpec:
    """Return the form's specification for a live page, and for the partner whose link brought the visitor.

    Raises NoSuchPetition when the page is not live.
    """
    if page_id > LARGEST_ID:
        raise NoSuchPetition
    return _spec(page_id, partnership_of_source(source))


@ttl_cache(30)
def _spec(page_id: int, partnership_id: int | None) -> PetitionSpec:
    from cms.models import PetitionPage

    page = (
        PetitionPage.objects.live()
        .filter(pk=page_id)
        .select_related("petition__campaign__organisation", "locale")
        .first()
    )
    if page is None:
        raise NoSuchPetition
    return build_spec(
        page.petition,
        partnership_id,
        page_id=page.pk,
        title=page.title,
        locale=page.locale.language_code,
        path=page.get_url() or "/",
    )


def build_spec(
    petition: Petition, partnership_id: int | None, *, page_id: int, title: str, locale: str, path: str
) -> PetitionSpec:
    """Return the specification of one page, live or a draft in preview."""
    campaign = petition.campaign
    partnership = (
        Partnership.objects.active()
        .filter(pk=partnership_id, campaign=campaign, asks_consent=True)
        .select_related("organisation")
        .first()
        if partnership_id
        else None
    )
    channels = ("email", "sms") if petition.asks_phone else ("email",)
    return PetitionSpec(
        page_id=page_id,
        page_path=path,
        title=title,
        locale=locale,
        petition=petition,
        campaign_slug=campaign.slug,
        campaign_name=campaign.title,
        organisation_id=campaign.organisation_id,
        organisation_name=campaign.organisation.name,
        privacy_url=campaign.organisation.privacy_url,
        partnership=partnership,
        choices=consent_choices(campaign, partnership, locale=locale, channels=channels),
    )


__all__ = ["ConsentChoice", "NoSuchPetition", "PetitionSpec", "build_spec", "petition_spec"]
