"""The public page of one event."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cms.models import EventsPage
from events.enums import EventKind, EventStatus
from events.models import Event, EventText, EventType, Timeslot
from tests.event_pages import get, make_commune, of, structured
from tests.factories.cms import make_events_page
from tests.factories.events import make_event, make_event_type, make_venue
from tests.factories.volunteers import make_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)  # where the clock stands: 10:00 in Brussels


@pytest.fixture
def workshop() -> EventType:
    return make_event_type()


@pytest.fixture
def page(workshop: EventType) -> EventsPage:
    return make_events_page(workshop.campaign, introduction="Come and ask.")


def test_event_shows_all_a_visitor_needs(client: Client, page: EventsPage, workshop: EventType) -> None:
    ixelles = make_commune("NIS 21009", "Ixelles")
    house = make_venue(
        workshop.campaign,
        territory=ixelles,
        latitude="50.85",
        longitude="4.35",
        features=["step_free"],
        access_notes="Ring at the blue door.",
        staff_notes="The key is under the mat.",
    )
    event = make_event(
        workshop,
        "Vote <here>",
        starts_at=MONDAY + timedelta(days=1),
        slots=3,
        capacity=3,
        venue=house,
        summary="All about voting.",
        description="First line.\n\nSecond </script> line.",
        spoken=["fr", "ber"],
        online_url="https://meet.example.org/secret",
    )
    first, second, _third = event.timeslots.all()
    Timeslot.objects.filter(pk=first.pk).update(taken=3)
    Timeslot.objects.filter(pk=second.pk).update(taken=2)
    html = of(client, page, event)
    for words in (
        "Vote &lt;here&gt;", "All about voting.", "Second &lt;/script&gt; line.", "3 March 2026, 10:00–12:00",
        "3 March 2026, 14:00–16:00", "Full: waiting list", "1 place left", "3 places left", "Maison Example",
        "Rue Exemple 1", "1050 Ixelles", "step-free entrance", "Ring at the blue door.", "Tamaziɣt",
        "The link is sent to who registers", event.organisation.name, 'aria-label="Map with Ixelles marked"',
        'href="geo:50.85,4.35?q=50.85,4.35(Maison%20Example)"', f"/events/{event.public_id}.ics?lang=en",
        f'href="{page.get_url()}"',
    ):  # fmt: skip
        assert words in html, words
    assert 'class="event-map-pin" cx="320.0"' in html
    assert "under the mat" not in html
    assert "secret" not in html
    assert "All times are those of" not in html


def test_event_tells_search_engines_what_the_page_says(client: Client, page: EventsPage, workshop: EventType) -> None:
    house = make_venue(workshop.campaign, latitude="50.85", longitude="4.35", features=["step_free"])
    event = make_event(
        workshop, "Vote </script><b>", starts_at=MONDAY, slots=2, capacity=3, venue=house, spoken=["fr"], minutes=60
    )
    told = structured(of(client, page, event))
    url = f"{settings.PUBLIC_URL}{page.get_url()}{page.tail_of(event)}"
    assert (told["@type"], told["name"], told["url"]) == ("Event", "Vote </script><b>", url)
    assert told["startDate"] == "2026-03-02T10:00:00+01:00"
    assert told["endDate"] == "2026-03-02T12:00:00+01:00"
    assert told["eventStatus"] == "https://schema.org/EventScheduled"
    assert told["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    assert told["inLanguage"] == ["fr"]
    assert told["location"]["geo"] == {"@type": "GeoCoordinates", "latitude": 50.85, "longitude": 4.35}
    assert told["location"]["address"]["postalCode"] == "1050"
    assert told["organizer"]["name"] == event.organisation.name
    # The first one begins now: how many places are left is told of the other one alone, as on the page.
    assert (told["maximumAttendeeCapacity"], told["remainingAttendeeCapacity"]) == (6, 3)
    assert told["offers"]["availability"] == "https://schema.org/InStock"
    assert [part["startDate"] for part in told["subEvent"]] == [
        "2026-03-02T10:00:00+01:00",
        "2026-03-02T11:00:00+01:00",
    ]


@pytest.mark.parametrize("columns", [{"takes_rsvps": False}, {"starts_at": MONDAY - timedelta(days=1)}])
def test_event_nobody_registers_for_tells_not_how_many_people_there_were(
    client: Client, page: EventsPage, workshop: EventType, columns: dict[str, Any]
) -> None:
    event = make_event(workshop, capacity=9, slots=2, **{"starts_at": MONDAY + timedelta(days=1), **columns})
    Timeslot.objects.filter(event=event).update(taken=4)
    assert "remainingAttendeeCapacity" not in of(client, page, event)


def test_event_online_only_never_tells_the_link(client: Client, page: EventsPage, workshop: EventType) -> None:
    event = make_event(
        workshop, starts_at=MONDAY + timedelta(days=1), online_url="https://meet.example.org/secret", capacity=1
    )
    Timeslot.objects.filter(event=event).update(taken=1)
    html = of(client, page, event)
    told = structured(html)
    assert "secret" not in html
    assert told["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"
    assert told["location"] == {"@type": "VirtualLocation", "url": told["url"]}
    assert told["offers"]["availability"] == "https://schema.org/SoldOut"
    assert "waiting list" in html


def test_event_cancelled_says_so_everywhere(client: Client, page: EventsPage, workshop: EventType) -> None:
    event = make_event(
        workshop,
        starts_at=MONDAY + timedelta(days=1),
        status=EventStatus.CANCELLED,
        cancel_reason="The hall is flooded.",
        capacity=2,
    )
    html = of(client, page, event)
    told = structured(html)
    assert "This event is cancelled" in html
    assert "The hall is flooded." in html
    assert told["eventStatus"] == "https://schema.org/EventCancelled"
    assert "offers" not in told
    assert "places left" not in html
    assert 'name="email"' not in html


def test_event_over_says_so_and_takes_nobody(client: Client, page: EventsPage, workshop: EventType) -> None:
    event = make_event(workshop, starts_at=MONDAY - timedelta(days=1), capacity=2, status=EventStatus.REPORTED)
    html = of(client, page, event)
    assert "This event is over" in html
    assert "places left" not in html
    assert 'name="email"' not in html


def test_event_in_another_zone_names_it(client: Client, page: EventsPage, workshop: EventType) -> None:
    event = make_event(workshop, starts_at=MONDAY + timedelta(days=1), time_zone="Europe/Lisbon")
    html = of(client, page, event)
    assert "09:00–11:00" in html
    assert "All times are those of Europe/Lisbon." in html
    assert "Europe/Lisbon" in get(client, page)


def test_event_that_asks_nobody_to_register_says_just_come(
    client: Client, page: EventsPage, workshop: EventType
) -> None:
    event = make_event(workshop, starts_at=MONDAY + timedelta(days=1), takes_rsvps=False, capacity=9)
    html = of(client, page, event)
    assert "You need not register: just come." in html
    assert "places left" not in html


def test_event_has_the_form_to_register_with_the_visits_source(
    client: Client, page: EventsPage, workshop: EventType
) -> None:
    event = make_event(workshop, starts_at=MONDAY + timedelta(days=1))
    html = get(client, page, "?s=poster", tail=page.tail_of(event))
    assert f'action="{reverse("event_register", args=[event.public_id])}"' in html
    assert 'name="source" value="poster"' in html


@pytest.mark.parametrize("language", ["en", "fr", "nl", "ar"])
def test_event_speaks_the_pages_language_or_says_which_it_speaks(
    client: Client, page: EventsPage, workshop: EventType, language: str
) -> None:
    theirs = page if language == "en" else make_events_page(workshop.campaign, language=language)
    event = make_event(workshop, "Come", starts_at=MONDAY + timedelta(days=1), territory=make_commune("NIS 1", "Evere"))
    EventText.objects.create(event=event, language="ar", title="تعالوا")
    title, spoken = ("تعالوا", "ar") if language == "ar" else ("Come", "en")
    for html in (get(client, theirs), of(client, theirs, event)):
        assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html
        assert re.search(rf'lang="{spoken}" dir="auto">{title}<', html)
    if language != "en":
        tail = page.tail_of(event)
        assert f'hreflang="{language}" href="{settings.PUBLIC_URL}{theirs.get_url()}{tail}"' in html
        assert f'hreflang="en" href="{settings.PUBLIC_URL}{page.get_url()}{tail}"' in html


def test_event_is_shared_under_its_own_name_and_address(client: Client, page: EventsPage, workshop: EventType) -> None:
    event = make_event(workshop, 'Say "hello"', starts_at=MONDAY + timedelta(days=1), summary="One & all.")
    html = of(client, page, event)
    url = f"{settings.PUBLIC_URL}{page.get_url()}{page.tail_of(event)}"
    assert f'<link rel="canonical" href="{url}">' in html
    assert f'<meta property="og:url" content="{url}">' in html
    assert '<meta property="og:title" content="Say &quot;hello&quot;">' in html
    assert '<meta property="og:description" content="One &amp; all.">' in html
    assert "<title>Say &quot;hello&quot; ·" in html


def test_address_with_other_words_leads_to_the_right_one(client: Client, page: EventsPage, workshop: EventType) -> None:
    event = make_event(workshop, "تعالوا", starts_at=MONDAY + timedelta(days=1))
    assert page.tail_of(event) == f"{event.pk}/"
    response = client.get(f"{page.get_url()}{event.pk}-old-words/?s=poster")
    assert (response.status_code, response["Location"]) == (301, f"{page.get_url()}{event.pk}/?s=poster")


def test_event_that_is_nobodys_business_is_not_found(client: Client, page: EventsPage, workshop: EventType) -> None:
    later = MONDAY + timedelta(days=1)
    others = make_event(make_event_type(make_campaign()), starts_at=later)
    for event in (
        others,
        make_event(workshop, starts_at=later, status=EventStatus.DRAFT),
        make_event(workshop, starts_at=later, is_public=False),
    ):
        assert client.get(f"{page.get_url()}{page.tail_of(event)}").status_code == 404
    for tail in ("0/", "999999999999999/", "9999999999999999999999/", "x/", "1/2/", "-1/"):
        assert client.get(f"{page.get_url()}{tail}").status_code == 404, tail


def test_event_costs_the_same_queries_with_more_slots_and_events(
    client: Client, page: EventsPage, workshop: EventType, django_assert_num_queries: Any
) -> None:
    from cms.middleware import forget_public_pages

    house = make_venue(workshop.campaign, territory=make_commune("NIS 21009", "Ixelles"))
    for slots in (1, 3):
        event = make_event(workshop, starts_at=MONDAY + timedelta(days=1), venue=house, slots=slots)
        of(client, page, event)
        forget_public_pages()
        with django_assert_num_queries(21):
            of(client, page, event)


@pytest.mark.parametrize("kind", EventKind.values)
def test_every_kind_of_event_is_shown(client: Client, page: EventsPage, workshop: EventType, kind: str) -> None:
    EventType.objects.filter(pk=workshop.pk).update(kind=kind)
    event = make_event(workshop, starts_at=MONDAY + timedelta(days=1))
    assert str(EventKind(kind).label) in of(client, page, event)
    assert str(EventKind(kind).label) in get(client, page)


def test_event_that_was_moved_says_when_it_was_to_be(client: Client, page: EventsPage, workshop: EventType) -> None:
    event = make_event(workshop, starts_at=MONDAY + timedelta(days=1), slots=2, minutes=60)
    first, second = event.timeslots.all()
    Timeslot.objects.filter(pk=second.pk).update(previous_starts_at=second.starts_at + timedelta(hours=3))
    html = of(client, page, event)
    told = structured(html)
    assert "Moved; before: 3 March 2026, 14:00" in html
    assert told["eventStatus"] == "https://schema.org/EventScheduled", "it begins when it did"
    parts = [(part["eventStatus"], part.get("previousStartDate")) for part in told["subEvent"]]
    assert parts == [
        ("https://schema.org/EventScheduled", None),
        ("https://schema.org/EventRescheduled", "2026-03-03T14:00:00+01:00"),
    ]
    Timeslot.objects.filter(pk=first.pk).update(previous_starts_at=first.starts_at - timedelta(hours=2))
    cache.clear()
    told = structured(of(client, page, event))
    assert told["eventStatus"] == "https://schema.org/EventRescheduled"
    assert told["previousStartDate"] == "2026-03-03T08:00:00+01:00"
    Event.objects.filter(pk=event.pk).update(status=EventStatus.CANCELLED, cancelled_at=MONDAY)
    cache.clear()
    html = of(client, page, event)
    assert structured(html)["eventStatus"] == "https://schema.org/EventCancelled"
    assert "previousStartDate" not in html
    assert "Moved; before" not in html
