"""Public pages from memory: one drawing for everybody, and nobody's own things in it."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from cms.middleware import PublicPageCacheMiddleware, forget_public_pages
from cms.models import PetitionPage
from cms.petition_context import SOURCE_PLACEHOLDER
from core.ttl_cache import clear_ttl_caches
from tests.factories.campaigns import make_partnership, make_source
from tests.factories.cms import make_petition_page
from tests.factories.people import make_consent_text

BODY = f'<input name="source" value="{SOURCE_PLACEHOLDER}"> <a href="/fr/?s={SOURCE_PLACEHOLDER}">'


class Site:
    """A view behind the middleware that counts how often it draws."""

    def __init__(self, make: Callable[[], HttpResponse] | None = None, **headers: str) -> None:
        self.drawn = 0
        self.headers = {"Cache-Control": "public, max-age=30", **headers}
        self.make = make or (lambda: HttpResponse(f"{BODY} {self.drawn}"))
        self.middleware = PublicPageCacheMiddleware(self._draw)

    def _draw(self, request: HttpRequest) -> HttpResponse:
        self.drawn += 1
        response = self.make()
        for name, value in self.headers.items():
            response.headers[name] = value
        return response

    def get(self, path: str = "/en/", *, method: str = "get", **extra: Any) -> HttpResponse:
        return self.middleware(getattr(RequestFactory(), method)(path, **extra))


pytestmark = pytest.mark.django_db


def test_page_is_drawn_once_for_everybody() -> None:
    site = Site()
    first, second = site.get().content, site.get("/en/?utm_source=x&fbclid=1&gclid=2&mc_cid=3&mc_eid=4").content
    assert first == second
    assert site.drawn == 1
    assert SOURCE_PLACEHOLDER.encode() not in first
    assert b'value=""' in first
    assert b'href="/fr/"' in first


def test_page_carries_each_visits_own_source_out_of_one_drawing() -> None:
    site = Site()
    poster, shared = site.get("/en/?s=poster").content, site.get("/en/?s=~b2c3d4&utm_medium=x").content
    assert b'value="poster"' in poster
    assert b'href="/fr/?s=poster"' in poster
    assert b'value="~b2c3d4"' in shared
    assert b'value=""' in site.get().content
    assert site.drawn == 1


@pytest.mark.parametrize("code", ['"><script>alert(1)</script>', "a%22onfocus=x", "a" * 41, "a%0d%0aSet-Cookie:x", "é"])
def test_page_carries_no_source_that_is_none(code: str) -> None:
    response = Site().get(f"/en/?s={code}")
    assert b'value=""' in response.content
    assert b"script" not in response.content


def test_page_is_drawn_apart_for_each_partner_path_and_host() -> None:
    page = make_petition_page()
    partnership = make_partnership(page.petition.campaign)
    make_source(page.petition.campaign, "theirs", partnership)
    make_source(page.petition.campaign, "also-theirs", partnership)
    site = Site()
    for path in ("/en/", "/en/?s=theirs", "/en/?s=also-theirs", "/en/a/"):
        site.get(path)
    site.get(headers={"Host": "other.example"})
    assert site.drawn == 4
    partnership.left_at = partnership.created_at
    partnership.save()
    clear_ttl_caches()
    site.get("/en/?s=theirs")
    assert site.drawn == 4


@pytest.mark.parametrize("headers", [{"Accept-Encoding": "gzip, br"}, {"Accept-Encoding": "GZIP"}, {}])
def test_page_is_packed_for_those_who_can_unpack_it(headers: dict[str, str]) -> None:
    site = Site()
    plain = site.get().content
    response = site.get(headers=headers)
    is_packed = response.headers.get("Content-Encoding") == "gzip"
    assert is_packed == (headers.get("Accept-Encoding") == "gzip, br")
    assert (gzip.decompress(response.content) if is_packed else response.content) == plain
    assert response["Vary"] == "Accept-Encoding"
    with_source = site.get("/en/?s=poster", headers=headers)
    assert "Content-Encoding" not in with_source.headers
    assert b'value="poster"' in with_source.content


def test_page_asked_for_by_head_first_is_whole_for_the_next() -> None:
    site = Site()
    site.get(method="head")
    assert b"source" in site.get().content
    assert site.drawn == 1


def _with_cookie() -> HttpResponse:
    response = HttpResponse(BODY)
    response.set_cookie("csrftoken", "x")
    return response


@pytest.mark.parametrize(
    "site",
    [
        Site(_with_cookie),
        Site(lambda: HttpResponse(BODY, status=404)),
        Site(lambda: HttpResponse(BODY, status=301)),
        Site(lambda: HttpResponse(BODY, status=500)),
        Site(lambda: StreamingHttpResponse([BODY])),  # type: ignore[arg-type,return-value]
        Site(Vary="Cookie"),
        Site(Vary="accept-encoding, cookie"),
        Site(Vary="Accept-Language"),
        Site(Vary="*"),
        Site(**{"Cache-Control": "private, max-age=30"}),
        Site(**{"Cache-Control": "public"}),
        Site(**{"Cache-Control": "public, max-age=0"}),
        Site(**{"Cache-Control": "no-store"}),
    ],
)
def test_page_that_is_not_the_same_for_everybody_is_never_kept(site: Site) -> None:
    site.drawn = 0
    for _ in range(2):
        response = site.get("/en/?s=poster")
        if not response.streaming:
            assert b'value="poster"' in response.content
    assert site.drawn == 2


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/en/?page=2", {}),
        ("/en/?s=a&q=doors", {}),
        ("/en/?utm_=1", {}),
        ("/staff/", {}),
        ("/account/login/", {}),
        ("/outbox/", {}),
        ("/documents/1/", {}),
        ("/en/", {"method": "post"}),
        ("/en/", {"headers": {"Cookie": f"{django_settings.SESSION_COOKIE_NAME}=x"}}),
    ],
)
def test_page_asked_for_in_a_particular_way_passes_by(path: str, options: dict[str, Any]) -> None:
    site = Site()
    site.get()
    for _ in range(2):
        site.get(path, **options)
    assert site.drawn == 3


def test_page_with_any_other_cookie_is_the_same() -> None:
    site = Site()
    site.get()
    site.get(headers={"Cookie": "csrftoken=x; django_language=fr"})
    assert site.drawn == 1


def test_page_is_drawn_anew_after_somebody_published() -> None:
    site = Site()
    for _ in range(2):
        site.get()
        forget_public_pages()
        site.get()
    assert site.drawn == 3


@pytest.fixture
def page() -> PetitionPage:
    return make_petition_page()


def test_petition_page_is_kept_whole_and_reads_nothing_the_second_time(
    client: Client, page: PetitionPage, django_assert_num_queries
) -> None:
    first = client.get(page.get_url())
    assert first.status_code == 200
    assert not first.cookies
    with django_assert_num_queries(0):
        second = client.get(page.get_url(), {"utm_source": "x"})
    assert second.content == first.content
    assert b'name="source"' in second.content
    assert SOURCE_PLACEHOLDER.encode() not in second.content


def test_petition_page_offers_the_partners_consent_to_its_visitors_only(client: Client, page: PetitionPage) -> None:
    partnership = make_partnership(page.petition.campaign, "Partner Org")
    make_source(page.petition.campaign, "theirs", partnership)
    text = make_consent_text(partnership.organisation, "Partner Org may write to me.")
    box = f'name="consent_{text.pk}"'.encode()
    for _ in range(2):
        assert box in client.get(page.get_url(), {"s": "theirs"}).content
        assert box not in client.get(page.get_url()).content
    assert b'value="theirs"' in client.get(page.get_url(), {"s": "theirs"}).content
