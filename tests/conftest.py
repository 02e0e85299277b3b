"""What every test may rely on: the database, the clock, the network's absence, the browser and the fixed cast."""

import gc
import os
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.test import TransactionTestCase
from django.utils import timezone, translation
from pytest_django import DjangoDbBlocker

from core.ttl_cache import clear_ttl_caches
from tests.databases import open_test_database

pytest_plugins = [
    "tests.browser",
    "tests.host_site",
    "tests.factories.places",
    "tests.factories.accounts",
    "tests.factories.staff",
    "tests.factories.outreach",
    "tests.factories.door",
    "tests.outages",
    "tests.phone",
]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let the tests reach the services they were given, and nothing else on the network."""
    services = [os.environ.get(name, "") for name in ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL")]
    hosts = {urlsplit(service).hostname for service in services if service}
    allowed = {*config.getoption("--allow-hosts").split(","), *(host for host in hosts if host)}
    config.option.allow_hosts = ",".join(sorted(allowed))
    gc.disable()  # until everything is imported: nothing of that is ever thrown away


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On services, in CI, leave out what the run on the embedded default has shown already.

    Those are tests marked ``once``, which ask nothing that a database may answer differently; those of the house's own
    rules and of plain functions that have no database at all; and of each journey all but its first variant, for a
    language or a window is the browser's business. The log says how many were left out.
    """
    if not os.environ.get("CI") or settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return
    walked: set[str] = set()
    kept = [item for item in items if not _is_shown_once(item) and not _is_walked(item, walked)]
    if len(kept) < len(items):
        among = set(kept)
        config.hook.pytest_deselected(items=[item for item in items if item not in among])
        items[:] = kept


def _is_shown_once(item: pytest.Item) -> bool:
    if item.get_closest_marker("once"):
        return True
    parts = item.path.parts
    plain = "architecture" in parts or "unit" in parts
    asked = {"db", "transactional_db"}.intersection(getattr(item, "fixturenames", ()))
    return plain and not asked and not item.get_closest_marker("django_db")


def _is_walked(item: pytest.Item, walked: set[str]) -> bool:
    """Whether another variant of this journey is in ``walked``, where it is noted now."""
    journey = item.nodeid.partition("[")[0] if item.get_closest_marker("journey") else ""
    is_known = bool(journey) and journey in walked
    walked.add(journey)
    return is_known


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Keep the collector of garbage off Django, its models and the tests: looking at them took a seventh of a run."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_report_header() -> str:
    """Name the services under the tests, so that a log says which of the two runs it was."""
    engine = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    broker = urlsplit(settings.CELERY_BROKER_URL).scheme
    return f"carillon: database {engine}, broker {broker}"


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Give this worker a copy of the migrated template, and a fresh one after each test that commits."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    flush = TransactionTestCase._fixture_teardown
    with django_db_blocker.unblock():
        database = open_test_database(worker)
        database.create(rebuild=request.config.getoption("--create-db"))
    # Django would flush every table, Wagtail's root page and locale included.
    TransactionTestCase._fixture_teardown = lambda self: database.restore()
    yield
    TransactionTestCase._fixture_teardown = flush
    with django_db_blocker.unblock():
        database.drop()


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Start and leave every test with nothing remembered: neither in the cache nor in this process."""
    cache.clear()
    clear_ttl_caches()
    ContentType.objects.clear_cache()
    translation.deactivate()
    yield
    cache.clear()
    clear_ttl_caches()


@pytest.fixture(autouse=True)
def _own_language() -> None:
    """Start every test in the settings' language: a request of the test before may have left another one active."""
    translation.deactivate()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock, stopped at Monday 2 March 2026, 09:00 UTC (10:00 in Brussels); ``clock.shift(seconds)`` moves it."""
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def at(clock: time_machine.Traveller) -> datetime:
    """The moment at which the stopped clock stands, to hand to actions."""
    return timezone.now()
