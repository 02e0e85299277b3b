"""What giving support to a European Citizens' Initiative asks of somebody: pure rules, no database and no clock.

Regulation (EU) 2019/788: every citizen of the Union may support an initiative (Art. 2), once; the nationality decides,
not the place of residence. Annex III says what the form asks: part A or part B, as each member state chose. The rows
stand in ``campaigns/data/eci_country_rules.csv`` with their source and the day somebody looked them up.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from django_countries import countries

from campaigns.eligibility_rules import EU_MEMBERSHIP, memberships
from campaigns.initiative_rules import CountryRule, canonical_country, country_rules

# What people answer who have no nationality of a member state, or none at all.
OTHER: Final = "other"
STATELESS: Final = "none"
UNKNOWN: Final = "unknown"
REGULATION_URL: Final = "https://eur-lex.europa.eu/eli/reg/2019/788/oj"
_SURE: Final = "official page"
_PARTS: Final = frozenset({"A", "B"})
_CODE = re.compile(r"[A-Za-z]{2}\Z", re.ASCII)
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\xa0\\<>\"'`\u2028\u2029]")
_LONGEST_ADDRESS: Final = 500
_UNION: Final = "europa.eu"
# The register's words for an initiative whose collection is over, whatever its dates say.
_OVER: Final = frozenset(
    {
        "CLOSED",
        "COLLECTION_CLOSED",
        "VERIFICATION",
        "VALID",
        "SUBMITTED",
        "ANSWERED",
        "INSUFFICIENT_SUPPORT",
        "WITHDRAWN",
    }
)


class MaySupport(StrEnum):
    """How the question ends whether somebody may give support."""

    MAY = "may"
    RULES_UNKNOWN = "rules_unknown"  # a member state whose form nobody has looked up
    NOT_EUROPEAN = "not_european"
    NOT_A_COUNTRY = "not_a_country"


@dataclass(frozen=True)
class SupportNeeds:
    """What the form asks of one nationality. ``rule`` only with MAY; ``country`` is empty where none was named."""

    may: MaySupport
    country: str = ""
    rule: CountryRule | None = None

    @property
    def asks_document(self) -> bool:
        """Whether a personal identification or document number is asked (part B), else the address (part A)."""
        return self.rule is not None and self.rule.annex_iii_part == "B"

    @property
    def is_sure(self) -> bool:
        """Whether the row was read on the official page itself."""
        return self.rule is not None and self.rule.confidence == _SURE

    @property
    def eid(self) -> str:
        """Whether an electronic identity card can be used: yes, no or unknown."""
        return self.rule.eid if self.rule is not None and self.rule.eid in {"yes", "no"} else UNKNOWN

    @property
    def source_url(self) -> str:
        """Where the rule can be read: the page its row names, else the regulation."""
        if self.rule is None:
            return REGULATION_URL
        source = self.rule.source
        return source if source.startswith("https://") else f"https://{source}"

    @property
    def checked_on(self) -> date:
        """The day somebody looked it up: the form's row, else who is a member state."""
        return self.rule.checked_on if self.rule is not None else _membership_checked_on()


def support_needs(nationality: str, on: date) -> SupportNeeds:
    """Return what giving support asks of somebody with this nationality on a day.

    ``nationality`` is an ISO code (``EL`` and ``UK`` are understood), OTHER or STATELESS; whoever has two chooses one.
    Every text has an answer: what names no country is NOT_A_COUNTRY.
    """
    text = nationality.strip(" ")
    if text in (OTHER, STATELESS):
        return SupportNeeds(MaySupport.NOT_EUROPEAN)
    # Before capitals are made: of some letters they are other ones ("ﬁ" would be Finland).
    code = canonical_country(text) if _CODE.match(text) else ""
    if not code or not countries.name(code):
        return SupportNeeds(MaySupport.NOT_A_COUNTRY)
    if not _is_member(code, on):
        return SupportNeeds(MaySupport.NOT_EUROPEAN, code)
    rule = country_rules().get(code)
    if rule is not None and rule.annex_iii_part not in _PARTS:
        rule = None
    return SupportNeeds(MaySupport.MAY if rule else MaySupport.RULES_UNKNOWN, code, rule)


def member_states(on: date) -> tuple[str, ...]:
    """Return the codes of the member states of the Union on a day."""
    return tuple(sorted(code for code in memberships("EU") if _is_member(code, on)))


@cache
def _membership_checked_on() -> date:
    return date.fromisoformat(json.loads(EU_MEMBERSHIP.read_text())["checked_on"])


def _is_member(code: str, on: date) -> bool:
    return any(span.holds(on) for span in memberships("EU").get(code, ()))


class CollectionState(StrEnum):
    """Whether support can be given now, and if not, why."""

    OPEN = "open"
    TO_COME = "to_come"
    OVER = "over"
    NO_ADDRESS = "no_address"


@dataclass(frozen=True)
class Collection:
    """When support is collected, as far as it is known; ``url`` is where it is given, only while it can be."""

    state: CollectionState
    begins: date | None = None
    ends: date | None = None
    url: str = ""

    @property
    def is_open(self) -> bool:
        return self.state is CollectionState.OPEN

    @property
    def host(self) -> str:
        """The site the link leads to, for people to see before they follow it."""
        return urlsplit(self.url).hostname or ""


def judge_collection(
    *, status: str, begins: date | None, ends: date | None, closed_early: date | None, url: str, on: date
) -> Collection:
    """Return whether support can be given on a day. Both ends of the collection are days on which it can.

    ``ends`` is the stored end, ``closed_early`` an earlier one the organisers chose. Without a first day the collection
    is still to come, unless the register (``status``) says that it runs.
    """
    last = last_day_of(ends, closed_early)
    if is_over(status) or (last is not None and on > last):
        return Collection(CollectionState.OVER, begins, last if last and on > last else None)
    has_begun = begins <= on if begins else status == "ONGOING"
    if not has_begun:
        return Collection(CollectionState.TO_COME, begins, last)
    if not is_form_address(url):
        return Collection(CollectionState.NO_ADDRESS, begins, last)
    return Collection(CollectionState.OPEN, begins, last, url)


def last_day_of(ends: date | None, closed_early: date | None) -> date | None:
    """Return the last day on which support can be given: the stored end, or an earlier one the organisers chose."""
    return min((day for day in (ends, closed_early) if day), default=None)


def is_over(status: str) -> bool:
    """Whether the register says that nobody can give support any more, whatever the dates say."""
    return status in _OVER


def is_form_address(url: str) -> bool:
    """Whether people may be sent there: an https address of the Union's, with nothing in it that hides where it leads.

    Online support is given in the Commission's central system alone (Art. 10 f.): we call it the Union's form.
    """
    if not 0 < len(url) <= _LONGEST_ADDRESS or _UNPRINTABLE.search(url) or not url.isascii():
        return False
    try:
        parts = urlsplit(url)
        has_port = parts.port is not None
    except ValueError:
        return False
    host = parts.hostname or ""
    is_of_the_union = f".{host}".endswith(f".{_UNION}") and not host.startswith(".")
    return parts.scheme == "https" and is_of_the_union and "@" not in parts.netloc and not has_port
