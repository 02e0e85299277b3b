"""Public calendars: everything, a campaign's events, one event."""

import uuid
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from campaigns.models import Campaign
from campaigns.zones import zone_of
from events.calendars import Feed, draw_feed, read_feed, recent
from events.enums import EventStatus
from events.models import Event

_REMEMBERED = 7 * 24 * 3600


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Answer with every public event of the last 90 days and of all days to come."""
    events = recent(Event.objects.public(), timezone.now())
    zone = ZoneInfo(settings.TIME_ZONE)
    return _answer(request, read_feed(events, name=settings.WAGTAIL_SITE_NAME, language=_language(request), zone=zone))


@require_safe
def campaign_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the public events of one campaign; 404 when there is no such campaign."""
    campaign = get_object_or_404(Campaign, slug=slug)
    events = recent(Event.objects.public().filter(campaign=campaign), timezone.now())
    return _answer(request, read_feed(events, name=campaign.title, language=_language(request), zone=zone_of(campaign)))


@require_safe
def event_calendar(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Answer with one event, however long it is over; 404 for one that was never published.

    Events kept off the site are found too: who has the address was invited to them.
    """
    events = Event.objects.filter(public_id=public_id, published_at__isnull=False).exclude(status=EventStatus.DRAFT)
    event = get_object_or_404(events)
    language = _language(request)
    feed = read_feed(events, name=event.words(language).title, language=language, zone=event.zone)
    return _answer(request, feed, filename=f"event-{event.pk}.ics")


def _language(request: HttpRequest) -> str:
    wanted = request.GET.get("lang", "")
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _answer(request: HttpRequest, feed: Feed, *, filename: str = "events.ics") -> HttpResponse:
    """Answer with the feed, or 304 without drawing it when the caller has it already."""
    seen_at = _seen_at(request.path, feed)
    changed = int(seen_at.timestamp()) if seen_at else None
    known = get_conditional_response(request, etag=feed.tag, last_modified=changed)
    response = known or HttpResponse(draw_feed(feed), content_type="text/calendar; charset=utf-8")
    if response.status_code == 200:
        response.headers["Content-Disposition"] = f'inline; filename="{filename}"'
        response.headers["Content-Language"] = feed.language
    response.headers["ETag"] = feed.tag
    if changed:
        response.headers["Last-Modified"] = http_date(changed)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _seen_at(path: str, feed: Feed) -> datetime | None:
    """Return since when the feed is as it is now, as far as this process' cache knows; None in its first second.

    No column tells when a feed changed last (events leave it by age). What changes twice within one second would have
    one date for two contents, so a date is told only when its second is over.
    """
    now = datetime.now(UTC)
    key = f"events:feed:{feed.language}:{path}"
    tag, seen_at = cache.get(key) or ("", now)
    if tag != feed.tag:
        seen_at = now
        cache.set(key, (feed.tag, now), timeout=_REMEMBERED)
    return seen_at if int(seen_at.timestamp()) < int(now.timestamp()) else None
