"""Where events stand on the site (settings.EVENT_PAGES names this for the packages below)."""

from django.conf import settings

from cms.models import EventsPage
from core.ttl_cache import ttl_cache
from events.enums import EventStatus
from events.models import Event


def page_of(event: Event, language: str) -> str:
    """Return the path of the event's public page in ``language``, else in the site's first one, else in any.

    Blank where the campaign has no page of events, for drafts and for events kept off the site. Costs no query most
    of the time: the pages are remembered for some seconds.
    """
    if not event.is_public or event.published_at is None or event.status == EventStatus.DRAFT:
        return ""
    pages = dict(_paths_of(event.campaign_id))
    path = pages.get(language) or pages.get(settings.LANGUAGE_CODE) or next(iter(pages.values()), "")
    return f"{path}{EventsPage.tail_of(event)}" if path else ""


@ttl_cache(10)
def _paths_of(campaign_id: int) -> tuple[tuple[str, str], ...]:
    pages = EventsPage.objects.live().public().filter(campaign=campaign_id).select_related("locale").order_by("-pk")
    return tuple((page.locale.language_code, page.get_url() or "") for page in pages)
