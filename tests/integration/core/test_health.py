"""/healthz tells that the process serves, /readyz that everything it needs is there."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from core import health
from core.health import record_heartbeat


def test_healthz_answers_without_a_query(
    client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok"


@pytest.mark.django_db
def test_readyz_with_a_living_worker_is_ready(client: Client, at: datetime) -> None:
    record_heartbeat("worker", at=at - timedelta(seconds=59))
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"ready": True, "problems": {}})


@pytest.mark.django_db
def test_readyz_without_a_worker_says_so(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()["problems"]) == (503, {"worker": "no worker has been seen"})


@pytest.mark.django_db
def test_readyz_with_a_silent_worker_says_since_when(client: Client, at: datetime) -> None:
    record_heartbeat("worker", at=at - timedelta(seconds=61))
    assert client.get("/readyz").json()["problems"] == {"worker": "silent since 2026-03-02 08:58:59 UTC"}


@pytest.mark.django_db
def test_readyz_names_a_broker_that_does_not_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch, at: datetime
) -> None:
    from celery import Celery

    record_heartbeat("worker", at=at)
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)  # Celery would prefer it to the argument
    monkeypatch.setattr(health, "current_app", Celery("nowhere", broker="redis://127.0.0.1:1/0", set_as_current=False))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert set(response.json()["problems"]) == {"broker"}


@pytest.mark.django_db
def test_readyz_names_pending_migrations(client: Client, monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    record_heartbeat("worker", at=at)
    monkeypatch.setattr(health, "_migrated", False)
    MigrationRecorder.Migration.objects.filter(app="core", name="0002_append_only").delete()
    assert client.get("/readyz").json()["problems"] == {
        "database": "migrations are pending",
        "worker": "unknown",
    }


@pytest.mark.django_db
def test_health_is_answered_to_any_host_and_without_https(client: Client, settings: Settings, at: datetime) -> None:
    settings.ALLOWED_HOSTS = ["campaign.example.org"]
    settings.SECURE_SSL_REDIRECT = True
    record_heartbeat("worker", at=at)
    for path in ("/healthz", "/readyz"):
        assert client.get(path, headers={"Host": "10.0.0.7:8000"}).status_code == 200
    assert client.get("/en/", headers={"Host": "10.0.0.7:8000"}).status_code == 400
