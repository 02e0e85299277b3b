"""All countries of the world by name: data goes further than the territories a campaign counts by. Pure: no database.

Those we count by are called what their territory is called (`places/data/`), all others what django-countries calls
them; so a country has one name on every page and in every list.
"""

from functools import cache

from django.utils.translation import get_language, override
from django_countries import countries

from places.names import sorting_key
from places.shipped import country_names


def country_name(code: str, language: str | None = None) -> str:
    """Return a country's name in ``language`` (else the one in force), or the code itself where there is none."""
    return _names(language or get_language() or "en").get(code, code)


@cache
def country_choices(language: str) -> tuple[tuple[str, str], ...]:
    """Return (ISO alpha-2, name) of every country, sorted by name as readers of ``language`` expect."""
    return tuple(sorted(_names(language).items(), key=lambda pair: sorting_key(pair[1])))


@cache
def _names(language: str) -> dict[str, str]:
    with override(language):
        names = {code: str(name) for code, name in countries}
    base = language.split("-")[0]
    ours = {code: named[base] for code, named in country_names().items() if base in named}
    return {code: ours.get(code, name) for code, name in names.items()}
