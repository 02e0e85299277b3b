"""The public list of events, and where events are found."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from cms.models import EventsPage
from events.enums import EventStatus
from events.models import Event, EventText, EventType, Timeslot
from tests.event_pages import get, make_commune, shown
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


def test_list_shows_what_is_to_come_by_day(client: Client, page: EventsPage, workshop: EventType) -> None:
    make_event(workshop, "Last week", starts_at=MONDAY - timedelta(days=7))
    make_event(workshop, "Tomorrow evening", starts_at=MONDAY + timedelta(days=1, hours=9))
    make_event(workshop, "Tomorrow", starts_at=MONDAY + timedelta(days=1), capacity=3)
    make_event(workshop, "Going on", starts_at=MONDAY - timedelta(hours=1))
    html = get(client, page)
    assert shown(html) == ["Going on", "Tomorrow", "Tomorrow evening"]
    assert re.findall(r'<time datetime="(2026-03-0\d)">([^<]+)<', html) == [
        ("2026-03-02", "Monday 2 March 2026"),
        ("2026-03-03", "Tuesday 3 March 2026"),
    ]
    assert "10:00–12:00" in html
    assert "3 places left" in html
    assert "3 events" in html


def test_list_leaves_out_what_is_not_for_everybody(client: Client, page: EventsPage, workshop: EventType) -> None:
    later = MONDAY + timedelta(days=1)
    make_event(workshop, "Draft", starts_at=later, status=EventStatus.DRAFT)
    make_event(workshop, "Hidden", starts_at=later, is_public=False)
    make_event(make_event_type(make_campaign()), "Another campaign's", starts_at=later)
    hidden = Event.objects.create(
        campaign=workshop.campaign,
        organisation=workshop.campaign.organisation,
        event_type=workshop,
        title="Cancelled as a draft",
        starts_at=later,
        ends_at=later + timedelta(hours=1),
        status=EventStatus.CANCELLED,
        cancelled_at=MONDAY,
    )
    html = get(client, page)
    assert shown(html) == []
    assert "No events are planned just now" in html
    assert client.get(f"{page.get_url()}{page.tail_of(hidden)}").status_code == 404


def test_list_marks_cancelled_full_and_generated_ones(client: Client, page: EventsPage, workshop: EventType) -> None:
    later = MONDAY + timedelta(days=1)
    make_event(workshop, "Off", starts_at=later, status=EventStatus.CANCELLED)
    full = make_event(workshop, "Full", starts_at=later, capacity=2, is_generated=True)
    Timeslot.objects.filter(event=full).update(taken=2)
    cards = get(client, page).split('<li class="card')[1:]
    assert "Cancelled" in cards[0]
    assert "is-cancelled" in cards[0]
    assert "Full: waiting list" in cards[1]
    assert "generated for the demo" in cards[1]
    assert "generated for the demo" not in cards[0]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("?when=week", ["Sunday"]),
        ("?when=month", ["Sunday", "Next Monday", "The 31st"]),
        ("?when=past", ["Yesterday", "Last year"]),
        ("?since=2026-03-09", ["Next Monday", "The 31st", "April"]),
        ("?since=2026-03-01&until=2026-03-01", ["Yesterday"]),
        ("?until=2026-03-31", ["Sunday", "Next Monday", "The 31st"]),
        ("?when=past&since=2026-01-01", ["Yesterday"]),
        ("?when=month&until=2026-03-10", ["Sunday", "Next Monday"]),
    ],
)
def test_list_is_narrowed_by_date(
    client: Client, page: EventsPage, workshop: EventType, query: str, titles: list[str]
) -> None:
    for title, starts_at in {
        "Last year": datetime(2025, 3, 2, 9, tzinfo=UTC),
        "Yesterday": datetime(2026, 3, 1, 9, tzinfo=UTC),
        "Sunday": datetime(2026, 3, 8, 20, tzinfo=UTC),
        "Next Monday": datetime(2026, 3, 8, 23, tzinfo=UTC),  # midnight in Brussels
        "The 31st": datetime(2026, 3, 31, 18, tzinfo=UTC),
        "April": datetime(2026, 3, 31, 22, tzinfo=UTC),  # midnight of summer time
    }.items():
        make_event(workshop, title, starts_at=starts_at)
    assert shown(get(client, page, query)) == titles


def test_list_is_narrowed_by_commune_language_and_accessibility(
    client: Client, page: EventsPage, workshop: EventType
) -> None:
    ixelles, evere = make_commune("NIS 21009", "Ixelles"), make_commune("NIS 21006", "Evere")
    later = MONDAY + timedelta(days=1)
    house = make_venue(workshop.campaign, territory=ixelles, features=["step_free", "lift"])
    make_event(workshop, "House", starts_at=later, venue=house, spoken=["fr", "ar"])
    make_event(workshop, "Street", starts_at=later, territory=evere, spoken=["ber"])
    for query, titles in {
        "?commune=NIS+21009": ["House"],
        "?commune=NIS+21006": ["Street"],
        "?language=ar": ["House"],
        "?language=ber": ["Street"],
        "?access=lift": ["House"],
        "?access=lift&access=step_free": ["House"],
        "?access=step_free&language=ber": [],
    }.items():
        assert shown(get(client, page, query)) == titles, query
    offered = get(client, page)
    assert 'value="NIS 21009">Ixelles' in offered
    assert 'value="ber">Tamaziɣt' in offered
    assert 'value="quiet_room"' not in offered


def test_active_filters_are_shown_and_each_can_be_removed(
    client: Client, page: EventsPage, workshop: EventType
) -> None:
    house = make_venue(
        workshop.campaign, territory=make_commune("NIS 21009", "Ixelles"), features=["step_free", "lift"]
    )
    make_event(workshop, starts_at=MONDAY + timedelta(days=1), venue=house)
    query = "?s=&when=week&since=&until=2026-03-05&commune=NIS+21009&language=&access=lift&access=step_free&page=2"
    html = get(client, page, query)
    links = dict(re.findall(r'<li><a href="(\?[^"]*)"><span>([^<]+)</span>', html))
    assert {words: url.replace("&amp;", "&") for url, words in links.items()} == {
        "this week": "?until=2026-03-05&commune=NIS+21009&access=lift&access=step_free",
        "until 5 March 2026": "?when=week&commune=NIS+21009&access=lift&access=step_free",
        "Ixelles": "?when=week&until=2026-03-05&access=lift&access=step_free",
        "step-free entrance": "?when=week&until=2026-03-05&commune=NIS+21009&access=lift",
        "lift": "?when=week&until=2026-03-05&commune=NIS+21009&access=step_free",
    }
    assert 'content="noindex, follow"' in html
    assert "noindex" not in get(client, page)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?since=soon", "Enter a valid date."),
        ("?commune=%00", "Select a valid choice."),
        ("?access=wings", "Select a valid choice."),
        ("?since=2026-04-01&until=2026-03-01", "This day comes before the first one."),
        ("?until=9999-12-31", ""),
        ("?since=0001-01-01", ""),
        ("?when=past&since=0001-01-01", ""),
        ("?page=999999999999999999999", ""),
        ("?page=x", ""),
    ],
)
def test_odd_query_is_answered_with_a_message_beside_its_field_or_with_the_list(
    client: Client, page: EventsPage, workshop: EventType, query: str, message: str
) -> None:
    make_event(workshop, starts_at=MONDAY + timedelta(days=40))
    html = get(client, page, query)
    assert message in html
    assert ('class="errors"' in html) == bool(message)


def test_list_that_fits_nothing_says_so(client: Client, page: EventsPage, workshop: EventType) -> None:
    make_event(workshop, starts_at=MONDAY + timedelta(days=40))
    html = get(client, page, "?when=week")
    assert "No event fits what you look for." in html
    assert f'<a href="{page.get_url()}">Show all events</a>' in html


def test_long_list_has_pages_that_keep_the_filters(client: Client, page: EventsPage, workshop: EventType) -> None:
    for number in range(21):
        make_event(workshop, f"Event {number:02}", starts_at=MONDAY + timedelta(days=number + 1))
    first = get(client, page, "?until=2026-12-31")
    assert shown(first) == [f"Event {number:02}" for number in range(20)]
    assert 'rel="next" href="?until=2026-12-31&amp;page=2"' in first
    second = get(client, page, "?until=2026-12-31&page=2")
    assert shown(second) == ["Event 20"]
    assert 'rel="prev" href="?until=2026-12-31&amp;page=1"' in second


def test_event_of_several_days_is_listed_once_under_its_next(
    client: Client, page: EventsPage, workshop: EventType
) -> None:
    event = make_event(workshop, "Series", starts_at=MONDAY - timedelta(days=7))
    Timeslot.objects.create(event=event, starts_at=MONDAY + timedelta(days=7), ends_at=MONDAY + timedelta(days=7.1))
    Event.objects.filter(pk=event.pk).update(ends_at=MONDAY + timedelta(days=7.1))
    make_event(workshop, "Before it", starts_at=MONDAY + timedelta(days=1))
    html = get(client, page)
    assert shown(html) == ["Before it", "Series"]
    assert "and 1 more time" in html
    assert "2026-03-09" in html


def test_list_costs_the_same_queries_with_more_events(
    client: Client, page: EventsPage, workshop: EventType, django_assert_num_queries: Any
) -> None:
    from cms.middleware import forget_public_pages

    house = make_venue(workshop.campaign, territory=make_commune("NIS 21009", "Ixelles"))
    for count in (1, 2):
        for number in range(count):
            event = make_event(workshop, starts_at=MONDAY + timedelta(days=number + 1), venue=house, slots=count)
            EventText.objects.create(event=event, language="fr", title="Voter")
        get(client, page, "?language=")  # names of communes are remembered
        forget_public_pages()
        with django_assert_num_queries(17):
            get(client, page)


def test_list_is_the_same_for_everybody_and_kept(
    client: Client, page: EventsPage, workshop: EventType, django_assert_num_queries: Any
) -> None:
    event = make_event(workshop, starts_at=MONDAY + timedelta(days=1))
    for path in (page.get_url(), f"{page.get_url()}{page.tail_of(event)}"):
        response = client.get(path)
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")
        assert "public" in response["Cache-Control"]
        with django_assert_num_queries(0):
            assert client.get(path).content == response.content
    assert f"{page.tail_of(event)}?s=poster" in get(client, page, "?s=poster")
    assert f"{page.tail_of(event)}?s" not in get(client, page)


def test_sitemap_names_public_events_with_their_translations(
    client: Client, page: EventsPage, workshop: EventType, django_assert_max_num_queries: Any
) -> None:
    french = make_events_page(workshop.campaign, language="fr")
    event = make_event(workshop, starts_at=MONDAY + timedelta(days=1))
    old = make_event(workshop, starts_at=MONDAY - timedelta(days=120))
    hidden = make_event(workshop, starts_at=MONDAY, is_public=False)
    with django_assert_max_num_queries(13):
        found = client.get("/sitemap-fr.xml").content.decode()
    tail = page.tail_of(event)
    assert f"<loc>{settings.PUBLIC_URL}{french.get_url()}{tail}</loc>" in found
    assert f'hreflang="en" href="{settings.PUBLIC_URL}{page.get_url()}{tail}"' in found
    assert page.tail_of(old) not in found
    assert page.tail_of(hidden) not in found
