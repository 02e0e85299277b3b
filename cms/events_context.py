"""What a list of events shows: the filters, the days, and each event in a few lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.formats import date_format

from campaigns.zones import local_day
from cms.addresses import absolute
from cms.events_forms import PAST, EventFilterForm
from cms.petition_context import SOURCE_PLACEHOLDER
from core.lists import list_separator
from events.enums import EventKind
from events.models import Event, EventText, Timeslot
from events.selectors.public_events import choices_of, find_events
from places.languages import language_name

if TYPE_CHECKING:
    from cms.models import EventsPage

PER_PAGE = 20
FEW = 5  # so many free places or fewer are said in the list


@dataclass(frozen=True)
class ListedEvent:
    """One event of a list. ``free``: places left in the timeslots to come, None without a limit or without RSVPs."""

    event: Event
    words: EventText
    path: str
    kind: str
    starts_at: datetime
    hours: str
    zone_name: str
    further: int
    where: str
    is_online: bool
    spoken: tuple[tuple[str, str], ...]
    free: int | None
    is_over: bool

    @property
    def is_full(self) -> bool:
        return self.free == 0 and not self.is_over

    @property
    def is_nearly_full(self) -> bool:
        return self.free is not None and 0 < self.free <= FEW and not self.is_over


@dataclass(frozen=True)
class ActiveFilter:
    """A filter in force and the address of the list without it."""

    words: str
    url: str


@dataclass(frozen=True)
class Day:
    """The events of one day, with its name written out."""

    date: date
    name: str
    events: list[ListedEvent]


def list_context(page: "EventsPage", request: HttpRequest, *, at: datetime) -> dict[str, Any]:
    """Return the template's context for the list as the request's query asks for it."""
    campaign = page.campaign
    form = EventFilterForm(request.GET, choices=choices_of(campaign))
    filters = form.filters(local_day(at, campaign))
    found = Paginator(find_events(campaign, filters, at=at), PER_PAGE).get_page(request.GET.get("page"))
    language = page.locale.language_code
    base = page.get_url(request) or "/"
    listed = [
        _listed(event, f"{base}{page.tail_of(event)}", language=language, campaign_zone=campaign.time_zone, at=at)
        for event in found
    ]
    calendar = f"{reverse('campaign_ics', args=[campaign.slug])}?lang={language}"
    return {
        "form": form,
        "active": [ActiveFilter(words, _without(request.GET, name, value)) for name, value, words in form.active()],
        "days": _days(listed),
        "events": found,
        "is_past": filters.is_past,
        "newer_url": _with(request.GET, "page", found.number - 1) if found.has_previous() else "",
        "older_url": _with(request.GET, "page", found.number + 1) if found.has_next() else "",
        "past_url": f"?when={PAST}",
        "calendar_url": calendar,
        "subscribe_url": f"webcal:{absolute(calendar).partition(':')[2]}",
        "source": SOURCE_PLACEHOLDER,
    }


def _listed(event: Event, path: str, *, language: str, campaign_zone: str, at: datetime) -> ListedEvent:
    slots = list(event.timeslots.all())
    shown_at: datetime = event.shown_at  # type: ignore[attr-defined]
    shown = next(slot for slot in slots if slot.starts_at == shown_at)
    return ListedEvent(
        event=event,
        words=event.words(language),
        path=path,
        kind=str(EventKind(event.event_type.kind).label),
        starts_at=shown_at.astimezone(event.zone),
        hours=hours_of(shown, event.zone),
        zone_name=event.time_zone.replace("_", " ") if event.time_zone != campaign_zone else "",
        further=len(slots) - 1,
        where=event.where,
        is_online=bool(event.online_url),
        spoken=tuple((code, language_name(code)) for code in event.spoken),
        free=free_places(event, slots, at),
        is_over=event.ends_at <= at,
    )


def hours_of(slot: Timeslot, zone: ZoneInfo) -> str:
    """Return "10:00–12:00" in a time zone, with the day of its end where that is more than the night after."""
    start, end = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
    is_long = (slot.ends_at - slot.starts_at).days >= 1
    last = f"{date_format(end, 'DATE_FORMAT')}{list_separator()}{end:%H:%M}" if is_long else f"{end:%H:%M}"
    return f"{start:%H:%M}–{last}"


def free_places(event: Event, slots: Iterable[Timeslot], at: datetime) -> int | None:
    """Return the places left in the timeslots that have not begun; None where that is no question."""
    left = [slot.free for slot in slots if slot.starts_at > at]
    if not event.takes_rsvps or event.is_cancelled or not left or None in left:
        return None
    return sum(free for free in left if free is not None)


def day_name(day: date) -> str:
    """Return "Saturday 2 May 2026" in the language of now."""
    return f"{date_format(day, 'l')} {date_format(day, 'DATE_FORMAT')}"


def _days(listed: list[ListedEvent]) -> list[Day]:
    days: dict[date, list[ListedEvent]] = {}
    for each in listed:
        days.setdefault(each.starts_at.date(), []).append(each)
    return [Day(day, day_name(day), events) for day, events in days.items()]


def _with(query: QueryDict, name: str, value: object) -> str:
    changed = _clean(query)
    changed[name] = str(value)
    return f"?{changed.urlencode()}"


def _without(query: QueryDict, name: str, value: object) -> str:
    changed = _clean(query)
    changed.setlist(name, [each for each in changed.getlist(name) if name == "access" and each != value])
    changed.pop("page", None)
    # A lone "?" keeps the address and drops its query.
    return f"?{changed.urlencode()}"


def _clean(query: QueryDict) -> QueryDict:
    """Return a copy without empty values, which a sent form is full of."""
    changed = query.copy()
    for key in list(changed):
        changed.setlist(key, [each for each in changed.getlist(key) if each])
    return changed
