"""Words one after another, as each language separates them."""

from collections.abc import Iterable

from django.utils.formats import get_format

_SETTING, _USUAL = "LIST_SEPARATOR", ", "


def list_separator() -> str:
    """Return what stands between two words of a list in the language in force (config/formats; else a comma)."""
    found = get_format(_SETTING)
    return _USUAL if found == _SETTING else str(found)  # a name Django finds nowhere comes back as it was


def listed(words: Iterable[object]) -> str:
    """Return the words in a row, as the language in force separates them."""
    return list_separator().join(str(word) for word in words)
