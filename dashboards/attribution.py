"""What an official gain and our pledges have to do with each other: what can be said, and what cannot.

Official figures are sums of a commune's register. A pledge is what one person told us. Nobody outside the commune can
say whether that person is in the sum, so the two stand side by side and are never matched.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Min, Q

from accounts.models import User
from campaigns.models import Campaign, PledgeKind, PledgeMove
from campaigns.pledge_enums import Standing
from campaigns.registration_course import Figure
from campaigns.selectors.registration_figures import Comparison, RegistrationFigures, registration_figures
from campaigns.zones import zone_of
from core.small_counts import LEAST_SHOWN, in_tens
from dashboards.pledge_ladders import Sight, seen_pledges, sight_of

_SAID_SENT = (Standing.ACTED, Standing.COMPLETE)


@dataclass(frozen=True)
class GainLine:
    """One place between the days its two official figures speak of, and what people there told us in that time.

    ``at_most`` is how many of the gain could be people who told us that they sent the form: never more than the gain,
    never more than told us. None where no gain is known. It says what is possible, not what happened.
    """

    name: str
    code: str
    first: Figure | None
    last: Figure | None
    sent: int
    confirmed: int
    at_most: int | None

    @property
    def gained(self) -> int | None:
        """How many more people; a net number, because whoever left the register is subtracted."""
        return _gained(self.first, self.last)

    @property
    def points(self) -> Decimal | None:
        """How much the rate rose, in percentage points, which is no number of people."""
        if self.first is None or self.last is None or self.first.rate is None or self.last.rate is None:
            return None
        return self.last.rate - self.first.rate

    @property
    def share_at_most(self) -> float | None:
        if self.at_most is None or not self.gained:
            return None
        return self.at_most / self.gained


@dataclass(frozen=True)
class Attribution:
    """One campaign's official gain beside its own pledges, between two days, for one viewer."""

    campaign: Campaign
    since: date
    until: date
    sight: Sight
    has_kinds: bool
    whole: GainLine
    communes: tuple[GainLine, ...]
    sources: tuple[str, ...]
    as_of: datetime
    is_generated: bool

    @property
    def is_known(self) -> bool:
        """Whether the whole place has a figure at both ends, and they are two."""
        return self.whole.gained is not None


def registration_kinds(campaign: Campaign) -> list[PledgeKind]:
    """Return the campaign's kinds of pledges to register for its election."""
    if campaign.election_id is None:
        return []
    rows = PledgeKind.objects.filter(campaign=campaign, election=campaign.election_id).order_by("pk")
    return list(rows.select_related("campaign", "election"))


def attribution(user: User, last: RegistrationFigures, *, since: date | None, at: datetime) -> Attribution:
    """Return the official gain of a campaign since a day until that of ``last``, beside its own pledges.

    Without ``since``: from the earliest official figure of this election on. A dozen queries, and one group-by of the
    moves of those who said they sent the form.
    """
    campaign = last.campaign
    known = [one.as_of.known_on for one in last.whole_course if one.registered is not None]
    begun = since or min(known, default=last.on)
    first = registration_figures(campaign, on=min(begun, last.on))
    kinds, sight = registration_kinds(campaign), sight_of(user, campaign)
    said = _Said(kinds, sight, campaign)
    before = {line.territory_id: line.now for line in first.communes} if first else {}
    communes = [_line(line, before.get(line.territory_id), said, sight, line.code) for line in last.communes]
    whole = _line(last.whole, first.whole.now if first else None, said, sight, None)
    shown = [figure for line in (whole, *communes) for figure in (line.first, line.last) if figure]
    return Attribution(
        campaign=campaign,
        since=begun,
        until=last.on,
        sight=sight,
        has_kinds=bool(kinds),
        whole=whole,
        communes=tuple(communes),
        sources=tuple(sorted({source for figure in shown for source in figure.sources})),
        as_of=at,
        is_generated=campaign.is_generated or any(kind.is_generated for kind in kinds),
    )


def _gained(first: Figure | None, last: Figure | None) -> int | None:
    if first is None or last is None or first.registered is None or last.registered is None:
        return None
    if first.as_of == last.as_of and first.kind == last.kind:
        return None  # one figure twice is no gain
    return last.registered - first.registered


class _Said:
    """When people first told us that they sent the form, and that the commune confirmed it, by place and day."""

    def __init__(self, kinds: Iterable[PledgeKind], sight: Sight, campaign: Campaign) -> None:
        self.sent: defaultdict[str, Counter[date]] = defaultdict(Counter)
        self.confirmed: defaultdict[str, Counter[date]] = defaultdict(Counter)
        zone = zone_of(campaign)
        for kind in kinds:
            pledges = seen_pledges(kind, sight).filter(standing__in=_SAID_SENT)
            moves = PledgeMove.objects.filter(pledge__in=pledges.values("pk"), standing__in=_SAID_SENT).order_by()
            complete = Min("at", filter=Q(standing=Standing.COMPLETE))
            firsts = moves.values("pledge").annotate(sent=Min("at"), confirmed=complete)
            for code, sent, confirmed in firsts.values_list("pledge__territory_code", "sent", "confirmed"):
                self.sent[code][sent.astimezone(zone).date()] += 1
                if confirmed is not None:
                    self.confirmed[code][confirmed.astimezone(zone).date()] += 1

    def within(self, told: dict[str, Counter[date]], code: str | None, first: date, last: date) -> int:
        """Return how many told us after ``first`` and by ``last`` in a place, or anywhere."""
        places = told.values() if code is None else [told.get(code, Counter())]
        return sum(number for days in places for day, number in days.items() if first < day <= last)


def _line(line: Comparison, first: Figure | None, said: _Said, sight: Sight, code: str | None) -> GainLine:
    last, sent, confirmed, at_most = line.now, 0, 0, None
    gained = _gained(first, last)
    if first is not None and last is not None and gained is not None:
        span = first.as_of.day, last.as_of.known_on
        sent, confirmed = said.within(said.sent, code, *span), said.within(said.confirmed, code, *span)
        if gained > 0:
            # In tens, the bound is rounded up: rounded down it would be none.
            bound = sent if sight.is_exact else -(-sent // LEAST_SHOWN) * LEAST_SHOWN
            at_most = min(gained, bound)
    if not sight.is_exact:
        sent, confirmed = in_tens(sent), in_tens(confirmed)
    return GainLine(line.name, line.code, first, last, sent, confirmed, at_most)
