"""What screens ask about places."""

import re
from collections.abc import Iterable

from django.utils.translation import get_language

from places.models import Postcode, Territory
from places.names import names_by_code, sorting_key

_NOT_IN_A_POSTCODE = re.compile(r"[\s.\-]")


def name_of(code: str, language: str | None = None) -> str:
    """Return a territory's name in ``language`` (else the screen's), or the code itself when it is not known."""
    return names_by_code(_base(language)).get(code, code)


def countries(language: str | None = None, *, only_eu: bool = True) -> list[tuple[str, str]]:
    """Return ``(code, name)`` of the countries for a choice field, sorted by name in ``language``."""
    territories = Territory.objects.eu() if only_eu else Territory.objects.countries()
    return _named(territories.values_list("code", flat=True), language)


def communes(region: str = "BE-BRU", language: str | None = None) -> list[tuple[str, str]]:
    """Return ``(code, name)`` of the communes of a region or country, sorted by name in ``language``."""
    return _named(Territory.objects.communes_of(region).values_list("code", flat=True), language)


def communes_for_postcode(country: str, code: str) -> list[Territory]:
    """Return every commune a postcode is known to lie in, the main one first; none when the code is not known."""
    plain = _postcode(country, code)
    if not plain.isalnum():
        return []  # also what PostgreSQL refuses to compare, a NUL for instance
    found = (
        Postcode.objects.filter(country=country.strip().upper(), code=plain)
        .select_related("territory")
        .defer("territory__outline")
        .order_by("-is_main", "territory__code")
    )
    return [row.territory for row in found]


def commune_for_postcode(country: str, code: str) -> Territory | None:
    """Return the commune most addresses of a postcode lie in, or nothing when we do not know.

    A shared postcode (1040, 1050) gives its main commune: good enough for a figure by commune, never for saying where
    somebody is registered; ask ``communes_for_postcode`` and let the person choose.
    """
    return next(iter(communes_for_postcode(country, code)), None)


def _postcode(country: str, code: str) -> str:
    """Return the code as stored: ``B-1050``, ``BE 1050`` and ``1 050`` are all 1050."""
    plain = _NOT_IN_A_POSTCODE.sub("", code).upper()
    for prefix in (country.strip().upper(), country.strip().upper()[:1]):
        if prefix and plain.startswith(prefix) and plain[len(prefix) :].isdecimal():
            return plain[len(prefix) :]
    return plain


def _base(language: str | None) -> str:
    return (language or get_language() or "en").split("-")[0]


def _named(codes: Iterable[str], language: str | None) -> list[tuple[str, str]]:
    names = names_by_code(_base(language))
    wanted = [(code, names.get(code, code)) for code in codes]
    return sorted(wanted, key=lambda choice: sorting_key(choice[1]))
