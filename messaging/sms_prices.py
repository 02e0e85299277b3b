"""What text messages cost, as settings.SMS_PRICES tells it per calling code. What it does not tell is unknown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

import phonenumbers
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Count, Q, QuerySet

from people.models import ContactPoint

ELSEWHERE = ""  # the calling codes nobody told a price of


@dataclass(frozen=True)
class Price:
    """What one segment costs."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Cost:
    """What a text costs altogether, by currency; ``unknown`` recipients are in no sum, because nobody told a price."""

    sums: dict[str, Decimal] = field(default_factory=dict)
    unknown: int = 0


def read_prices(lines: list[str]) -> dict[str, Price]:
    """Return prices by calling code from lines like ``32=0.0945 EUR``. Raises ImproperlyConfigured for another."""
    return dict(_read_price(line) for line in lines)


def _read_price(line: str) -> tuple[str, Price]:
    code, _equals, rest = line.partition("=")
    words = rest.split()
    try:
        amount = Decimal(words[0])
        if code.strip().isdecimal() and len(words) == 2 and amount.is_finite() and amount >= 0 and len(words[1]) == 3:
            return code.strip(), Price(amount, words[1].upper())
    except (InvalidOperation, IndexError):
        pass
    raise ImproperlyConfigured(f"SMS_PRICES: {line!r} is not like 32=0.0945 EUR (calling code, price of a segment).")


def prices() -> dict[str, Price]:
    """Return what settings tell, by calling code."""
    return read_prices(settings.SMS_PRICES)


def calling_code(canonical: str) -> str:
    """Return the calling code of a number in E.164 form (``32``), ELSEWHERE for what is none."""
    try:
        return str(phonenumbers.parse(canonical).country_code)
    except phonenumbers.NumberParseException:
        return ELSEWHERE


def recipients_by_code(points: QuerySet[ContactPoint]) -> dict[str, int]:
    """Count contact points by calling code, in one query: those with a price, and all others under ELSEWHERE.

    No calling code begins with another one (ITU-T E.164), so a number belongs to one code at most.
    """
    codes = {f"code_{code}": Count("pk", filter=Q(canonical__startswith=f"+{code}")) for code in prices()}
    counted = points.aggregate(everybody=Count("pk"), **codes)
    everybody = counted.pop("everybody")
    found = {name.removeprefix("code_"): count for name, count in counted.items() if count}
    rest = everybody - sum(found.values())
    return {**found, ELSEWHERE: rest} if rest else found


def cost_of(segments: int, recipients: Mapping[str, int]) -> Cost:
    """Return what ``segments`` cost to so many recipients by calling code."""
    known, unknown = prices(), 0
    sums: dict[str, Decimal] = {}
    for code, count in recipients.items():
        if price := known.get(code):
            sums[price.currency] = sums.get(price.currency, Decimal(0)) + price.amount * segments * count
        else:
            unknown += count
    return Cost(sums, unknown)
