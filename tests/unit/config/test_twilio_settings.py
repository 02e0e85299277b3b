"""A real installation that writes through Twilio starts with all it needs, or says in a sentence what is missing."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.checks import PRODUCTION, without_services
from integrations.twilio.messaging_services import owner_of, service_of

TWILIO = {
    "SMS_SENDER": "integrations.twilio.sender.TwilioSender",
    "TWILIO_ACCOUNT_SID": "AC0",
    "TWILIO_AUTH_TOKEN": "made-up",
    "TWILIO_MESSAGING_SERVICE_SID": "MG0",
}


def start(tmp_path: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {**without_services(), **PRODUCTION, **TWILIO, **changes, "CARILLON_VAR": str(tmp_path)}
    return subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print(settings.TWILIO_ACCOUNT_SID)"],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_production_starts_with_all_that_twilio_needs(tmp_path: Path) -> None:
    assert start(tmp_path).stdout.strip() == "AC0"


@pytest.mark.parametrize("name", sorted(set(TWILIO) - {"SMS_SENDER"}))
def test_missing_secret_stops_the_start_with_a_sentence(tmp_path: Path, name: str) -> None:
    started = start(tmp_path, **{name: ""})
    assert started.returncode == 1
    assert f"The environment variable {name} is not set. It stands in Twilio's console" in started.stderr


def test_other_senders_need_nothing_of_twilio(tmp_path: Path) -> None:
    changes = dict.fromkeys(TWILIO, "") | {"SMS_SENDER": "integrations.outbox.sender.OutboxSender"}
    assert start(tmp_path, **changes).returncode == 0


def test_service_is_the_organisations_own_or_that_of_all(settings: object) -> None:
    settings.TWILIO_MESSAGING_SERVICE_SID = "MG0"  # type: ignore[attr-defined]
    settings.TWILIO_MESSAGING_SERVICES = ["house = MG1", "other=MG2"]  # type: ignore[attr-defined]
    assert [service_of(slug) for slug in ("house", "other", "third", "")] == ["MG1", "MG2", "MG0", "MG0"]
    assert [owner_of(service) for service in ("MG1", "MG2", "MG0", "MG9", "")] == ["house", "other", "", "", ""]


@pytest.mark.parametrize("line", ["house", "house=", "=MG1", "house=AC1"])
def test_service_that_is_none_is_refused_by_name(settings: object, line: str) -> None:
    settings.TWILIO_MESSAGING_SERVICES = [line]  # type: ignore[attr-defined]
    with pytest.raises(ImproperlyConfigured, match="TWILIO_MESSAGING_SERVICES"):
        service_of("house")
