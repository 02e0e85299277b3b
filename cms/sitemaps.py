"""What search engines read: one sitemap per language, an index over them, and robots.txt."""

from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from cms.addresses import public_address
from cms.models import EventsPage, PartnersPage
from coalition.selectors.public_partners import partners_with_pages
from events.calendars import recent
from events.models import Event

MOST_PAGES = 50_000  # sitemaps.org: one file holds no more


class Entry(NamedTuple):
    """One page of a sitemap; ``alternates`` are (hreflang, address) pairs."""

    location: str
    changed_at: datetime | None
    alternates: list[tuple[str, str]]


def homes(site: Site) -> dict[str, Page]:
    """Return the live home page of each content language."""
    found = site.root_page.get_translations(inclusive=True).live().select_related("locale")
    by_code = {home.locale.language_code: home for home in found}
    return {code: by_code[code] for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES if code in by_code}


def entries(home: Page, request: HttpRequest) -> list[Entry]:
    """Return the live public pages below ``home`` (itself too), each with its live translations, in few queries."""
    pages = list(Page.objects.descendant_of(home, inclusive=True).live().public().order_by("path")[:MOST_PAGES])
    versions = _versions([page.translation_key for page in pages])
    found = [
        Entry(
            location=public_address(page, request),
            changed_at=page.last_published_at or page.latest_revision_created_at,
            alternates=_alternates(versions[page.translation_key], request),
        )
        for page in pages
    ]
    entries_of = dict(zip((page.pk for page in pages), found, strict=True))
    return [*found, *_of_events(home, entries_of), *_of_partners(home, entries_of)][:MOST_PAGES]


def _of_events(home: Page, entries_of: dict[int, Entry]) -> list[Entry]:
    """Return the events below their pages, as long as they are of interest; two queries for any number."""
    pages = list(EventsPage.objects.descendant_of(home).live().public().order_by("path"))
    public = recent(Event.objects.public(), timezone.now()).order_by("-starts_at", "-pk")
    events = defaultdict(list)
    for event in public.filter(campaign__in=[page.campaign_id for page in pages])[:MOST_PAGES] if pages else ():
        events[event.campaign_id].append(event)
    return [
        _below(entries_of[page.pk], page.tail_of(event), event.changed_at)
        for page in pages
        if page.pk in entries_of
        for event in events[page.campaign_id]
    ]


def _of_partners(home: Page, entries_of: dict[int, Entry]) -> list[Entry]:
    """Return partners' own pages; two queries for any number."""
    pages = list(PartnersPage.objects.descendant_of(home).live().public().order_by("path"))
    profiles = defaultdict(list)
    for profile in partners_with_pages([page.campaign_id for page in pages]) if pages else ():
        profiles[profile.partnership.campaign_id].append(profile)
    return [
        _below(entries_of[page.pk], page.tail_of(profile.partnership), profile.decided_at)
        for page in pages
        if page.pk in entries_of
        for profile in profiles[page.campaign_id]
    ]


def _below(entry: Entry, tail: str, changed_at: datetime | None) -> Entry:
    return Entry(
        f"{entry.location}{tail}",
        changed_at,
        [(language, f"{address}{tail}") for language, address in entry.alternates],
    )


def _versions(keys: list[UUID]) -> dict[UUID, list[Page]]:
    versions = defaultdict(list)
    for page in Page.objects.live().public().filter(translation_key__in=keys).select_related("locale").order_by("pk"):
        versions[page.translation_key].append(page)
    return versions


def _alternates(pages: list[Page], request: HttpRequest) -> list[tuple[str, str]]:
    if len(pages) < 2:
        return []
    named = {page.locale.language_code: public_address(page, request) for page in pages}
    default = named.get(settings.LANGUAGE_CODE) or next(iter(named.values()))
    return [*named.items(), ("x-default", default)]


def _xml(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """Name one sitemap per language that has a home page."""
    site = Site.find_for_request(request)
    return _xml(request, "cms/sitemap_index.xml", {"languages": list(homes(site)) if site else []})


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap(request: HttpRequest, language: str) -> HttpResponse:
    """List the pages of one language; 404 for a language without a home page."""
    site = Site.find_for_request(request)
    home = homes(site).get(language) if site else None
    if home is None:
        raise Http404
    return _xml(request, "cms/sitemap.xml", {"entries": entries(home, request)})


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """Tell robots what is for people only."""
    return render(request, "cms/robots.txt", content_type="text/plain; charset=utf-8")
