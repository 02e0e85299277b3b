"""Where the links of a source lead (settings.SOURCE_PAGES names this for the packages below)."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from campaigns.models import Petition, PledgeKind
from campaigns.selectors.source_pages import Target, Widget
from cms.event_links import page_of
from cms.models import CampaignPage, PetitionPage, PledgePage
from events.enums import EventStatus
from events.models import Event

MOST_EVENTS = 200  # that are offered to choose from


def choose(pages: Iterable[tuple[str, str]], language: str) -> str:
    """Return the path of one of (language, path): in ``language``, else in the site's first one, else any, or none."""
    by_language = dict(pages)
    fallback = by_language.get(settings.LANGUAGE_CODE) or next(iter(by_language.values()), "")
    return by_language.get(language) or fallback


class SourcePages:
    """The pages of this site; see `campaigns.selectors.source_pages.SitePages`."""

    def targets_of(self, campaign_id: int) -> list[Target]:
        found = [Target(each.name.replace("-", ":"), each.title) for each in self.widgets_of(campaign_id)]
        campaign_page = CampaignPage.objects.live().filter(campaign=campaign_id).order_by("pk").first()
        if campaign_page is not None:
            found.append(Target("campaign", campaign_page.title))
        coming = Event.objects.filter(campaign=campaign_id, is_public=True, ends_at__gt=timezone.now()).exclude(
            status__in=[EventStatus.DRAFT, EventStatus.CANCELLED]
        )
        return found + [
            Target(f"event:{event.public_id}", f"{event.title} · {event.starts_at:%Y-%m-%d}")
            for event in coming[:MOST_EVENTS]
        ]

    def path_of(self, campaign_id: int, leads_to: str, language: str) -> str:
        kind, _colon, which = leads_to.partition(":")
        path = ""
        if kind == "event":
            path = _event_path(campaign_id, which, language)
        elif kind == "campaign":
            path = _campaign_path(campaign_id, language)
        elif kind in ("petition", "pledge") and which.isdecimal():
            path = widget_path(kind, int(which), language, campaign_id)
        return path or self._best_path(campaign_id, language)

    def _best_path(self, campaign_id: int, language: str) -> str:
        """Return the page of a petition that takes signatures, else of a pledge, else of the campaign."""
        at = timezone.now()
        for petition in Petition.objects.open(at).filter(campaign=campaign_id).order_by("pk"):
            if path := widget_path("petition", petition.pk, language, campaign_id):
                return path
        for kind in PledgeKind.objects.filter(campaign=campaign_id).order_by("pk"):
            if path := widget_path("pledge", kind.pk, language, campaign_id):
                return path
        return _campaign_path(campaign_id, language)

    def widgets_of(self, campaign_id: int) -> list[Widget]:
        return [
            *_widgets("petition", PetitionPage.objects.live().filter(petition__campaign=campaign_id), "petition"),
            *_widgets("pledge", PledgePage.objects.live().filter(pledge_kind__campaign=campaign_id), "pledge_kind"),
        ]


def widget_path(kind: str, number: int, language: str, campaign_id: int | None = None) -> str:
    """Return the path of the live page of a petition or a pledge, of one campaign where that is said; blank: none."""
    if kind == "petition":
        pages = PetitionPage.objects.live().filter(petition=number)
        pages = pages.filter(petition__campaign=campaign_id) if campaign_id is not None else pages
    else:
        pages = PledgePage.objects.live().filter(pledge_kind=number)
        pages = pages.filter(pledge_kind__campaign=campaign_id) if campaign_id is not None else pages
    rows = pages.select_related("locale").order_by("-pk")  # dict() keeps the last: the oldest page of a language
    return choose(((page.locale.language_code, page.get_url() or "") for page in rows), language)


def _widgets(kind: str, pages: "Iterable[PetitionPage | PledgePage]", link: str) -> list[Widget]:
    rows = pages.select_related("locale").order_by("pk")  # type: ignore[attr-defined]
    titles: dict[int, dict[str, str]] = {}
    for page in rows:
        titles.setdefault(getattr(page, f"{link}_id"), {}).setdefault(page.locale.language_code, page.title)
    order = [code for code, _name in settings.LANGUAGES]
    return [
        Widget(
            f"{kind}-{number}",
            tuple(sorted(words.items(), key=lambda row: order.index(row[0]) if row[0] in order else len(order))),
        )
        for number, words in titles.items()
    ]


def _campaign_path(campaign_id: int, language: str) -> str:
    pages = CampaignPage.objects.live().filter(campaign=campaign_id).select_related("locale").order_by("-pk")
    return choose(((page.locale.language_code, page.get_url() or "") for page in pages), language)


def _event_path(campaign_id: int, which: str, language: str) -> str:
    try:
        public_id = UUID(which)
    except ValueError:
        return ""
    event = Event.objects.filter(public_id=public_id, campaign=campaign_id).first()
    return page_of(event, language) if event is not None else ""


SITE_PAGES = SourcePages()
