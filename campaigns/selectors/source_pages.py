"""Where the links of a source lead on the site, as settings.SOURCE_PAGES knows it."""

from dataclasses import dataclass
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Target:
    """A page a source may lead to. ``key``: what `Source.leads_to` holds, for instance ``petition:3``."""

    key: str
    title: str


@dataclass(frozen=True)
class Widget:
    """A form other websites may show, with its count.

    ``name``: ``petition-3``; ``titles``: (language, title) of its pages.
    """

    name: str
    titles: tuple[tuple[str, str], ...]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(language for language, _title in self.titles)

    @property
    def title(self) -> str:
        return self.title_in(settings.LANGUAGE_CODE)

    def title_in(self, language: str) -> str:
        """Return its title in ``language``, else in the first it has."""
        return dict(self.titles).get(language, self.titles[0][1])

    @property
    def kind(self) -> str:
        return self.name.partition("-")[0]

    @property
    def number(self) -> str:
        return self.name.partition("-")[2]


class SitePages(Protocol):
    """What the site knows of its pages."""

    def targets_of(self, campaign_id: int) -> list[Target]:
        """Return what the links of a campaign may lead to."""

    def path_of(self, campaign_id: int, leads_to: str, language: str) -> str:
        """Return the path of the page a link leads to, in ``language`` where there is one; blank where there is none.

        Without ``leads_to``, or where that page is gone: the campaign's best page.
        """

    def widgets_of(self, campaign_id: int) -> list[Widget]:
        """Return the forms of a campaign that other websites may show."""


def site_pages() -> SitePages:
    return cast(SitePages, import_string(settings.SOURCE_PAGES))
