"""The calendar of a thousand events: drawn, drawn again, and asked for by who has it."""

import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.context import Bench
from campaigns.models import Campaign
from core.ttl_cache import clear_ttl_caches
from events.calendars import forget_drawn
from events.enums import EventKind, EventStatus
from events.models import Event, EventType, Timeslot, Venue

EVENTS = 1_000
REPEATS = 15
MOST_MILLISECONDS = 300
_WORDS = "We explain who may vote where, fill in the form together and answer every question, in your language. " * 4


def measure_calendars(bench: Bench) -> None:
    """Measure the processor time of a campaign's feed; the floor is fetching its rows by two plain queries."""
    campaign = Campaign.objects.get(pk=bench.world.campaign_id)
    make_events(campaign)
    client = Client(SERVER_NAME=bench.world.host, headers={"x-forwarded-proto": "https"})
    path = reverse("campaign_ics", args=[campaign.slug])
    first = client.get(path)
    if first.status_code != 200 or first.content.count(b"BEGIN:VEVENT") != EVENTS:
        raise AssertionError(f"the feed answered {first.status_code} with other than {EVENTS} events")
    tag = first["ETag"]

    def drawn() -> int:
        forget_drawn()
        clear_ttl_caches()
        return client.get(path).status_code

    asked = (
        ("drawn anew", drawn, 200),
        ("drawn again", lambda: client.get(path).status_code, 200),
        ("asked for by who has it", lambda: client.get(path, headers={"If-None-Match": tag}).status_code, 304),
    )
    for name, ask, expected in asked:
        floor, spent = _in_turns(lambda: _fetch(campaign), ask, expected)
        bench.add(
            f"calendar feed of {EVENTS:,} events, {name}",
            f"{spent:.0f} ms CPU, {spent / floor:.1f} × its rows",
            f"≤ {MOST_MILLISECONDS} ms",
            is_met=spent <= MOST_MILLISECONDS,
            detail=f"median of {REPEATS} in turns with fetching the rows ({floor:.0f} ms); whole request in process, "
            f"{len(first.content) / 1e6:.1f} MB; without the CPU of the database server",
        )


def _in_turns(floor: Callable[[], object], work: Callable[[], int], expected: int) -> tuple[float, float]:
    """Return the medians of both in milliseconds of processor time."""
    floors, works = [], []
    for _ in range(REPEATS):
        started = time.process_time()
        floor()
        between = time.process_time()
        status = work()
        works.append((time.process_time() - between) * 1000)
        floors.append((between - started) * 1000)
        if status != expected:
            raise AssertionError(f"the feed answered {status}, not {expected}")
    return median(floors), median(works)


def _fetch(campaign: Campaign) -> None:
    events = Event.objects.public().filter(campaign=campaign)
    list(events.select_related("venue", "event_type").values_list())
    list(Timeslot.objects.filter(event__in=events.values("pk")).values_list())


def make_events(campaign: Campaign) -> None:
    """Add a thousand events of one timeslot each at ten venues, a year of them."""
    kind = EventType.objects.create(campaign=campaign, kind=EventKind.WORKSHOP, name="Bench workshop")
    venues = Venue.objects.bulk_create(
        Venue(
            campaign=campaign,
            organisation=campaign.organisation,
            name=f"House {number}",
            address=f"Rue Exemple {number}, 1",
            postcode="1050",
            town="Ixelles",
            latitude="50.83",
            longitude="4.37",
        )
        for number in range(10)
    )
    begins = timezone.now() + timedelta(days=1)
    events = Event.objects.bulk_create(
        Event(
            campaign=campaign,
            organisation=campaign.organisation,
            event_type=kind,
            title=f"Workshop {number}: how to vote, and where; à vous",
            summary="Ask everything.",
            description=_WORDS,
            spoken=["fr", "ar", "en"],
            venue=venues[number % 10],
            status=EventStatus.PUBLISHED,
            published_at=begins,
            starts_at=begins + timedelta(hours=8 * number),
            ends_at=begins + timedelta(hours=8 * number + 2),
        )
        for number in range(EVENTS)
    )
    Timeslot.objects.bulk_create(
        Timeslot(event=event, starts_at=event.starts_at, ends_at=event.ends_at, capacity=20) for event in events
    )
