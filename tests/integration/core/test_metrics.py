"""/metrics exists for Prometheus alone."""

import pytest
from django.test import Client
from pytest_django import Settings


@pytest.fixture
def _token(settings: Settings) -> None:
    settings.METRICS_TOKEN = "secret-of-prometheus"


@pytest.mark.usefixtures("_token", "db")
def test_right_token_gets_the_figures(client: Client) -> None:
    response = client.get("/metrics", headers={"Authorization": "Bearer secret-of-prometheus"})
    assert response.status_code == 200
    assert b"python_info" in response.content
    assert "no-store" in response["Cache-Control"]


@pytest.mark.usefixtures("_token", "db")
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer wrong", "secret-of-prometheus", "Bearer Ø"])
def test_wrong_token_finds_no_page(client: Client, header: str) -> None:
    assert client.get("/metrics", follow=True, headers={"Authorization": header}).status_code == 404


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer None"])
def test_without_a_token_in_the_settings_there_is_no_page(client: Client, header: str) -> None:
    assert client.get("/metrics", follow=True, headers={"Authorization": header}).status_code == 404
