"""Where petitions are shown, and the links that lead there."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from campaigns.models import Petition, Source


@dataclass(frozen=True)
class PageLink:
    """One page that shows a petition, in one language."""

    page_id: int
    title: str
    language: str
    url: str
    is_live: bool

    def with_source(self, code: str) -> str:
        """Return the link that credits the source ``code``."""
        return f"{self.url}?s={code}"


@dataclass(frozen=True)
class SourceLink:
    """A ready link of a source: where it leads and what to copy."""

    page: PageLink
    url: str


def pages_of_petitions(petition_ids: Iterable[int]) -> dict[int, list[PageLink]]:
    """Return the pages that show each petition, drafts too, as settings.PETITION_PAGES finds them."""
    found: dict[int, list[PageLink]] = import_string(settings.PETITION_PAGES)(petition_ids)
    return found


def links_of_sources(sources: Iterable[Source]) -> dict[int, list[SourceLink]]:
    """Return each source's ready links: one per live page of its campaign's petitions. The cost does not grow."""
    rows = list(sources)
    campaign_of = dict(
        Petition.objects.filter(campaign__in={row.campaign_id for row in rows}).values_list("pk", "campaign_id")
    )
    live: dict[int, list[PageLink]] = defaultdict(list)
    for petition_id, pages in pages_of_petitions(campaign_of).items():
        live[campaign_of[petition_id]] += [page for page in pages if page.is_live]
    return {row.pk: [SourceLink(page, page.with_source(row.code)) for page in live[row.campaign_id]] for row in rows}
