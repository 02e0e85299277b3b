"""The interface answers as its description says: every operation, with good and odd values, by schemathesis.

The description is taken at its strictest, so that a field it does not know is a failure too.
"""

import copy
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dashboards.api.describing import description
from tests.factories.api import make_token, show
from tests.factories.staff import World

pytestmark = pytest.mark.django_db
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
GOOD = 12  # examples of each operation and kind of value
OPERATIONS = [(method.upper(), path) for path, methods in sorted(description()["paths"].items()) for method in methods]


def strict(made: dict[str, Any]) -> dict[str, Any]:
    """Return the description with every object closed: a field nobody described is a mismatch."""
    closed = copy.deepcopy(made)
    for schema in closed["components"]["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return closed


def walk(made: dict[str, Any], method: str, path: str, known: dict[str, list[str]], token: str) -> set[int]:
    """Ask one operation often, with values that are there and with made-up ones, and return the answers' statuses."""
    schema = schemathesis.openapi.from_dict(strict(made))
    schema.app = get_wsgi_application()
    operation = schema[path][method]
    seen: set[int] = set()
    bearers = st.sampled_from([token, token, "carillon_wrong", None])

    def ask(mode: GenerationMode) -> None:
        @examples(
            max_examples=GOOD,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), drawn=st.data())
        def one(case: schemathesis.Case, drawn: st.DataObject) -> None:
            for name, values in known.items():
                if name in (case.path_parameters or {}) and drawn.draw(st.booleans()):
                    case.path_parameters[name] = drawn.draw(st.sampled_from(values))
            bearer = drawn.draw(bearers)
            headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
            response = case.call(base_url="http://testserver", headers=headers)
            case.validate_response(response, checks=CHECKS)
            seen.add(response.status_code)

        one()

    ask(GenerationMode.POSITIVE)
    # Nothing in a path is no text, so only numbers can be wrong.
    if any(each["schema"]["type"] != "string" for each in made["paths"][path][method.lower()].get("parameters", [])):
        ask(GenerationMode.NEGATIVE)
    return seen


@pytest.fixture
def known(ours: World) -> dict[str, list[str]]:
    """Values of paths that are there, and a token that opens what is behind one."""
    at = timezone.now()
    shown = show(ours, at=at)
    return {
        "slug": ["ours"],
        "key": [str(shown.petition.pk), shown.page.slug],
        "registration_number": ["ECI(2024)000007", "eci-2024-000007"],
        "id": [str(ours.partnership.pk)],
    }


@pytest.fixture
def token(ours: World) -> str:
    return make_token(ours.manager, ours.partnership, at=timezone.now())[1]


@pytest.fixture(autouse=True)
def _in_this_transaction() -> Iterator[None]:
    """Keep the test's own connection open over requests, as Django's test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def _as_often_as_needed() -> Iterator[None]:
    with override_settings(
        API_REQUESTS_PER_MINUTE=0, API_TOKEN_REQUESTS_PER_MINUTE=0, API_TOKEN_ADDRESS_REQUESTS_PER_MINUTE=0
    ):
        yield


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[quote(path) for _method, path in OPERATIONS])
def test_operation_answers_as_described(known: dict[str, list[str]], token: str, method: str, path: str) -> None:
    seen = walk(description(), method, path, known, token)
    assert 200 in seen, "no example was answered with figures"
    if "{" in path:
        assert 404 in seen
    if "/partnerships/" in path:
        assert 401 in seen


def test_a_mismatch_would_be_found(known: dict[str, list[str]], token: str) -> None:
    path = "/api/v1/petitions/{key}/count"
    planted = copy.deepcopy(description())
    planted["components"]["schemas"]["PetitionCount"]["properties"]["goal"] = {"type": "string"}
    with pytest.raises(BaseException) as found:
        walk(planted, "GET", path, known, token)
    assert "goal" in "".join(str(each) for each in _all(found.value))


def test_a_field_nobody_described_would_be_found(known: dict[str, list[str]], token: str) -> None:
    planted = copy.deepcopy(description())
    schema = planted["components"]["schemas"]["PetitionCount"]
    del schema["properties"]["is_open"]
    schema["required"].remove("is_open")
    with pytest.raises(BaseException) as found:
        walk(planted, "GET", "/api/v1/petitions/{key}/count", known, token)
    assert "is_open" in "".join(str(each) for each in _all(found.value))


def _all(error: BaseException) -> list[BaseException]:
    inner = [each for one in getattr(error, "exceptions", ()) for each in _all(one)]
    return [error, *inner]


def test_description_names_our_addresses_alone_and_every_problem() -> None:
    made = description()
    assert made["openapi"].startswith("3.1")
    assert all(path.startswith("/api/v1/") for path in made["paths"])
    assert len(made["paths"]) == 8
    assert made["servers"] == [{"url": settings.PUBLIC_URL}]
    for methods in made["paths"].values():
        assert "application/problem+json" in methods["get"]["responses"]["429"]["content"]
