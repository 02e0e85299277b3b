"""Words one after another in templates: ``{{ words|listed }}``, ``{% list_separator %}`` between marked-up ones."""

from collections.abc import Iterable

from django import template

from core.lists import list_separator as separator_in_force
from core.lists import listed as words_listed

register = template.Library()


@register.filter
def listed(words: Iterable[object]) -> str:
    """Return the words in a row."""
    return words_listed(words)


@register.simple_tag
def list_separator() -> str:
    """Return what stands between two words of a list."""
    return separator_in_force()
