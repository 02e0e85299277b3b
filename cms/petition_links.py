"""Where a petition is shown (settings.PETITION_PAGES names this function for the packages below)."""

from collections.abc import Iterable

from campaigns.selectors.pages import PageLink
from cms.addresses import public_address
from cms.models import PetitionPage


def pages_showing(petition_ids: Iterable[int]) -> dict[int, list[PageLink]]:
    """Return the pages of each petition, live ones and drafts, by language; two queries for any number of petitions."""
    pages = PetitionPage.objects.filter(petition__in=list(petition_ids)).select_related("locale")
    found: dict[int, list[PageLink]] = {}
    for page in pages.order_by("locale__language_code", "pk"):
        link = PageLink(page.pk, page.title, page.locale.language_code, public_address(page), page.live)
        found.setdefault(page.petition_id, []).append(link)
    return found
