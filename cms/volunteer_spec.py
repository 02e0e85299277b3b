"""What the volunteers' sign-up form needs to know, kept for half a minute."""

from dataclasses import dataclass

from campaigns.models import Campaign, Partnership
from campaigns.selectors.sources import partnership_of_source
from cms.form_spec import LARGEST_ID, FormSpec, NoSuchPage, consent_choices
from core.ttl_cache import ttl_cache
from volunteers.enums import AgreementKind
from volunteers.selectors.agreements import ASKED_OF_ALL, current_agreements


@dataclass(frozen=True)
class AgreementShown:
    """One text the person accepts: the very version that stands on the page."""

    text_id: int
    kind: str
    language: str
    version: int
    body: str

    @property
    def field_name(self) -> str:
        return f"agreement_{self.text_id}"

    @property
    def title(self) -> str:
        return str(AgreementKind(self.kind).label)


@dataclass(frozen=True, kw_only=True)
class VolunteerSpec(FormSpec):
    """A sign-up page as one language shows it.

    ``host``: the organisation the volunteer will belong to, the partner whose link brought them or the leading one.
    """

    campaign_id: int
    is_generated: bool
    host_id: int
    host_name: str
    agreements: tuple[AgreementShown, ...]


def volunteer_spec(page_id: int, source: str = "") -> VolunteerSpec:
    """Return the form's specification for a live page, and for the partner whose link brought the visitor.

    Raises NoSuchPage when the page is not live.
    """
    if page_id > LARGEST_ID:
        raise NoSuchPage
    return _spec(page_id, partnership_of_source(source))


@ttl_cache(30)
def _spec(page_id: int, partnership_id: int | None) -> VolunteerSpec:
    from cms.models import VolunteerPage

    pages = VolunteerPage.objects.live().filter(pk=page_id)
    page = pages.select_related("campaign__organisation", "locale").first()
    if page is None:
        raise NoSuchPage
    return build_volunteer_spec(
        page.campaign,
        partnership_id,
        page_id=page.pk,
        title=page.title,
        locale=page.locale.language_code,
        path=page.get_url() or "/",
    )


def build_volunteer_spec(
    campaign: Campaign, partnership_id: int | None, *, page_id: int, title: str, locale: str, path: str
) -> VolunteerSpec:
    """Return the specification of one page, live or a draft in preview."""
    active = Partnership.objects.active().filter(campaign=campaign).select_related("organisation")
    partnership = active.filter(pk=partnership_id).first() if partnership_id else None
    host = partnership.organisation if partnership is not None else campaign.organisation
    answerable = list(dict.fromkeys([host.pk, campaign.organisation_id]))
    texts = current_agreements(organisation_ids=answerable, kinds=ASKED_OF_ALL, language=locale)
    return VolunteerSpec(
        page_id=page_id,
        page_path=path,
        title=title,
        locale=locale,
        campaign_slug=campaign.slug,
        campaign_name=campaign.title,
        organisation_id=campaign.organisation_id,
        organisation_name=host.name,
        privacy_url=host.privacy_url or campaign.organisation.privacy_url,
        partnership=partnership,
        choices=consent_choices(campaign, partnership, locale=locale, channels=("email", "sms"), reminded_by=host.pk),
        campaign_id=campaign.pk,
        is_generated=campaign.is_generated,
        host_id=host.pk,
        host_name=host.name,
        agreements=tuple(AgreementShown(text.pk, text.kind, text.language, text.version, text.body) for text in texts),
    )
