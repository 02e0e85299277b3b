"""What the screens of events cost with many of them: ``python -m bench.event_screens [--events 300] [--rsvps 5000]``.

A database of its own, made for the run and dropped after it (PostgreSQL where DATABASE_URL names one, else SQLite in
memory). Each screen is asked for by Django's test client with every cache empty; printed are the queries of one answer,
the time of the median one and the part the database has of it. The first line of each screen is with a hundredth of
the events and people: a list whose queries grow with its rows shows itself.
"""

import argparse
import os
import time
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from statistics import median
from typing import Any

import django

ROUNDS = 7


def main() -> None:
    """Fill the database twice, a little and much, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=300)
    parser.add_argument("--rsvps", type=int, default=5_000)
    wanted = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    from django.conf import settings
    from django.test.utils import get_runner, setup_test_environment

    setup_test_environment()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        print("| screen | events, people | queries | time | in the database |")
        print("| --- | --- | --- | --- | --- |")
        world = World()
        for events, rsvps in ((wanted.events // 100, wanted.rsvps // 100), (wanted.events, wanted.rsvps)):
            world.grow(events, rsvps)
            for name, client, path in world.screens():
                print(f"| {name} | {events:,}, {rsvps:,} | {measure(client, path)} |", flush=True)
    finally:
        runner.teardown_databases(databases)


def factories(name: str) -> Any:
    """Return one of the tests' modules that make rows; they are not typed, so they are looked up by name."""
    return import_module(f"tests.factories.{name}")


def measure(client: Any, path: str) -> str:
    """Return queries, median milliseconds and the database's part of one screen."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from cms.middleware import forget_public_pages
    from core.ttl_cache import clear_ttl_caches

    def ask() -> float:
        forget_public_pages()
        clear_ttl_caches()
        started = time.perf_counter()
        response = client.get(path)
        if response.status_code != 200:
            raise AssertionError(f"{path} answered {response.status_code}")
        return (time.perf_counter() - started) * 1000

    ask()
    milliseconds = median(ask() for _ in range(ROUNDS))
    with CaptureQueriesContext(connection) as caught:
        ask()
    inside = sum(float(query["time"]) for query in caught.captured_queries) * 1000
    return f"{len(caught)} | {milliseconds:.0f} ms | {inside:.0f} ms"


class World:
    """One campaign with a coordinator, a page of its events and as many events and people as asked for."""

    def __init__(self) -> None:
        from django.test import Client
        from wagtail.models import Locale

        from accounts.actions.groups import sync_roles
        from accounts.enums import Role
        from campaigns.models import Campaign

        accounts, events = factories("accounts"), factories("events")
        sync_roles()
        Locale.objects.get_or_create(language_code="en")
        lead = accounts.make_organisation("lead")
        self.campaign = Campaign.objects.create(title="Vote here", slug="vote-here", organisation=lead)
        self.page = factories("cms").make_events_page(self.campaign)
        self.event_type = events.make_event_type(self.campaign)
        self.venue = events.make_venue(self.campaign)
        self.visitor, self.ada = Client(), Client()
        coordinator = accounts.make_member("ada", lead, Role.COORDINATOR)
        self.ada.force_login(coordinator, backend="django.contrib.auth.backends.ModelBackend")
        self.events: list[Any] = []
        self.people = 0

    def grow(self, events: int, rsvps: int) -> None:
        """Add events, two a day around today, with shifts, and people, the tenth part of them at the first event."""
        from django.utils import timezone

        from volunteers.models import Shift

        make_event = factories("events").make_event
        now = timezone.now()
        for number in range(len(self.events), events):
            starts_at = now + timedelta(days=number // 2 - events // 8, hours=3 + number % 2)
            event = make_event(
                self.event_type, f"Workshop {number}", starts_at=starts_at, venue=self.venue, capacity=40
            )
            Shift.objects.create(
                campaign=self.campaign, organisation=self.campaign.organisation, event=event, title="Host",
                starts_at=event.starts_at, ends_at=event.ends_at, needed=2,
            )  # fmt: skip
            self.events.append(event)
        self._register(rsvps - self.people, now)

    def _register(self, more: int, now: Any) -> None:
        from django.db.models import Sum

        from events.models import Rsvp, Timeslot
        from people.models import Supporter

        names = [f"Guest {number}" for number in range(self.people, self.people + more)]
        supporters = Supporter.objects.bulk_create([Supporter(full_name=name, language="en") for name in names])
        slots = {slot.event_id: slot for slot in Timeslot.objects.all()}
        Rsvp.objects.bulk_create(
            Rsvp(
                event=(event := self.events[0 if number % 10 == 0 else number % len(self.events)]),
                timeslot=slots[event.pk], supporter=supporter, status="coming", full_name=supporter.full_name,
                language="en", is_proved=True, decided_at=now, created_at=now,
            )
            for number, supporter in enumerate(supporters)
        )  # fmt: skip
        self.people += more
        for slot in Timeslot.objects.annotate(people=Sum("rsvps__party_size")):
            Timeslot.objects.filter(pk=slot.pk).update(taken=slot.people or 0, capacity=max(40, slot.people or 0))

    def screens(self) -> list[tuple[str, Any, str]]:
        """Return name, who asks, and address of every screen measured."""
        from django.urls import reverse

        address: Callable[..., str] = reverse
        first = self.events[0]
        to_come = max(self.events, key=lambda event: event.starts_at)
        page = self.page.url
        return [
            ("staff calendar", self.ada, address("staff_events:calendar")),
            ("staff list of events", self.ada, address("staff_events:index")),
            ("staff list of what needs people", self.ada, address("staff_events:people")),
            ("staff page of the largest event", self.ada, address("staff_events:show", args=[first.pk])),
            ("staff list of registrations", self.ada, address("staff_rsvps:index")),
            ("events in figures", self.ada, address("dashboards_events")),
            ("public page of events", self.visitor, page),
            ("public page of one event", self.visitor, f"{page}{self.page.tail_of(to_come)}"),
        ]


if __name__ == "__main__":
    main()
