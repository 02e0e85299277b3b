"""The reminder schedule in the staff area: who changes it, what it refuses, and what it means on a timeline."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from events.enums import Rating
from events.models import Event, EventType, Feedback, ReminderRule
from people.enums import Channel, ConsentState
from tests.factories.accounts import signed_in
from tests.factories.events import NOON, make_event, make_rsvp
from tests.factories.reminders import BEFORE, make_scheduled_type, say_of_reminders
from tests.factories.staff import World, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def event_type(ours: World) -> EventType:
    return make_scheduled_type(campaign=ours.campaign)


@pytest.fixture
def event(event_type: EventType) -> Event:
    return make_event(event_type)


def posted(event_type: EventType, **changes: Any) -> dict[str, Any]:
    return {
        "event_type": event_type.pk, "text": "reminder", "channel": "email", "moment": "day_at", "days": "3",
        "hour": "18:00", "minutes": "0", "useless_minutes": "0", "is_active": "on", **changes,
    }  # fmt: skip


def test_schedule_is_listed_in_plain_words(ours: World, event_type: EventType) -> None:
    page = signed_in(ours.coordinator).get(reverse("staff_reminders:index")).content.decode()
    for words in (
        "the day before, at 11:00",
        "30 minutes before the start",
        "1 hour after the end",
        "three days after",
    ):
        assert words in page


def test_coordinator_adds_a_reminder_with_a_key_that_stays(ours: World, event_type: EventType) -> None:
    client = signed_in(ours.coordinator)
    response = client.post(reverse("staff_reminders:add"), posted(event_type))
    assert response.status_code == 302
    rule = ReminderRule.objects.latest("pk")
    assert (rule.days, f"{rule.hour:%H:%M}", rule.key[:4]) == (3, "18:00", "own-")
    key = rule.key
    response = client.post(reverse("staff_reminders:edit", args=[rule.pk]), posted(event_type, days="2", key="other"))
    rule.refresh_from_db()
    assert (response.status_code, rule.days, rule.key) == (302, 2, key)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"days": "99"}, "less than or equal to"),
        ({"moment": "at_once"}, "Select a valid choice"),
        ({"moment": "before_start"}, "Say how many minutes before the start."),
        ({"text": "feedback"}, "After the end people are asked for feedback"),
        ({"moment": "after_end", "minutes": "60"}, "After the end people are asked for feedback"),
        ({"minutes": "99999"}, "less than or equal to"),
        ({"hour": "25:00"}, "valid time"),
    ],
)
def test_reminder_that_makes_no_sense_is_refused_next_to_its_field(
    ours: World, event_type: EventType, changes: dict[str, str], words: str
) -> None:
    response = signed_in(ours.coordinator).post(reverse("staff_reminders:add"), posted(event_type, **changes))
    assert response.status_code == 200
    assert words in response.content.decode()
    assert ReminderRule.objects.count() == 5


def test_who_may_see_and_change_the_schedule(ours: World, theirs: World, event_type: EventType) -> None:
    rule = event_type.reminder_rules.first()
    assert rule is not None
    organiser = make_user("Olga", Role.ORGANISER, ours.partner)
    answers = {}
    for user in (ours.coordinator, organiser, ours.manager, ours.analyst, theirs.coordinator):
        client = signed_in(user)
        answers[user.first_name] = (
            client.get(reverse("staff_reminders:edit", args=[rule.pk])).status_code,
            client.get(reverse("staff_reminders:sample", args=[event_type.pk])).status_code,
        )
    assert answers == {
        "ours-ada": (200, 200),
        "Olga": (403, 200),
        "ours-ben": (403, 200),
        "ours-finn": (403, 403),
        "theirs-ada": (404, 404),
    }


def test_reminder_cannot_be_added_to_another_campaigns_type(theirs: World, event_type: EventType) -> None:
    response = signed_in(theirs.coordinator).post(reverse("staff_reminders:add"), posted(event_type))
    assert "Select a valid choice" in response.content.decode()
    assert ReminderRule.objects.count() == 5


# --- The timeline -----------------------------------------------------------------------------------


def words_of(client: Client, url: str) -> str:
    return " ".join(client.get(url).content.decode().split())


@time_machine.travel(BEFORE, tick=False)
def test_timeline_says_when_by_what_and_to_how_many(ours: World, event: Event) -> None:
    for number in range(3):
        rsvp = make_rsvp(event, phone=f"+3247012345{number}")
        if number:
            say_of_reminders(rsvp, ConsentState.GRANTED)
    say_of_reminders(rsvp, ConsentState.WITHDRAWN, channel=Channel.EMAIL)
    make_rsvp(event, at=NOON - timedelta(hours=1))
    page = words_of(signed_in(ours.coordinator), reverse("staff_reminders:timeline", args=[event.pk]))
    assert "Fri 1 May 2026, 11:00" in page
    assert "reaches 2 of the 3 it concerns" in page
    assert "Sat 2 May 2026, 13:30" in page
    assert "of use until Tue 5 May 2026, 16:00" in page
    assert "All times are those of Europe/Brussels." in page


def test_timeline_of_an_early_event_says_what_is_left_out(ours: World, event_type: EventType) -> None:
    event = make_event(event_type, starts_at=NOON - timedelta(hours=7))  # 07:00
    page = words_of(signed_in(ours.coordinator), reverse("staff_reminders:timeline", args=[event.pk]))
    assert "Left out, because they would come too late" in page
    assert "the same day, at 08:00 (e-mail)" in page


@pytest.mark.parametrize("people", [1, 3])
def test_timeline_costs_the_same_for_any_number(event: Event, people: int, django_assert_num_queries: Any) -> None:
    from events.selectors.timeline import timeline_of_event

    for number in range(people):
        make_rsvp(event, phone=f"+3247012345{number}")
    with django_assert_num_queries(8):
        timeline_of_event(event, at=BEFORE)


@time_machine.travel(BEFORE, tick=False)
def test_sample_shows_a_type_on_a_day_across_summer_time(ours: World, event_type: EventType) -> None:
    url = reverse("staff_reminders:sample", args=[event_type.pk])
    client = signed_in(ours.coordinator)
    page = words_of(client, f"{url}?day=2026-10-25&hour=14:00")
    assert "Sat 24 Oct. 2026, 11:00" in page
    assert "Sun 25 Oct. 2026, 08:00" in page
    assert "Sat 2 May 2026, 14:00" not in page
    assert "Enter a valid date" in words_of(client, f"{url}?day=soon&hour=14:00")
    assert "The event starts" in words_of(client, url)


def test_events_page_shows_its_reminders(ours: World, event: Event) -> None:
    page = words_of(signed_in(ours.coordinator), reverse("staff_events:show", args=[event.pk]))
    assert reverse("staff_reminders:timeline", args=[event.pk]) in page


def test_events_page_shows_what_guests_said_without_their_names(ours: World, event: Event) -> None:
    rsvp = make_rsvp(event, "Rita Guest")
    Feedback.objects.create(rsvp=rsvp, rating=Rating.GOOD, words="Warm <b>soup</b>", written_at=NOON)
    page = words_of(signed_in(ours.coordinator), reverse("staff_events:show", args=[event.pk]))
    assert "Warm &lt;b&gt;soup&lt;/b&gt;" in page
    assert "Rita" not in page
