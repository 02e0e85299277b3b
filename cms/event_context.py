"""What the page of one event shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from campaigns.selectors.sources import clean_source_code
from campaigns.zones import span_in
from cms.addresses import absolute
from cms.event_map import map_of
from cms.event_schema import former_start, schema_of
from cms.events_context import free_places
from cms.petition_context import SOURCE_PLACEHOLDER
from cms.rsvp_context import rsvp_context
from cms.rsvp_forms import RsvpForm
from cms.rsvp_spec import rsvp_spec
from events.actions.rsvps import why_closed
from events.enums import AccessFeature, EventKind
from events.models import Event, Timeslot, Venue
from events.when import local_moment
from places.languages import language_name

if TYPE_CHECKING:
    from cms.models import EventsPage


@dataclass(frozen=True)
class ShownSlot:
    """One timeslot. ``free``: places nobody holds, None without a limit or where people need not register.

    ``was_at``: when it was to start before it was moved, blank where it was not.
    """

    starts_at: datetime
    when: str
    was_at: str
    free: int | None
    is_over: bool


def event_context(
    page: "EventsPage", event: Event, context: dict[str, Any], request: HttpRequest, *, at: datetime
) -> dict[str, Any]:
    """Return the template's context for an event. ``context`` is the page's own: its addresses are carried on.

    ``can_register``: published, not begun, and people register for it.
    """
    language = page.locale.language_code
    words = event.words(language)
    tail = page.tail_of(event)
    slots = list(event.timeslots.all())
    to_come = [slot for slot in slots if slot.starts_at > at]
    is_over = event.ends_at <= at
    can_register = bool(to_come) and not why_closed(event, at)
    url = f"{context['canonical_url']}{tail}"
    image = absolute(static("images/social-card.png"))
    free = free_places(event, slots, at)
    return {
        "event": event,
        "words": words,
        "shared_title": words.title,
        "shared_text": words.summary or words.description or page.introduction,
        "canonical_url": url,
        "alternates": [
            each._replace(path=f"{each.path}{tail}", url=f"{each.url}{tail}") for each in context["alternates"]
        ],
        "kind": EventKind(event.event_type.kind).label,
        "slots": [_shown(slot, event, at) for slot in slots],
        "zone_name": event.time_zone.replace("_", " ") if event.time_zone != page.campaign.time_zone else "",
        "is_over": is_over,
        "is_full": free == 0 and can_register,
        "can_register": can_register,
        "spoken": [(code, language_name(code)) for code in event.spoken],
        "features": [AccessFeature(each).label for each in _features(event)],
        "map": map_of(event),
        "geo_url": _geo_url(event.venue),
        "calendar_url": f"{reverse('event_ics', args=[event.public_id])}?lang={language}",
        "list_url": page.get_url(request),
        "source": SOURCE_PLACEHOLDER,
        "schema": schema_of(event, words, slots, url=url, image=image, open_slots=to_come if can_register else []),
        **(rsvp_form_context(event, page, request, at=at) if can_register else {}),
    }


def rsvp_form_context(event: Event, page: "EventsPage", request: HttpRequest, *, at: datetime) -> dict[str, Any]:
    """Return what `cms/includes/rsvp_form.html` needs: the form of the partner whose link brought the visitor.

    The visit's own source code is written into it on the way out (`PublicPageCacheMiddleware`).
    """
    spec = rsvp_spec(event, page.locale.language_code, clean_source_code(request.GET.get("s", "")))
    form = RsvpForm(spec=spec, source=SOURCE_PLACEHOLDER)
    return rsvp_context(event, locale=spec.locale, at=at, form=form if spec.slots else None, source=SOURCE_PLACEHOLDER)


def _shown(slot: Timeslot, event: Event, at: datetime) -> ShownSlot:
    former = former_start([slot])
    asks = event.takes_rsvps and not event.is_cancelled and slot.starts_at > at
    return ShownSlot(
        starts_at=slot.starts_at.astimezone(event.zone),
        when=span_in(slot.starts_at, slot.ends_at, event.zone),
        was_at=local_moment(former, event) if former and not event.is_cancelled else "",
        free=slot.free if asks else None,
        is_over=slot.ends_at <= at,
    )


def _features(event: Event) -> list[str]:
    named = event.venue.features if event.venue is not None else []
    return [each for each in AccessFeature.values if each in named]


def _geo_url(venue: Venue | None) -> str:
    """Return a ``geo:`` address (RFC 5870) with the venue's name, as phones' map programs take it."""
    if venue is None or venue.latitude is None or venue.longitude is None:
        return ""
    point = f"{venue.latitude.normalize():f},{venue.longitude.normalize():f}"
    return f"geo:{point}?q={point}({quote(venue.name)})"
