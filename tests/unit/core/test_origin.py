"""Forms without a session: taken from our own pages and from browsers that do not say, refused from elsewhere."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from core.origin import is_same_origin, public_form

OURS, PUBLIC, THEIRS = "http://testserver", "https://campaign.example", "https://evil.example"


@public_form
def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("taken")


@pytest.mark.parametrize(
    ("site", "origin", "is_ours"),
    [
        ("same-origin", None, True),
        ("none", None, True),
        ("same-site", None, False),
        ("cross-site", None, False),
        ("made-up", None, False),
        ("same-origin", "null", True),
        ("cross-site", OURS, False),
        (None, OURS, True),
        (None, PUBLIC, True),
        (None, THEIRS, False),
        (None, "null", False),
        (None, "http://testserver.evil.example", False),
        (None, "http://testserver:8443", False),
        (None, "testserver", False),
        (None, "http://[::1", False),
        (None, None, True),
        (None, "", True),
    ],
)
def test_public_form_takes_only_what_stood_on_our_pages(
    rf: RequestFactory, settings, site: str | None, origin: str | None, is_ours: bool
) -> None:
    settings.PUBLIC_URL = PUBLIC
    headers = {"Sec-Fetch-Site": site, "Origin": origin}
    request = rf.post("/", headers={name: value for name, value in headers.items() if value is not None})
    assert is_same_origin(request) == is_ours
    if is_ours:
        assert view(request).content == b"taken"


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_public_form_refuses_another_sites_form_with_a_page_that_says_so(rf: RequestFactory, method: str) -> None:
    response = view(getattr(rf, method)("/", headers={"Sec-Fetch-Site": "cross-site"}))
    assert response.status_code == 403
    assert "Sent from another site" in response.content.decode()


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_public_form_shows_itself_to_links_from_anywhere(rf: RequestFactory, method: str) -> None:
    request = getattr(rf, method)("/", headers={"Sec-Fetch-Site": "cross-site", "Origin": THEIRS})
    assert view(request).status_code == 200


def test_public_form_needs_no_csrf_cookie() -> None:
    assert view.csrf_exempt  # type: ignore[attr-defined]
