"""All countries of the world by name, as forms and the record say them."""

from django.utils.translation import get_language

from places.country_names import country_choices as all_countries
from places.country_names import country_name


def country_choices() -> list[tuple[str, str]]:
    """Return every country for a choice field, by name in the language in force, with an empty one first."""
    return [("", "—"), *all_countries(get_language() or "en")]


__all__ = ["country_choices", "country_name"]
