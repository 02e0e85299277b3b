"""Short links and QR codes: from paper to the best page in the reader's language, counted and forgotten."""

import logging
import re

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from campaigns.actions.source_links import count_visit
from campaigns.enums import VisitWay
from campaigns.models import Source
from campaigns.selectors.source_links import NoSuchLink, source_by_code
from campaigns.source_codes import read_code
from cms.source_pages import SITE_PAGES
from core.caching import never_kept
from core.ttl_cache import ttl_cache

logger = logging.getLogger(__name__)
# Programs that look at a link somebody shared. What they call themselves is read here and kept nowhere.
_MACHINES = re.compile(
    r"bot\b|bot/|crawl|spider|preview|facebookexternalhit|whatsapp|curl/|wget/|python-", re.IGNORECASE
)


def language_of(request: HttpRequest) -> str:
    """Return the site's language the reader's browser asks for first; cookies say nothing here."""
    for wanted, _weight in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        if wanted == "*":
            break
        try:
            return get_supported_language_variant(wanted)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def is_person(request: HttpRequest) -> bool:
    """Whether this looks like somebody who opens the page: no HEAD, no fetching ahead, no known program."""
    ahead = any("prefetch" in request.headers.get(name, "").lower() for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return request.method == "GET" and not ahead and not _MACHINES.search(request.headers.get("User-Agent", ""))


@never_kept
@require_safe
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Lead on with the source in the address. A code nobody knows leads to the site's front page, never to an error."""
    language = language_of(request)
    try:
        source = source_by_code(read_code(code))
    except NoSuchLink:
        return _redirect(f"/{language}/")
    if is_person(request):
        _count(source)
    path = _path(source.campaign_id, source.leads_to, language)
    return _redirect(with_source(path, source.code) if path else f"/{language}/")


def with_source(path: str, code: str) -> str:
    """Return a path that credits the source ``code``, if there is one."""
    return f"{path}{'&' if '?' in path else '?'}s={code}" if code else path


@ttl_cache(10)
def _path(campaign_id: int, leads_to: str, language: str) -> str:
    return SITE_PAGES.path_of(campaign_id, leads_to, language)


def _count(source: Source) -> None:
    try:
        count_visit(source=source, way=VisitWay.LINK, at=timezone.now())
    except DatabaseError:  # somebody stands before a poster: a number less is better than no page
        logger.exception("a visit could not be counted")


def _redirect(path: str) -> HttpResponse:
    response = HttpResponseRedirect(path)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Vary"] = "Accept-Language"
    return response
