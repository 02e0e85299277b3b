"""What shows counts must cost the same however many signatures there are."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import User
from bench.context import Bench
from bench.population import generate_signatures
from campaigns.actions.tallies import BATCH, count_signatures, find_drift
from campaigns.models import Signature
from campaigns.selectors.tallies import petition_count
from cms.middleware import forget_public_pages
from core.ttl_cache import clear_ttl_caches

REPEATS = 15
MOST_QUERIES = 30
MOST_MILLISECONDS = 10
# Screens that show counts: the URL's name, and which id of the world each of its arguments is given. Those that do not
# exist are reported as not measured.
SCREENS: tuple[tuple[str, dict[str, str]], ...] = (
    ("dashboards_petitions", {}),
    ("dashboards_petition", {"pk": "petition"}),
)


@dataclass
class Queries:
    """Counts queries and the seconds they take."""

    count: int = 0
    seconds: float = 0.0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            self.seconds += time.perf_counter() - started
            self.count += 1

    def watch(self) -> AbstractContextManager[None]:
        return connection.execute_wrapper(self)


@dataclass(frozen=True)
class Cost:
    queries: int
    milliseconds: float


@dataclass
class Counting:
    """The same screens measured twice: beside few signatures and beside many."""

    bench: Bench
    costs: dict[str, list[Cost]] = field(default_factory=dict)

    def measure(self) -> None:
        """Measure every screen now."""
        for name, show in _screens(self.bench):
            self.costs.setdefault(name, []).append(_cost(show))

    def report(self, few: int, many: int) -> None:
        """Write one figure per screen that was measured beside both."""
        for name in missing_screens(self.bench):
            self.bench.add(name, "not measured", detail="there is no such screen")
        for name, (first, second) in self.costs.items():
            growth = second.milliseconds / first.milliseconds
            same = second.queries == first.queries and (growth <= 1.2 or second.milliseconds - first.milliseconds < 1)
            small = second.queries <= MOST_QUERIES and second.milliseconds <= MOST_MILLISECONDS
            self.bench.add(
                f"{name}: {few:,} → {many:,} signatures",
                f"{first.queries} → {second.queries} queries, {first.milliseconds:.1f} → {second.milliseconds:.1f} ms",
                f"the same within 20 %; ≤ {MOST_QUERIES} queries, ≤ {MOST_MILLISECONDS} ms",
                is_met=same and small,
                detail=f"time in the database, caches empty, the fastest of {REPEATS}; below 1 ms apart is the same",
            )


def _screens(bench: Bench) -> list[tuple[str, Callable[[], object]]]:
    client = Client(SERVER_NAME=bench.world.host, headers={"x-forwarded-proto": "https"})
    staff, _ = User.objects.get_or_create(
        email="bench@bench.example.org", defaults={"is_staff": True, "is_superuser": True}
    )
    signed_in = Client(SERVER_NAME=bench.world.host, headers={"x-forwarded-proto": "https"})
    signed_in.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    found: list[tuple[str, Callable[[], object]]] = [
        ("public count", lambda: petition_count(bench.world.petition_id)),
        ("petition page", lambda: _get(client, bench.world.page_path)),
    ]
    ids = {"campaign": bench.world.campaign_id, "petition": bench.world.petition_id}
    for name, arguments in SCREENS:
        try:
            path = reverse(name, kwargs={key: ids[what] for key, what in arguments.items()})
        except NoReverseMatch:
            continue
        found.append((name, lambda path=path: _get(signed_in, path)))  # type: ignore[misc]
    return found


def missing_screens(bench: Bench) -> list[str]:
    """Return the names of SCREENS that do not exist."""
    there = {name for name, _show in _screens(bench)}
    return [name for name, _arguments in SCREENS if name not in there]


def _get(client: Client, path: str) -> None:
    response = client.get(path)
    if response.status_code != 200:
        raise AssertionError(f"{path} answered {response.status_code}")


def _cost(show: Callable[[], object]) -> Cost:
    spent, queries = [], 0
    show()
    for _ in range(REPEATS):
        forget_public_pages()
        clear_ttl_caches()
        watched = Queries()
        with watched.watch():
            show()
        spent.append(watched.seconds * 1000)
        queries = watched.count
    return Cost(queries, min(spent))


def populate(bench: Bench, wanted: int) -> None:
    """Bring the signatures to ``wanted`` and the tallies after them; nothing is measured."""
    generate_signatures(bench.world, max(wanted - Signature.objects.count(), 0))
    count_all()


def count_all() -> int:
    """Run the counting job until nothing is left and return how many signatures it took in."""
    counted = 0
    while (batch := count_signatures(at=timezone.now())) >= BATCH:
        counted += batch
    return counted + batch


def measure_tallies(bench: Bench, wanted: int) -> None:
    """Bring the signatures to ``wanted``, measure the job that counts them and the recount that proves it."""
    generate_signatures(bench.world, max(wanted - Signature.objects.count(), 0))
    started = time.perf_counter()
    counted = count_all()
    seconds = time.perf_counter() - started
    bench.add(
        "counting job",
        f"{counted / seconds:,.0f} signatures/s",
        detail=f"{counted:,} signatures into seven grains in batches of {BATCH:,}",
    )
    started = time.perf_counter()
    drift = find_drift()
    seconds = time.perf_counter() - started
    clear_ttl_caches()
    total, shown = Signature.objects.counting().count(), petition_count(bench.world.petition_id).value
    if drift or shown != total:
        raise AssertionError(f"{total} signatures count, the page says {shown}, drift: {drift[:3]}")
    bench.add("recount that proves the tallies", f"{seconds:.1f} s", detail=f"{total:,} signatures, no drift")
