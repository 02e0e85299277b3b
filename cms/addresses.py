"""The addresses pages are known by outside: absolute, under the configured public address, one per language."""

from typing import Any, NamedTuple
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest


class Alternate(NamedTuple):
    """One language's version of a page."""

    hreflang: str
    language: str
    name: str
    path: str
    url: str


def absolute(path: str) -> str:
    """Return ``path`` under the site's public address; a full address stays as it is."""
    return urljoin(f"{settings.PUBLIC_URL}/", path)


def public_address(page: Any, request: HttpRequest | None = None) -> str:
    return absolute(page.get_url(request) or "/")


def alternates_of(page: Any, request: HttpRequest | None = None) -> list[Alternate]:
    """Return the live versions of ``page`` in the order of the site's languages, then ``x-default``.

    ``x-default`` is the version in the site's first language, or the page itself where there is none.
    A page that is not translated has no alternates.
    """
    versions = {each.locale.language_code: each for each in _live_versions(page)}
    if len(versions) < 2:
        return []
    found = [
        Alternate(code, code, name, versions[code].get_url(request), public_address(versions[code], request))
        for code, name in settings.WAGTAIL_CONTENT_LANGUAGES
        if code in versions
    ]
    default = next((each for each in found if each.language == settings.LANGUAGE_CODE), found[0])
    return [*found, default._replace(hreflang="x-default")]


def _live_versions(page: Any) -> list[Any]:
    versions = list(page.get_translations(inclusive=True).live().select_related("locale"))
    for itself in (each for each in versions if each.pk == page.pk):
        page.locale = itself.locale  # read with the others, not once more
    return [page, *(each for each in versions if each.pk != page.pk)]
