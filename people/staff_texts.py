"""Codes and texts as staff read them."""

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from places.selectors import name_of


def country(code: str) -> str:
    """Return the country's name in the screen's language, or nothing where it was not said."""
    return name_of(code) if code else ""


def language_name(code: str) -> str:
    """Return a language's own name."""
    name: str = settings.LANGUAGE_NAMES.get(code, code)
    return name


def in_its_language(text: str, language: str) -> SafeString:
    """Return a text marked with its language, so that it is read aloud and set in the direction it is written in."""
    return format_html('<bdi lang="{}">{}</bdi>', language, text)
