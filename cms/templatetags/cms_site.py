"""What the frame of a public page shows: the site's name, menu, languages and privacy notice."""

import json
from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import Context
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.models import Page, Site

from cms.addresses import Alternate, absolute
from cms.models import StandardPage
from cms.petition_context import SOURCE_PLACEHOLDER
from cms.sitemaps import homes

register = template.Library()
_IN_SCRIPT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class MenuItem:
    title: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class SiteFrame:
    """One language's frame of the site."""

    name: str
    home_url: str
    items: list[MenuItem]
    privacy_url: str
    languages: list[str]


@register.simple_tag(takes_context=True)
def site_frame(context: Context) -> SiteFrame:
    """Return the menu of the site in the language of now; before there is a home page it is empty."""
    request = context.get("request")
    if request is None:
        return _frame(None, context)
    frames: dict[str, SiteFrame] = request.__dict__.setdefault("_site_frames", {})
    language = get_language() or settings.LANGUAGE_CODE
    if language not in frames:
        frames[language] = _frame(request, context)
    return frames[language]


def _frame(request: HttpRequest | None, context: Context) -> SiteFrame:
    site = Site.find_for_request(request) if request else Site.objects.filter(is_default_site=True).first()
    name = (site and site.site_name) or settings.WAGTAIL_SITE_NAME
    by_language = homes(site) if site else {}
    home = by_language.get(get_language() or "") or next(iter(by_language.values()), None)
    if home is None:
        return SiteFrame(name=name, home_url="/", items=[], privacy_url="", languages=[])
    current = getattr(context.get("page"), "path", "")
    items = [
        MenuItem(each.title, each.get_url(request), current.startswith(each.path))
        for each in home.get_children().live().in_menu()
    ]
    privacy = StandardPage.objects.descendant_of(home).live().filter(purpose=StandardPage.Purpose.PRIVACY).first()
    return SiteFrame(
        name=name,
        home_url=home.get_url(request),
        items=items,
        privacy_url=privacy.get_url(request) if privacy else "",
        languages=list(by_language),
    )


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[Alternate]:
    """Return the same page in the site's other languages, with the source code of the visit kept."""
    request = context.get("request")
    if request is None:
        return []
    page = context.get("page")
    if isinstance(page, Page) and "alternates" in context:
        versions = context["alternates"]
        versions = [each for each in versions if each.hreflang != "x-default"]
        return [each._replace(path=f"{each.path}?s={SOURCE_PLACEHOLDER}") for each in versions]
    return _translated_view(request.path, site_frame(context).languages)


def _translated_view(path: str, languages: list[str]) -> list[Alternate]:
    links = []
    for code, name in settings.LANGUAGES:
        if code not in languages:
            continue
        translated = translate_url(path, code)
        links.append(Alternate(code, code, name, translated, absolute(translated)))
    return links if len({each.path for each in links}) > 1 else []


@register.filter
def country_name(code: str) -> str:
    """Return a country's name in the language of now from its ISO 3166-1 code, or the code itself."""
    from places import country_names

    return country_names.country_name(code)


@register.filter
def absolute_url(path: str) -> str:
    """Return ``path`` under the site's public address."""
    return absolute(path)


@register.filter
def language_name(code: str) -> Any:
    return dict(settings.LANGUAGES).get(code, code)


@register.filter
def json_ld(value: Any) -> SafeString:
    """Return structured data for search engines as a data block, which browsers do not run and no policy refuses."""
    text = json.dumps(value, ensure_ascii=False).translate(_IN_SCRIPT)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above
