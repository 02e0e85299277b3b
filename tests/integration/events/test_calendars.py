"""Public calendars: strict iCalendar, updates, cancellation, and not building what the caller has."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from accounts.models import User
from events.actions.changing import ChangedSlot, change_slots
from events.actions.publishing import cancel_event
from events.calendars import KEPT_FOR
from events.enums import EventStatus
from events.models import Event, EventText, EventType, Timeslot, Venue
from tests.calendars import read_strictly
from tests.factories.accounts import make_user
from tests.factories.cms import make_events_page
from tests.factories.events import make_event, make_event_type, make_venue
from tests.factories.volunteers import make_campaign

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)  # where the clock stands


@pytest.fixture
def workshop() -> EventType:
    return make_event_type()


@pytest.fixture
def event(workshop: EventType, clock: time_machine.Traveller) -> Event:
    house = make_venue(workshop.campaign, latitude="50.85", longitude="4.35", access_notes="Blue door.")
    return make_event(
        workshop,
        "Vote; ask, listen",
        starts_at=MONDAY + timedelta(days=30),
        venue=house,
        summary="All about voting.",
        description="Two\nlines.",
        spoken=["fr", "ar"],
        online_url="https://meet.example.org/secret",
        slots=2,
    )


@pytest.fixture
def ada() -> User:
    return make_user("Ada")


def fetch(client: Client, path: str, query: str = "") -> Calendar:
    response = client.get(f"{path}{query}")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return read_strictly(response.content)


def of(event: Event) -> str:
    return reverse("event_ics", args=[event.public_id])


def test_event_is_one_entry_per_timeslot_with_all_it_says(client: Client, event: Event) -> None:
    page = make_events_page(event.campaign)
    calendar = fetch(client, of(event))
    assert calendar["method"] == "PUBLISH"
    first, second = calendar.events
    assert first["uid"] != second["uid"]
    assert first["summary"] == "Vote; ask, listen"
    assert first["location"] == "Maison Example, Rue Exemple 1, 1050 Ixelles"
    assert first.start.isoformat() == "2026-04-01T11:00:00+02:00"
    assert first.end.isoformat() == "2026-04-01T13:00:00+02:00"
    assert first["dtstart"].params["TZID"] == "Europe/Brussels"
    assert (first["geo"].latitude, first["geo"].longitude) == (50.85, 4.35)
    assert first["url"].endswith(f"{page.get_url()}{page.tail_of(event)}")
    assert first["status"] == "CONFIRMED"
    assert first["sequence"] == 0
    assert first.categories == ["workshop"]
    for words in ("All about voting.", "Two\nlines.", "Français, العربيّة", "sent to who registers", "Blue door."):
        assert words in first["description"]
    assert "secret" not in client.get(of(event)).content.decode()


def test_event_speaks_the_language_asked_for_else_its_own(client: Client, event: Event) -> None:
    EventText.objects.create(event=event, language="ar", title="تعالوا", summary="نعم")
    french, english = make_events_page(event.campaign, language="fr"), make_events_page(event.campaign)
    assert fetch(client, of(event), "?lang=ar").events[0]["summary"] == "تعالوا"
    french_one = fetch(client, of(event), "?lang=fr").events[0]
    assert french_one["summary"] == event.title
    assert french.get_url() in french_one["url"]
    for query in ("", "?lang=xx", "?lang=%00"):
        assert english.get_url() in fetch(client, of(event), query).events[0]["url"]


def test_moved_event_keeps_its_names_and_raises_its_sequence(client: Client, event: Event, ada: User) -> None:
    before = fetch(client, of(event)).events
    day = timedelta(days=1)
    slots = [ChangedSlot(slot.starts_at + day, slot.ends_at + day, None, slot.pk) for slot in event.timeslots.all()]
    change_slots(event=event, slots=slots, by=ada, at=MONDAY)
    after = fetch(client, of(event)).events
    assert [entry["uid"] for entry in before] == [entry["uid"] for entry in after]
    assert [entry["sequence"] for entry in before] == [0, 0]
    assert [(entry["sequence"], entry.start.day) for entry in after] == [(1, 2), (1, 2)]


def test_cancelled_event_says_so_and_leaves_the_feeds_after_ninety_days(
    client: Client, event: Event, ada: User, clock: time_machine.Traveller
) -> None:
    cancel_event(event=event, reason="Flooded.", by=ada, at=MONDAY)
    feed = reverse("campaign_ics", args=[event.campaign.slug])
    for entry in fetch(client, feed).events:
        assert (entry["status"], entry["sequence"]) == ("CANCELLED", 1)
        assert entry["description"].startswith("This event is cancelled. Flooded.")
    clock.move_to(event.ends_at + KEPT_FOR - timedelta(hours=1))
    assert len(fetch(client, feed).events) == 2
    clock.move_to(event.ends_at + KEPT_FOR + timedelta(days=1))
    assert fetch(client, feed).events == []
    assert fetch(client, of(event)).events[0]["status"] == "CANCELLED"


def test_feeds_hold_public_events_only_and_their_campaigns(client: Client, event: Event, workshop: EventType) -> None:
    make_event(workshop, "Draft", starts_at=MONDAY, status=EventStatus.DRAFT)
    hidden = make_event(workshop, "Hidden", starts_at=MONDAY, is_public=False)
    other = make_event(make_event_type(make_campaign()), "Another", starts_at=MONDAY)
    make_event(workshop, "Long over", starts_at=MONDAY - timedelta(days=100))

    def titles(path: str) -> list[str]:
        return [str(entry["summary"]) for entry in fetch(client, path).events]

    assert titles(reverse("campaign_ics", args=[workshop.campaign.slug])) == [event.title] * 2
    assert titles(reverse("campaign_ics", args=[other.campaign.slug])) == ["Another"]
    assert titles(reverse("events_ics")) == ["Another", event.title, event.title]
    assert titles(of(hidden)) == ["Hidden"]  # whoever was invited has its address


def test_calendar_of_nothing_is_a_calendar(client: Client) -> None:
    assert fetch(client, reverse("events_ics")).events == []


def test_what_is_not_there_is_not_found(client: Client, workshop: EventType, clock: time_machine.Traveller) -> None:
    draft = make_event(workshop, starts_at=MONDAY, status=EventStatus.DRAFT)
    for path in (of(draft), f"/events/{uuid4()}.ics", "/events/campaigns/none.ics", "/events/x.ics"):
        response = client.get(path)
        assert response.status_code == 404, path
    assert client.post(reverse("events_ics")).status_code == 405


def test_feed_is_not_drawn_for_who_has_it(client: Client, event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    path = reverse("campaign_ics", args=[event.campaign.slug])
    tag = client.get(path)["ETag"]

    def refuse(*_: object) -> bytes:
        raise AssertionError("drawn")

    monkeypatch.setattr("events.calendar_views.draw_feed", refuse)
    for asked in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        response = client.get(path, headers={"If-None-Match": asked})
        assert (response.status_code, response["ETag"], response.content) == (304, tag, b"")
        assert response["Cache-Control"] == "public, max-age=300"
    with pytest.raises(AssertionError, match="drawn"):
        client.get(path, headers={"If-None-Match": '"other"'})


def rename_page(event: Event) -> None:
    page = make_events_page(event.campaign)
    page.slug = "elsewhere"
    page.save_revision().publish()


CHANGES: dict[str, Callable[[Event], Any]] = {
    "time": lambda event: Timeslot.objects.filter(event=event).update(ends_at=MONDAY + timedelta(days=33)),
    "new timeslot": lambda event: Timeslot.objects.create(event=event, starts_at=MONDAY, ends_at=event.ends_at),
    "timeslot gone": lambda event: event.timeslots.all()[0].delete(),
    "title": lambda event: Event.objects.filter(pk=event.pk).update(title="Other"),
    "translation": lambda event: EventText.objects.create(event=event, language="en", title="Other"),
    "address": lambda event: Venue.objects.filter(pk=event.venue_id).update(address="Rue Autre 2"),
    "languages": lambda event: Event.objects.filter(pk=event.pk).update(spoken=["nl"]),
    "sequence": lambda event: Event.objects.filter(pk=event.pk).update(sequence=1),
    "cancelled": lambda event: Event.objects.filter(pk=event.pk).update(status="cancelled", cancelled_at=MONDAY),
    "hidden": lambda event: Event.objects.filter(pk=event.pk).update(is_public=False),
    "campaign renamed": lambda event: type(event.campaign).objects.filter(pk=event.campaign_id).update(title="Other"),
    "a page to link to": rename_page,
}


@pytest.mark.parametrize("change", CHANGES)
def test_feed_is_another_after_every_change_that_shows(client: Client, event: Event, change: str) -> None:
    from core.ttl_cache import clear_ttl_caches

    Event.objects.filter(pk=event.pk).update(language="fr")
    path = reverse("campaign_ics", args=[event.campaign.slug])
    before = client.get(path)
    CHANGES[change](event)
    clear_ttl_caches()
    after = client.get(path, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]
    assert after.content != before.content


def test_feed_is_the_same_while_only_places_are_taken(client: Client, event: Event) -> None:
    path = reverse("events_ics")
    tag = client.get(path)["ETag"]
    Timeslot.objects.filter(event=event).update(taken=5)
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_date_of_the_feed_answers_those_who_know_no_tags(
    client: Client, event: Event, clock: time_machine.Traveller
) -> None:
    path = reverse("events_ics")
    assert "Last-Modified" not in client.get(path).headers  # the second in which it may still change
    clock.shift(2)
    dated = client.get(path)["Last-Modified"]
    assert dated == "Mon, 02 Mar 2026 09:00:00 GMT"
    clock.shift(3600)
    assert client.get(path, headers={"If-Modified-Since": dated}).status_code == 304
    Venue.objects.filter(pk=event.venue_id).update(town="Elsene")
    clock.shift(1)
    assert client.get(path, headers={"If-Modified-Since": dated}).status_code == 200
    clock.shift(2)
    assert client.get(path)["Last-Modified"] > dated


def test_feed_costs_the_same_queries_with_more_events(
    client: Client, workshop: EventType, clock: time_machine.Traveller, django_assert_num_queries: Any
) -> None:
    for count in (1, 2):
        for number in range(count):
            make_event(workshop, starts_at=MONDAY + timedelta(days=number), slots=2)
        path = reverse("campaign_ics", args=[workshop.campaign.slug])
        client.get(path)  # where its pages stand is remembered
        with django_assert_num_queries(4):
            client.get(path)


def test_calendar_sets_no_cookie_and_is_kept_by_who_asked(client: Client, event: Event) -> None:
    response = client.get(reverse("events_ics"))
    assert not response.cookies
    assert "Cookie" not in response["Vary"]
    assert response["Cache-Control"] == "public, max-age=300"
    assert response["X-Robots-Tag"] == "noindex"
    assert client.head(reverse("events_ics")).status_code == 200
