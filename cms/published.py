"""What stands on the public site (settings.PUBLISHED names this for packages that may not look into pages)."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from wagtail.models import Page

from campaigns.selectors.pages import PageLink
from cms.addresses import public_address
from cms.models import CampaignPage, PetitionPage, PledgePage, RegistrationPage


class Published:
    """What live pages open to everybody show, as conditions for queries; made once for each question."""

    def __init__(self) -> None:
        shut: Q = Page.objects.all().private_q()
        self.campaign_pages = CampaignPage.objects.live().filter(~shut)
        self.petition_pages = PetitionPage.objects.live().filter(~shut)
        self.pledge_pages = PledgePage.objects.live().filter(~shut)
        self.registration_pages = RegistrationPage.objects.live().filter(~shut)

    @property
    def petitions(self) -> Q:
        return Q(pk__in=self.petition_pages.values("petition"))

    @property
    def pledge_kinds(self) -> Q:
        offered = self.registration_pages.filter(pledge_kind__isnull=False).values("pledge_kind")
        return Q(pk__in=self.pledge_pages.values("pledge_kind")) | Q(pk__in=offered)

    @property
    def campaigns(self) -> Q:
        """The campaigns with a page of their own, of a petition, of a pledge or of an eligibility check."""
        return (
            Q(pk__in=self.campaign_pages.values("campaign"))
            | Q(pk__in=self.petition_pages.values("petition__campaign"))
            | Q(pk__in=self.pledge_pages.values("pledge_kind__campaign"))
            | Q(pk__in=self.registration_pages.values("campaign"))
        )

    def petitions_at(self, slug: str) -> list[int]:
        """Return the petitions shown on pages with that last part of the address."""
        found = self.petition_pages.filter(slug=slug).order_by("petition").values_list("petition", flat=True)
        return list(found.distinct()[:2])

    def pages_of_campaigns(self, ids: Iterable[int]) -> dict[int, list[PageLink]]:
        return _links(self.campaign_pages.filter(campaign__in=list(ids)), "campaign_id")

    def pages_of_petitions(self, ids: Iterable[int]) -> dict[int, list[PageLink]]:
        return _links(self.petition_pages.filter(petition__in=list(ids)), "petition_id")


def _links(pages: QuerySet[Any], column: str) -> dict[int, list[PageLink]]:
    found: dict[int, list[PageLink]] = {}
    for page in pages.select_related("locale").order_by("locale__language_code", "pk"):
        link = PageLink(page.pk, page.title, page.locale.language_code, public_address(page), page.live)
        found.setdefault(getattr(page, column), []).append(link)
    return found
