"""Names of territories in one language, kept in the cache: they are on every form and change with a release."""

import unicodedata
from typing import cast

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from places.models import Territory

SECONDS_KEPT = 300


def _key(language: str) -> str:
    return f"places:names:{language}"


def names_by_code(language: str) -> dict[str, str]:
    """Return code → name in ``language`` (a base language such as ``fr``), for every territory.

    At most five minutes old in a process that does not share the cache of the one that loaded new names.
    """
    kept = cast("dict[str, str] | None", cache.get(_key(language)))
    if kept is not None:
        return kept
    territories = Territory.objects.without_outlines().only("code", "names")
    found = {territory.code: territory.name_in(language) for territory in territories}
    if found:  # nothing is loaded yet: do not remember that
        cache.set(_key(language), found, SECONDS_KEPT)
    return found


def forget() -> None:
    """Drop the names kept, now and again when the transaction that changed them is committed."""
    keys = [_key(language) for language, _ in settings.LANGUAGES]
    cache.delete_many(keys)
    transaction.on_commit(lambda: cache.delete_many(keys))


def sorting_key(name: str) -> str:
    """Return what a name is sorted by: accents and case aside, so that Österreich stands near O.

    Good for the Latin alphabets and Arabic of the interface; it is not a full collation.
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character))
