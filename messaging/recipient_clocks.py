"""What the clocks of somebody with a phone number show, as far as the number tells."""

from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from django.conf import settings

from messaging.country_zones import zones_of_country


@lru_cache(maxsize=1000)
def zones_of_number(canonical: str) -> tuple[ZoneInfo, ...]:
    """Return the zones of the number's country; our own for a number of no country."""
    try:
        country = phonenumbers.region_code_for_number(phonenumbers.parse(canonical))
    except phonenumbers.NumberParseException:
        country = None
    return tuple(ZoneInfo(name) for name in zones_of_country(country or "") or (settings.TIME_ZONE,))
