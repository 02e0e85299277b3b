"""The files that describe a real installation agree with each other and with the code."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from django.conf import settings

from config.checks import PRODUCTION

ROOT = Path(settings.BASE_DIR)
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
DEPLOYMENT = (ROOT / "docs" / "deployment.md").read_text()
EUPL_SHA256 = "57fb42fbcd0b037ce528ed8f72f1ec095d67bc6825ecf1448ff39be1fe68a4b4"  # npm spdx-license-list 6.12.0
SCHEMA_SHA256 = "e82b395a9ac423febdba22c159b85d51d972706aea67d64799672a6ae3e56f47"


def variables_read() -> set[str]:
    sources = [*(ROOT / "config" / "settings").glob("*.py"), ROOT / "config" / "logs.py"]
    pattern = re.compile(r'(?:env_(?:str|bool|int|keys|list|rates)|environ\.get)\(\s*"(?!PYTEST_)([A-Z_]+)"')
    return {name for source in sources for name in pattern.findall(source.read_text())}


def variables_explained() -> set[str]:
    return set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, flags=re.MULTILINE))


def test_licence_is_the_exact_text_of_eupl_1_2() -> None:
    text = (ROOT / "LICENSE").read_bytes()
    assert text.startswith(b"EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert hashlib.sha256(text).hexdigest() == EUPL_SHA256


def check_schema(document: object, schema: dict[str, Any]) -> None:
    jsonschema.Draft201909Validator(schema).validate(document)


def test_compose_file_keeps_the_compose_specification() -> None:
    schema = (ROOT / "tests" / "data" / "compose-spec.json").read_bytes()
    assert hashlib.sha256(schema).hexdigest() == SCHEMA_SHA256
    check_schema({key: value for key, value in COMPOSE.items() if key != "name"}, json.loads(schema))


def test_compose_schema_refuses_a_typing_error() -> None:
    schema = json.loads((ROOT / "tests" / "data" / "compose-spec.json").read_text())
    wrong = {"services": {"web": {"image": "carillon", "helthcheck": {}}}}
    with pytest.raises(jsonschema.ValidationError):
        check_schema(wrong, schema)


def test_compose_has_the_five_services_and_a_migration_that_runs_once() -> None:
    assert set(SERVICES) == {"web", "worker", "beat", "postgres", "redis", "migrate"}
    assert SERVICES["migrate"]["restart"] == "no"


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_our_services_wait_for_the_migration_and_the_broker(name: str) -> None:
    waits = {other: need["condition"] for other, need in SERVICES[name]["depends_on"].items()}
    assert waits == {"migrate": "service_completed_successfully", "redis": "service_healthy"}


@pytest.mark.parametrize("name", ["worker", "beat", "postgres", "redis"])
def test_service_tells_its_health(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


def test_web_tells_its_health_through_the_image() -> None:
    assert "HEALTHCHECK" in DOCKERFILE
    assert "/healthz" in DOCKERFILE
    assert "healthcheck" not in SERVICES["web"]


def test_every_named_volume_is_declared() -> None:
    used = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])


def test_image_runs_without_root_from_hashed_requirements() -> None:
    assert "--require-hashes" in DOCKERFILE
    assert DOCKERFILE.rindex("USER carillon") > DOCKERFILE.rindex("useradd")
    assert "USER root" not in DOCKERFILE


def commands() -> dict[str, list[str]]:
    image = re.search(r"^CMD (\[.*\])$", DOCKERFILE, flags=re.MULTILINE)
    assert image
    ours = {name: service["command"] for name, service in SERVICES.items() if name in {"worker", "beat", "migrate"}}
    return {"web": json.loads(image[1]), **ours}


@pytest.mark.parametrize("name", ["web", "worker", "beat", "migrate"])
def test_command_is_the_documented_one(name: str) -> None:
    documented = " ".join(word or '""' for word in commands()[name])
    assert documented in DEPLOYMENT


def test_every_variable_read_is_explained_and_every_explained_one_is_read() -> None:
    read = variables_read()
    assert "SECRET_KEY" in read
    assert variables_explained() - {"POSTGRES_PASSWORD"} == read
    assert "POSTGRES_PASSWORD" in (ROOT / "docker-compose.yml").read_text()


def start_production(**changes: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "CARILLON_VAR": str(settings.VAR_DIR), **PRODUCTION, **changes}
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env={name: value for name, value in environment.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_with_every_secret() -> None:
    done = start_production()
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("SECRET_KEY", "secrets.token_urlsafe"),
        ("KEYED_HASH_SECRET", "secrets.token_urlsafe"),
        ("ALTCHA_HMAC_KEY", "secrets.token_urlsafe"),
        ("DATA_KEYS", "os.urandom(32)"),
        ("PUBLIC_URL", "https://campaign.example.org"),
        ("DATABASE_URL", "postgres://"),
        ("CELERY_BROKER_URL", "redis://"),
        ("CACHE_URL", "redis://"),
        ("DEFAULT_FROM_EMAIL", "hello@campaign.example.org"),
    ],
)
def test_production_without_a_secret_stops_with_a_sentence_that_says_the_cure(name: str, cure: str) -> None:
    done = start_production(**{name: ""})
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1
    assert f"The environment variable {name} is not set." in last
    assert cure in last
