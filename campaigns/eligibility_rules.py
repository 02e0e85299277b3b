"""The declarative rules of one election, as they stand in JSON, read strictly. No database, no clock.

``docs/adr/0023-eligibility.md`` describes the schema; ``campaigns/data/elections/`` holds examples.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from campaigns.eligibility_enums import GroupAnswer, Register
from campaigns.language_texts import in_language
from core.lists import listed

SCHEMA: Final = 1
EU_MEMBERSHIP: Final = Path(__file__).parent / "data" / "eu_membership.json"
_FIRST_YEAR, _LAST_YEAR = 1880, 2200
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{2,4})?\Z")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")


class RulesError(Exception):
    """The rules cannot be used; ``problems`` says where and why, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Source:
    """Where a rule comes from, and the day somebody looked it up.

    ``texts`` by language; one text alone, whose language nobody named, stands under the empty name.
    """

    texts: Mapping[str, str] = field(hash=False)
    url: str
    checked_on: date

    def said_in(self, language: str) -> tuple[str, str]:
        """Return the text for a reader, and the language it is in (empty where that is not known)."""
        return in_language(self.texts, language)


@dataclass(frozen=True)
class Span:
    """Days, both ends included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Group:
    """People of some nationalities: whether they may register, and what is asked of them beyond the common rules."""

    name: str
    answer: GroupAnswer
    source: Source
    countries: frozenset[str] = frozenset()
    union: str = ""
    is_anyone: bool = False
    residence_years: int = 0
    needs_declaration: bool = False

    def has(self, country: str, on: date) -> bool:
        """Whether citizens of ``country`` belong to this group on that day."""
        if self.is_anyone or country in self.countries:
            return True
        return any(span.holds(on) for span in memberships(self.union).get(country, ()))


@dataclass(frozen=True)
class Rules:
    """Who may register for one election, and until when."""

    election_date: date
    last_day: date
    closed: tuple[Span, ...]
    application_source: Source
    minimum_age: int
    age_day: date
    age_source: Source
    registers: frozenset[str]
    register_by: date | None
    register_source: Source
    deprived_source: Source
    groups: tuple[Group, ...]
    local_stays_valid: bool
    european_stays_valid: bool
    registrations_source: Source
    changed_group_source: Source
    deregistration_months: int | None
    deregistration_source: Source


def read_day(value: Any) -> date:
    """Return the day written YYYY-MM-DD. Raises ValueError for anything else, and for years nobody lives in."""
    if not isinstance(value, str) or not _DAY.match(value.strip()):
        raise ValueError(value)
    day = date.fromisoformat(value.strip())
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(value)
    return day


@cache
def memberships(union: str) -> dict[str, tuple[Span, ...]]:
    """Return since when and until when each country belongs to a union; empty for one we do not know."""
    unions = json.loads(EU_MEMBERSHIP.read_text())["unions"]
    return {
        country: tuple(Span(date.fromisoformat(a), date.fromisoformat(b) if b else date.max) for a, b in spans)
        for country, spans in unions.get(union, {}).items()
    }


def read_rules(raw: Any, *, election_date: date) -> Rules:
    """Return the rules written in ``raw``. Raises RulesError with every problem found, each with its place."""
    reader = _Reader()
    rules = _read(reader, raw, election_date)
    if reader.problems or rules is None:
        raise RulesError(reader.problems)
    return rules


class _Reader:
    """Takes values out of nested JSON and keeps what is wrong with them, with a harmless value in its place."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.sources: dict[str, Source] = {}

    def refuse(self, place: str, why: str) -> None:
        self.problems.append(f"{place}: {why}")

    def mapping(self, raw: Any, place: str, needed: set[str], allowed: set[str] = frozenset()) -> dict[str, Any]:  # type: ignore[assignment]
        if not isinstance(raw, dict):
            self.refuse(place, _("here must stand an object in braces."))
            return {}
        if lacking := sorted(needed - raw.keys()):
            self.refuse(place, _("%(names)s is missing.") % {"names": listed(lacking)})
        if unknown := sorted(str(name) for name in raw.keys() - needed - allowed):
            self.refuse(place, _("nothing is known by the name %(names)s.") % {"names": listed(unknown)})
        return raw

    def day(self, raw: Any, place: str) -> date:
        try:
            return read_day(raw)
        except ValueError:
            self.refuse(place, _("“%(text)s” is not a day; write it as YYYY-MM-DD.") % {"text": str(raw)[:40]})
            return date(2000, 1, 1)

    def number(self, raw: Any, place: str, most: int) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= most:
            self.refuse(place, _("here must stand a whole number from 0 to %(most)s.") % {"most": most})
            return 0
        return raw

    def truth(self, raw: Any, place: str) -> bool:
        if not isinstance(raw, bool):
            self.refuse(place, _("here must stand true or false."))
        return raw is True

    def one_of(self, raw: Any, place: str, values: tuple[str, ...]) -> str:
        if raw not in values:
            self.refuse(place, _("here must stand one of %(names)s.") % {"names": listed(list(values))})
            return values[0]
        return str(raw)

    def words(self, raw: Any, place: str, most: int = 500) -> str:
        if not isinstance(raw, str) or not raw.strip() or len(raw) > most:
            self.refuse(place, _("here must stand a text of at most %(most)s characters.") % {"most": most})
            return ""
        return raw.strip()

    def texts(self, raw: Any, place: str) -> dict[str, str]:
        """Read a text, or texts by language: {"en": …, "fr": …}."""
        if not isinstance(raw, dict):
            return {"": self.words(raw, place)}
        if not raw:
            self.refuse(place, _("name at least one language."))
        for code in raw:
            if not isinstance(code, str) or not _LANGUAGE.match(code):
                self.refuse(place, _("“%(code)s” is not the code of a language.") % {"code": str(code)[:20]})
        return {str(code): self.words(text, f"{place}.{code}") for code, text in raw.items()}

    def rows(self, raw: Any, place: str) -> list[Any]:
        if not isinstance(raw, list):
            self.refuse(place, _("here must stand a list in square brackets."))
            return []
        return raw

    def source(self, raw: Any, place: str) -> Source:
        found = self.sources.get(raw) if isinstance(raw, str) else None
        if found is None:
            self.refuse(place, _("there is no source “%(name)s” under “sources”.") % {"name": str(raw)[:40]})
            return Source({}, "", date(2000, 1, 1))
        return found


def _read(reader: _Reader, raw: Any, election_date: date) -> Rules | None:
    parts = {"schema", "application", "minimum_age", "register", "deprived", "groups", "registrations", "sources"}
    top = reader.mapping(raw, "rules", parts, {"deregistration"})
    if not parts <= top.keys():
        return None
    if top["schema"] != SCHEMA:
        reader.refuse("schema", _("only schema %(number)s is known.") % {"number": SCHEMA})
    reader.sources = _sources(reader, top["sources"])
    application = reader.mapping(top["application"], "application", {"last_day", "closed", "source"})
    age = reader.mapping(top["minimum_age"], "minimum_age", {"years", "source"}, {"on"})
    register = reader.mapping(top["register"], "register", {"accepted", "source"}, {"by"})
    deprived = reader.mapping(top["deprived"], "deprived", {"source"})
    kept = reader.mapping(top["registrations"], "registrations", {"local", "european", "source"}, {"changed_group"})
    leaving = top.get("deregistration")
    if leaving is not None:
        leaving = reader.mapping(leaving, "deregistration", {"closed_months_before", "source"})
    if reader.problems:
        return None
    last_day = reader.day(application["last_day"], "application.last_day")
    if last_day > election_date:
        reader.refuse("application.last_day", _("the last day to apply comes after the election."))
    registrations_source = reader.source(kept["source"], "registrations.source")
    stays = ("stays_valid", "does_not_count")
    return Rules(
        election_date=election_date,
        last_day=last_day,
        closed=_closed(reader, application["closed"]),
        application_source=reader.source(application["source"], "application.source"),
        minimum_age=reader.number(age["years"], "minimum_age.years", 120),
        age_day=reader.day(age["on"], "minimum_age.on") if "on" in age else election_date,
        age_source=reader.source(age["source"], "minimum_age.source"),
        registers=_registers(reader, register["accepted"]),
        register_by=reader.day(register["by"], "register.by") if register.get("by") is not None else None,
        register_source=reader.source(register["source"], "register.source"),
        deprived_source=reader.source(deprived["source"], "deprived.source"),
        groups=_groups(reader, top["groups"]),
        local_stays_valid=reader.one_of(kept["local"], "registrations.local", stays) == "stays_valid",
        european_stays_valid=reader.one_of(kept["european"], "registrations.european", stays) == "stays_valid",
        registrations_source=registrations_source,
        changed_group_source=(
            reader.source(kept["changed_group"], "registrations.changed_group")
            if "changed_group" in kept
            else registrations_source
        ),
        deregistration_months=(
            reader.number(leaving["closed_months_before"], "deregistration.closed_months_before", 24)
            if leaving
            else None
        ),
        deregistration_source=(
            reader.source(leaving["source"], "deregistration.source") if leaving else registrations_source
        ),
    )


def _sources(reader: _Reader, raw: Any) -> dict[str, Source]:
    found = {}
    for name, entry in (raw if isinstance(raw, dict) else {}).items():
        place = f"sources.{name}"
        if not _KEY.match(name):
            reader.refuse(place, _("the name of a source is small letters, digits and low lines."))
        held = reader.mapping(entry, place, {"text", "url", "checked_on"})
        if not {"text", "url", "checked_on"} <= held.keys():
            continue
        url = reader.words(held["url"], f"{place}.url")
        if not url.startswith("https://"):
            reader.refuse(f"{place}.url", _("an address begins with https://."))
        texts = reader.texts(held["text"], f"{place}.text")
        found[name] = Source(texts, url, reader.day(held["checked_on"], f"{place}.checked_on"))
    if not found:
        reader.refuse("sources", _("name at least one source: text, url and checked_on."))
    return found


def _closed(reader: _Reader, raw: Any) -> tuple[Span, ...]:
    spans = []
    for number, entry in enumerate(reader.rows(raw, "application.closed"), 1):
        place = f"application.closed[{number}]"
        held = reader.mapping(entry, place, {"from", "to"})
        if {"from", "to"} <= held.keys():
            span = Span(reader.day(held["from"], f"{place}.from"), reader.day(held["to"], f"{place}.to"))
            if span.last < span.first:
                reader.refuse(place, _("it ends before it begins."))
            spans.append(span)
    return tuple(spans)


def _registers(reader: _Reader, raw: Any) -> frozenset[str]:
    kinds = [
        reader.one_of(kind, "register.accepted", tuple(Register)) for kind in reader.rows(raw, "register.accepted")
    ]
    if not kinds:
        reader.refuse("register.accepted", _("name at least one register."))
    return frozenset(kinds)


def _groups(reader: _Reader, raw: Any) -> tuple[Group, ...]:
    groups = tuple(
        group for number, entry in enumerate(reader.rows(raw, "groups"), 1) if (group := _group(reader, entry, number))
    )
    if not groups or not groups[-1].is_anyone:
        reader.refuse("groups", _('the last group must be for anyone: {"anyone": true}, so that nobody is forgotten.'))
    if any(group.is_anyone for group in groups[:-1]):
        reader.refuse("groups", _("only the last group may be for anyone: those behind it are never reached."))
    if len({group.name for group in groups}) < len(groups):
        reader.refuse("groups", _("two groups have the same name."))
    return groups


def _group(reader: _Reader, raw: Any, number: int) -> Group | None:
    place = f"groups[{number}]"
    needed = {"name", "who", "answer", "source"}
    held = reader.mapping(raw, place, needed, {"residence_years", "declaration"})
    if not needed <= held.keys():
        return None
    who = held["who"]
    if not isinstance(who, dict) or len(who) != 1 or not who.keys() <= {"countries", "union", "anyone"}:
        reader.refuse(f"{place}.who", _("here must stand one of countries, union or anyone."))
        return None
    if "union" in who:
        reader.one_of(who["union"], f"{place}.who.union", ("EU",))
    if "anyone" in who and who["anyone"] is not True:
        reader.refuse(f"{place}.who.anyone", _("here must stand true."))
    return Group(
        name=reader.words(held["name"], f"{place}.name", 40),
        answer=GroupAnswer(reader.one_of(held["answer"], f"{place}.answer", tuple(GroupAnswer))),
        source=reader.source(held["source"], f"{place}.source"),
        countries=_countries(reader, who["countries"], f"{place}.who.countries") if "countries" in who else frozenset(),
        union=str(who.get("union", "")),
        is_anyone="anyone" in who,
        residence_years=reader.number(held.get("residence_years", 0), f"{place}.residence_years", 100),
        needs_declaration=reader.truth(held.get("declaration", False), f"{place}.declaration"),
    )


def _countries(reader: _Reader, raw: Any, place: str) -> frozenset[str]:
    codes = reader.rows(raw, place)
    for code in codes:
        if not isinstance(code, str) or not _COUNTRY.match(code):
            reader.refuse(place, _("“%(text)s” is not a country's two letters.") % {"text": str(code)[:40]})
    if not codes:
        reader.refuse(place, _("name at least one country."))
    return frozenset(code for code in codes if isinstance(code, str))
