"""All partners of a campaign side by side, for who leads it: never for the partners themselves."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language

from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Partnership
from coalition.models import PartnerGoal
from dashboards.partner_counts import Counts, partner_counts
from dashboards.partner_rules import LATELY
from dashboards.partner_sight import Sight
from dashboards.selectors import SortLink
from places.names import names_by_code, sorting_key

DEFAULT_SORT = "-signatures"


@dataclass(frozen=True)
class LeagueLine:
    """One partner. ``goal_share``: how much of its own goals it reached, the mean of them; None: it has set none."""

    partnership: Partnership
    country: str
    country_name: str
    signatures: int
    lately: int
    pledges: int
    events: int
    volunteers: int
    contacts: int
    goal_share: float | None
    last_day: date | None

    @property
    def name(self) -> str:
        return self.partnership.organisation.name

    @property
    def per_day(self) -> float:
        return self.lately / LATELY

    @property
    def has_left(self) -> bool:
        return self.partnership.left_at is not None


@dataclass(frozen=True)
class League:
    """The table as one viewer may read it. ``countries`` and ``all_lines`` are of all partners, not of those filtered.

    ``as_of`` is of signatures and pledges, ``at`` of the rest.
    """

    campaign: Campaign
    sight: Sight
    lines: tuple[LeagueLine, ...]
    all_lines: int
    countries: tuple[tuple[str, str], ...]
    by_country: tuple[tuple[str, int], ...]
    as_of: datetime | None
    at: datetime


@dataclass(frozen=True)
class Asked:
    """What the address asks for. Unknown values ask for nothing."""

    country: str = ""
    role: str = ""
    sort: str = DEFAULT_SORT


_KEYS: dict[str, Callable[[LeagueLine], Any]] = {
    "name": lambda line: sorting_key(line.name),
    "country": lambda line: sorting_key(line.country_name),
    "role": lambda line: list(PartnerRole).index(PartnerRole(line.partnership.role)),
    "signatures": lambda line: line.signatures,
    "lately": lambda line: line.lately,
    "pledges": lambda line: line.pledges,
    "events": lambda line: line.events,
    "volunteers": lambda line: line.volunteers,
    "contacts": lambda line: line.contacts,
    "goal": lambda line: -1.0 if line.goal_share is None else line.goal_share,
    "last": lambda line: line.last_day or date.min,
}
_WORDS = {"name", "country", "role"}


def check_sort(asked: str) -> str:
    """Return the order asked for, or the usual one (most signatures first) where there is no such order."""
    return asked if asked.removeprefix("-") in _KEYS else DEFAULT_SORT


def sort_links(sort: str) -> dict[str, SortLink]:
    """Return for each column what its link asks for: the other direction where it is the order already."""
    links = {}
    for key in _KEYS:
        first, other = (key, f"-{key}") if key in _WORDS else (f"-{key}", key)
        aria = "descending" if sort == f"-{key}" else "ascending" if sort == key else ""
        links[key] = SortLink(key, other if sort == first else first, aria)
    return links


def league(campaign: Campaign, sight: Sight, asked: Asked, *, at: datetime) -> League:
    """Return the table. Nine queries, whatever was signed and however many partners there are.

    Equal partners stand by name. The order is that of the figures as shown, so it tells no more than they do.
    """
    partners = partner_counts(campaign, at=at)
    goals = _goal_shares(campaign, partners.counts, sight)
    places = names_by_code((get_language() or "en").partition("-")[0])
    lines = [
        _line(places, partnership, partners.counts[partnership.pk], sight, goals.get(partnership.pk))
        for partnership in partners.partnerships
    ]
    shown = [
        line for line in lines if asked.country in ("", line.country) and asked.role in ("", line.partnership.role)
    ]
    shown.sort(key=lambda line: (sorting_key(line.name), line.partnership.pk))
    shown.sort(key=_KEYS[asked.sort.removeprefix("-")], reverse=asked.sort.startswith("-"))
    names = {line.country: line.country_name for line in lines if line.country}
    sums: Counter[str] = Counter()
    for partnership in partners.partnerships:
        sums[country_of(partnership)] += partners.counts[partnership.pk].signatures
    by_country = [(names.get(code, ""), sight.people(count)) for code, count in sums.items() if code and count]
    return League(
        campaign=campaign,
        sight=sight,
        lines=tuple(shown),
        all_lines=len(lines),
        countries=tuple(sorted(names.items(), key=lambda pair: sorting_key(pair[1]))),
        by_country=tuple(sorted(by_country, key=lambda pair: (-pair[1], sorting_key(pair[0])))),
        as_of=partners.as_of,
        at=at,
    )


def country_of(partnership: Partnership) -> str:
    """Return the country a partner works in: of its territory where that names one, else its organisation's."""
    code = partnership.territory.code if partnership.territory is not None else ""
    in_country = len(code) == 2 or code[2:3] == "-"
    return code[:2] if in_country else partnership.organisation.country


def _line(
    places: dict[str, str], partnership: Partnership, counts: Counts, sight: Sight, goal_share: float | None
) -> LeagueLine:
    country = country_of(partnership)
    return LeagueLine(
        partnership=partnership,
        country=country,
        country_name=places.get(country, country),
        signatures=sight.people(counts.signatures),
        lately=sight.people(counts.lately["signatures"]),
        pledges=sight.pledges(counts.pledges),
        events=counts.events,
        volunteers=sight.people(counts.volunteers),
        contacts=sight.people(counts.contacts),
        goal_share=goal_share,
        last_day=counts.last_day,
    )


def _goal_shares(campaign: Campaign, counts: dict[int, Counts], sight: Sight) -> dict[int, float]:
    """Return how much of its goals each partner reached: the mean of them, each at most whole."""
    shares: dict[int, list[float]] = {}
    goals = PartnerGoal.objects.filter(partnership__campaign=campaign).order_by()
    for pk, metric, target in goals.values_list("partnership", "metric", "target"):
        reached = sight.count(metric, getattr(counts[pk], metric))
        shares.setdefault(pk, []).append(min(1.0, reached / target))
    return {pk: sum(each) / len(each) for pk, each in shares.items()}
