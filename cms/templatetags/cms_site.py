"""What the frame of a public page shows: the site's name, menu, languages and privacy notice."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import Context
from django.urls import translate_url
from django.utils.translation import get_language
from wagtail.models import Locale, Page, Site

from cms.addresses import Alternate, absolute, alternates_of
from cms.models import StandardPage

register = template.Library()


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
    home = _home(site) if site else None
    if home is None:
        return SiteFrame(name=name, home_url="/", items=[], privacy_url="")
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
    )


def _home(site: Site) -> Page | None:
    root: Page = site.root_page
    if root.locale.language_code == get_language():
        return root
    locale = Locale.objects.filter(language_code=get_language()).first()
    translated: Page | None = root.get_translation_or_none(locale) if locale else None
    return translated if translated and translated.live else root


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[Alternate]:
    """Return the same page in the site's other languages, with the source code of the visit kept."""
    request = context.get("request")
    if request is None:
        return []
    page = context.get("page")
    if isinstance(page, Page):
        found = context.get("alternates")
        versions = alternates_of(page, request) if found is None else found
        versions = [each for each in versions if each.hreflang != "x-default"]
    else:
        versions = _translated_view(request.path)
    kept = {name: request.GET[name] for name in ("s",) if request.GET.get(name)}
    query = f"?{urlencode(kept)}" if kept else ""
    return [each._replace(path=f"{each.path}{query}") for each in versions]


def _translated_view(path: str) -> list[Alternate]:
    links = []
    for code, name in settings.LANGUAGES:
        translated = translate_url(path, code)
        links.append(Alternate(code, code, name, translated, absolute(translated)))
    return links if len({each.path for each in links}) > 1 else []


@register.filter
def country_name(code: str) -> str:
    """Return a country's name in the language of now from its ISO 3166-1 code, or the code itself."""
    from django_countries import countries

    return str(countries.name(code) or code)


@register.filter
def absolute_url(path: str) -> str:
    """Return ``path`` under the site's public address."""
    return absolute(path)


@register.filter
def language_name(code: str) -> Any:
    return dict(settings.LANGUAGES).get(code, code)
