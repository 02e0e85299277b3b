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
