"""Public pages are strict; only the staff area is looser."""

from collections.abc import Mapping

import pytest
from django.test import Client


def policy_of(response: Mapping[str, str]) -> dict[str, str]:
    pairs = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in pairs}


@pytest.mark.django_db
def test_public_page_allows_no_inline_script_and_no_frame(client: Client) -> None:
    response = client.get("/en/there-is-no-such-page/")
    policy = policy_of(response)
    assert (response.status_code, policy["script-src"], policy["style-src"]) == (404, "'self'", "'self'")
    assert policy["frame-ancestors"] == "'none'"
    assert policy["default-src"] == "'none'"
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_staff_area_allows_style_attributes_and_its_own_previews_but_no_inline_script(client: Client) -> None:
    response = client.get("/staff/")
    policy = policy_of(response)
    assert response.status_code == 302
    assert policy["script-src"] == "'self'"
    assert (policy["style-src-elem"], policy["style-src-attr"]) == ("'self'", "'unsafe-inline'")
    assert policy["frame-ancestors"] == "'self'"
    assert policy["default-src"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert response["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.django_db
def test_path_that_only_looks_like_staff_stays_strict(client: Client) -> None:
    assert policy_of(client.get("/staffing/"))["script-src"] == "'self'"
