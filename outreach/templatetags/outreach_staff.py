"""Filters of the staff screens: ``{% load outreach_staff %}``."""

from collections.abc import Mapping

from django import template
from django.utils.translation import get_language

register = template.Library()


@register.filter
def in_language(text: Mapping[str, str]) -> str:
    """Return words in the screen's language, else in English, else in the first there is."""
    language = (get_language() or "en").split("-")[0]
    return text.get(language) or text.get("en") or next(iter(text.values()), "")
