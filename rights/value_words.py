"""Values of a copy as people read them."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from core.lists import listed
from messaging.inbox_entries import handled_words
from places.languages import language_name
from places.selectors import name_of
from rights.holding_words import VALUES

_LANGUAGES = {"language", "locale"}
_PLACES = {"nationality", "residence_country", "territory", "territory_code", "restated_territory_code"}


def in_words(name: str, field: Any, value: Any) -> str:
    """Return a value as text in the language in force; blank where there is nothing to say."""
    if value is None or value == "" or value == {} or value == []:
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if name in _LANGUAGES:
        return str(settings.LANGUAGE_NAMES.get(value) or language_name(str(value)))
    if name == "handled_as":
        return handled_words(str(value))
    if words := VALUES.get(f"{field.model._meta.label}.{name}"):
        return str(words.get(value, value))
    return name_of(str(value)) if name in _PLACES else _plain(value)


def _plain(value: Any) -> str:
    """Return what a JSON field holds on one line."""
    if isinstance(value, dict):
        told = ((key, _plain(each)) for key, each in value.items())
        return "; ".join(f"{key}: {words}" for key, words in told if words)
    if isinstance(value, list):
        return listed([_plain(each) for each in value]) if all(_is_flat(each) for each in value) else _lines(value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return "" if value is None else str(value)


def _is_flat(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _lines(values: list[Any]) -> str:
    return " | ".join(_plain(each) for each in values)
