"""When a European Citizens' Initiative has succeeded: pure rules over dated public data.

Regulation (EU) 2019/788, Art. 3(1), and its predecessor (EU) No 211/2011, Art. 2 and 7: one million statements of
support in all, and at least the minimum in seven member states. A country's minimum is the one in force on the day
of registration. A country below its minimum still counts towards the million. Certificates that arrive after the
submission are published but count for neither.

No database and no clock; the only thing read is ``campaigns/data/*.csv`` beside the code.
"""

import calendar
import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

DATA = Path(__file__).parent / "data"
STATEMENTS_NEEDED = 1_000_000
COUNTRIES_NEEDED = 7
# European institutions write Greece EL and the United Kingdom UK; ISO and the register write GR and GB.
ALIASES = {"EL": "GR", "UK": "GB"}
REGULATION_2019_788_APPLIES_FROM = date(2020, 1, 1)
_NUMBER = re.compile(r"ECI\((\d{4})\)(\d{6})", re.ASCII)
_SLUG = re.compile(r"eci-(\d{4})-(\d{6})", re.ASCII)


class InitiativeRuleError(ValueError):
    """Figures that cannot be judged; the message is a sentence for the person."""


@dataclass(frozen=True)
class Period:
    """The minimums that hold for initiatives registered from one day to another, both included."""

    registered_from: date
    registered_to: date | None
    minimums: Mapping[str, int]

    def covers(self, day: date) -> bool:
        return self.registered_from <= day and (self.registered_to is None or day <= self.registered_to)


@dataclass(frozen=True)
class CountryRule:
    """What a country asks for on its form (Annex III), who may support, and how sure we are."""

    country: str
    annex_iii_part: str
    minimum_age: int
    eid: str
    source: str
    checked_on: date
    confidence: str


@dataclass(frozen=True)
class Count:
    """One country's statements of support; ``is_late`` when certified after submission (shown, not counted)."""

    country: str
    statements: int
    is_late: bool = False


@dataclass(frozen=True)
class CountryStatus:
    """One country judged. ``ratio`` is count ÷ minimum (1.0 = the minimum), of late certificates too, but those never
    pass."""

    country: str
    count: int
    minimum: int
    is_late: bool = False

    @property
    def ratio(self) -> float:
        return self.count / self.minimum

    @property
    def counted(self) -> int:
        return 0 if self.is_late else self.count

    @property
    def passed(self) -> bool:
        return self.counted >= self.minimum

    @property
    def missing(self) -> int:
        return max(0, self.minimum - self.counted)


@dataclass(frozen=True)
class InitiativeStatus:
    """The whole initiative judged. ``countries`` holds every country of the period, by code."""

    countries: tuple[CountryStatus, ...]

    @property
    def total(self) -> int:
        return sum(country.counted for country in self.countries)

    @property
    def total_reached(self) -> bool:
        return self.total >= STATEMENTS_NEEDED

    @property
    def ranking(self) -> tuple[CountryStatus, ...]:
        """Countries by counted statements ÷ minimum, highest first; equal ones by code."""
        return tuple(sorted(self.countries, key=lambda one: (-one.counted / one.minimum, one.country)))

    @property
    def countries_passed(self) -> tuple[str, ...]:
        return tuple(country.country for country in self.countries if country.passed)

    @property
    def breadth_reached(self) -> bool:
        return len(self.countries_passed) >= COUNTRIES_NEEDED

    @property
    def seventh_country(self) -> CountryStatus | None:
        """The country that decides on breadth; none while fewer than seven have a statement."""
        seventh = self.ranking[COUNTRIES_NEEDED - 1]
        return seventh if seventh.counted else None

    @property
    def successful(self) -> bool:
        return self.total_reached and self.breadth_reached


def canonical_country(code: str) -> str:
    """Return the code as we write it: upper case, ``GR`` for ``EL``, ``GB`` for ``UK``."""
    code = code.strip().upper()
    return ALIASES.get(code, code)


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def periods() -> tuple[Period, ...]:
    """Return the periods of registration with their minimums, oldest first."""
    minimums: dict[tuple[str, str], dict[str, int]] = {}
    for row in _rows("eci_thresholds_by_period.csv"):
        span = (row["registered_from"], row["registered_to"])
        minimums.setdefault(span, {})[row["country"]] = int(row["minimum_signatories"])
    found = (
        Period(date.fromisoformat(start), date.fromisoformat(end) if end else None, countries)
        for (start, end), countries in minimums.items()
    )
    return tuple(sorted(found, key=lambda period: period.registered_from))


@lru_cache(maxsize=1)
def country_rules() -> Mapping[str, CountryRule]:
    """Return what each country asks for on its form, by country code."""
    return {
        row["country"]: CountryRule(
            country=row["country"],
            annex_iii_part=row["annex_iii_part"],
            minimum_age=int(row["minimum_age"]),
            eid=row["eid"],
            source=row["source"],
            checked_on=date.fromisoformat(row["checked_on"]),
            confidence=row["confidence"],
        )
        for row in _rows("eci_country_rules.csv")
    }


def period_of(registered: date) -> Period:
    """Return the period an initiative registered on that day falls in.

    Raises InitiativeRuleError for a day before the first period (1 April 2012).
    """
    for period in periods():
        if period.covers(registered):
            return period
    raise InitiativeRuleError(
        _("No minimums are known for an initiative registered on %(day)s; they begin on %(first)s.")
        % {"day": registered.isoformat(), "first": periods()[0].registered_from.isoformat()}
    )


def judge(registered: date, counts: Iterable[Count]) -> InitiativeStatus:
    """Judge counts by the minimums in force on the day of registration.

    A country of the period without a count stands with 0. Raises InitiativeRuleError for a country that is not in
    the period (the United Kingdom after 31 January 2020), one named twice, or a negative count.
    """
    minimums = period_of(registered).minimums
    given: dict[str, Count] = {}
    for count in counts:
        country = canonical_country(count.country)
        if country not in minimums:
            raise InitiativeRuleError(unknown_country(count.country, registered))
        if country in given:
            raise InitiativeRuleError(_("%(country)s is there twice.") % {"country": country})
        if count.statements < 0:
            raise InitiativeRuleError(_("%(country)s has a negative count.") % {"country": country})
        given[country] = count
    return InitiativeStatus(
        tuple(
            CountryStatus(country, given[country].statements, minimums[country], given[country].is_late)
            if country in given
            else CountryStatus(country, 0, minimums[country])
            for country in sorted(minimums)
        )
    )


def unknown_country(code: str, registered: date) -> str:
    """Return the sentence that refuses a country which has no minimum in the period."""
    return _("“%(code)s” is not a country with a minimum for initiatives registered on %(day)s.") % {
        "code": code[:20],
        "day": registered.isoformat(),
    }


def canonical_number(text: str) -> str:
    """Return a registration number as the register writes it, from ``ECI(2024)000007`` or ``eci-2024-000007``.

    Raises InitiativeRuleError for anything else.
    """
    text = text.strip()
    match = _NUMBER.fullmatch(text) or _SLUG.fullmatch(text.lower())
    if match is None:
        raise InitiativeRuleError(
            _("“%(text)s” is not a registration number; one reads ECI(2024)000007.") % {"text": text[:40]}
        )
    return f"ECI({match[1]}){match[2]}"


def slug_of(number: str) -> str:
    """Return the registration number as it stands in addresses: ``eci-2024-000007``."""
    match = _NUMBER.fullmatch(number)
    if match is None:
        raise InitiativeRuleError(_("“%(text)s” is not a registration number.") % {"text": number[:40]})
    return f"eci-{match[1]}-{match[2]}"


def add_months(day: date, months: int) -> date:
    """Return the same day of the month so many months later, or that month's last day if it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class ProposedDeadlines:
    """Deadlines as Regulation (EU) 2019/788 sets them; the law has moved them, so staff store and may change them."""

    paper_upload: date
    to_authorities: date
    destruction: date


def propose_deadlines(*, registered: date, start: date, end: date) -> ProposedDeadlines | None:
    """Return the deadlines that follow from the start and end of collection; none under the former regulation.

    Paper is uploaded within 2 months of the end (Art. 11), statements go to the authorities within 3 months of it
    (Art. 12), and all copies are destroyed at the latest 21 months after the start of collection (Art. 19(5)).
    """
    if registered < REGULATION_2019_788_APPLIES_FROM:
        return None
    return ProposedDeadlines(
        paper_upload=add_months(end, 2), to_authorities=add_months(end, 3), destruction=add_months(start, 21)
    )
