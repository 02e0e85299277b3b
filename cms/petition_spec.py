"""What a petition's form needs to know, kept for half a minute so that signing reads nothing from the database."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from campaigns.models import Partnership, Petition
from campaigns.selectors.sources import partnership_of_source
from core.ttl_cache import ttl_cache
from people.models import ConsentText
from people.selectors import current_consent_texts


@dataclass(frozen=True)
class ConsentChoice:
    """One box of the form: its wording, its version, and who would write."""

    text_id: int
    organisation: str
    is_partner: bool
    channel: str
    body: str

    @property
    def field_name(self) -> str:
        return f"consent_{self.text_id}"


@dataclass(frozen=True)
class PetitionSpec:
    """A petition as one language's page asks it."""

    page_id: int
    page_path: str
    title: str
    locale: str
    petition: Petition
    campaign_slug: str
    campaign_name: str
    organisation_id: int
    organisation_name: str
    privacy_url: str
    partnership: Partnership | None
    choices: tuple[ConsentChoice, ...]
    # What the form makes of this specification, by language; it lives as long as the specification.
    form_fields: dict[str, dict[str, Any]] = field(default_factory=dict, compare=False, repr=False)

    def is_open(self, at: datetime) -> bool:
        return self.petition.is_open(at)


LARGEST_ID = 2**63 - 1  # what a row's number can be; databases fail on a larger one instead of finding nothing


class NoSuchPetition(LookupError):
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
    organisations = [campaign.organisation_id]
    if partnership is not None and partnership.organisation_id != campaign.organisation_id:
        organisations.append(partnership.organisation_id)
    texts = current_consent_texts(organisation_ids=organisations, scope=campaign.slug, language=locale)
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
        choices=tuple(
            _choice(text, campaign.organisation_id) for text in texts if text.channel == "email" or petition.asks_phone
        ),
    )


def _choice(text: ConsentText, lead_id: int) -> ConsentChoice:
    return ConsentChoice(
        text_id=text.pk,
        organisation=text.organisation.name,
        is_partner=text.organisation_id != lead_id,
        channel=text.channel,
        body=text.body,
    )
