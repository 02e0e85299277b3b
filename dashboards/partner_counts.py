"""What every partner of a campaign brought: a fixed number of grouped queries, whatever was signed and by how many."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from campaigns.enums import Grain, Metric
from campaigns.models import Campaign, Partnership, Tally
from campaigns.zones import local_day
from dashboards.partner_rules import LATELY
from events.models import Event
from outreach.enums import CONVERSATIONS
from outreach.models import OutreachContact
from volunteers.models import Volunteer

_METRICS = {
    Metric.SIGNATURES.value: "signatures",
    Metric.PLEDGES.value: "pledges",
    Metric.PLEDGES_ACTED.value: "acted",
}


@dataclass
class Counts:
    """What one partner brought to one campaign. ``lately`` holds the last seven days of what has a day."""

    signatures: int = 0
    pledges: int = 0
    acted: int = 0
    events: int = 0
    events_to_come: int = 0
    volunteers: int = 0
    contacts: int = 0
    signatures_today: int = 0
    lately: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    last_day: date | None = None

    @property
    def is_active(self) -> bool:
        """Whether it brought anything that is counted."""
        return bool(self.signatures or self.pledges or self.events or self.contacts)


@dataclass(frozen=True)
class Partners:
    """All partners of a campaign with what they brought. ``as_of`` None: nothing has been counted yet."""

    campaign: Campaign
    partnerships: tuple[Partnership, ...]
    counts: dict[int, Counts]
    today: date
    at: datetime
    as_of: datetime | None

    def others_of(self, partnership: Partnership) -> Iterator[Counts]:
        """Yield what the other active partners brought, those who left and those who brought nothing left out."""
        for other in self.partnerships:
            if other.pk != partnership.pk and other.left_at is None and self.counts[other.pk].is_active:
                yield self.counts[other.pk]


def partner_counts(campaign: Campaign, *, at: datetime) -> Partners:
    """Return what every partner of a campaign brought, in seven queries."""
    today = local_day(at, campaign)
    partnerships = tuple(_partnerships(campaign))
    counts = {partnership.pk: Counts(last_day=partnership.last_day) for partnership in partnerships}  # type: ignore[attr-defined]
    by_organisation = {partnership.organisation_id: counts[partnership.pk] for partnership in partnerships}
    _add_tallies(counts, campaign)
    _add_lately(counts, campaign, today)
    _add_events(by_organisation, campaign, at)
    _add_volunteers(by_organisation, campaign)
    _add_contacts(by_organisation, campaign, at)
    return Partners(campaign, partnerships, counts, today, at, counted_at(campaign))


def counted_at(campaign: Campaign) -> datetime | None:
    """Return when the counting job last changed anything of the campaign."""
    # A union of two lookups by the index of each: with an OR they would read every tally of the campaign.
    totals = Tally.objects.totals()
    signed = totals.filter(petition__campaign=campaign, metric=Metric.SIGNATURES)
    pledged = totals.filter(pledge_kind__campaign=campaign, metric=Metric.PLEDGES)
    moments = [rows.values_list("counted_at", flat=True) for rows in (signed, pledged)]
    return max(moments[0].union(moments[1]), default=None)


def _partnerships(campaign: Campaign) -> "QuerySet[Partnership]":
    days = Tally.objects.by(Grain.PARTNER_DAY).filter(partnership=OuterRef("pk"), count__gt=0).order_by("-day")
    rows = Partnership.objects.filter(campaign=campaign).annotate(last_day=Subquery(days.values("day")[:1]))
    return rows.select_related("organisation", "territory").defer("territory__outline").order_by("organisation__name")


def _add_tallies(counts: dict[int, Counts], campaign: Campaign) -> None:
    rows = Tally.objects.by(Grain.PARTNER).filter(campaign=campaign, partnership__isnull=False, metric__in=_METRICS)
    for pk, metric, count in rows.order_by().values_list("partnership", "metric").annotate(n=Sum("count")):
        setattr(counts[pk], _METRICS[metric], count)


def _add_lately(counts: dict[int, Counts], campaign: Campaign, today: date) -> None:
    days = Q(day__gt=today - timedelta(days=LATELY), day__lte=today)
    rows = Tally.objects.by(Grain.PARTNER_DAY).filter(days, partnership__campaign=campaign, metric__in=_METRICS)
    sums = rows.order_by().values_list("partnership", "metric")
    for pk, metric, count, now in sums.annotate(n=Sum("count"), now=Sum("count", filter=Q(day=today))):
        counts[pk].lately[_METRICS[metric]] = count
        if metric == Metric.SIGNATURES:
            counts[pk].signatures_today = now or 0


def _add_events(counts: dict[int, Counts], campaign: Campaign, at: datetime) -> None:
    over = Q(ends_at__lte=at)
    rows = Event.objects.going_on().filter(campaign=campaign).order_by().values("organisation")
    for row in rows.annotate(
        held=Count("pk", filter=over),
        lately=Count("pk", filter=over & Q(ends_at__gt=at - timedelta(days=LATELY))),
        to_come=Count("pk", filter=Q(ends_at__gt=at)),
    ):
        if found := counts.get(row["organisation"]):
            found.events, found.events_to_come = row["held"], row["to_come"]
            found.lately["events"] = row["lately"]


def _add_volunteers(counts: dict[int, Counts], campaign: Campaign) -> None:
    rows = Volunteer.objects.working().filter(campaign=campaign).order_by().values_list("organisation")
    for organisation, number in rows.annotate(n=Count("pk")):
        if found := counts.get(organisation):
            found.volunteers = number


def _add_contacts(counts: dict[int, Counts], campaign: Campaign, at: datetime) -> None:
    spoken = OutreachContact.objects.counting().filter(outcome__in=CONVERSATIONS, occurred_at__lte=at)
    rows = spoken.filter(effort__campaign=campaign).order_by().values_list("organisation")
    late = Q(occurred_at__gt=at - timedelta(days=LATELY))
    for organisation, number, lately in rows.annotate(n=Count("pk"), late=Count("pk", filter=late)):
        if found := counts.get(organisation):
            found.contacts, found.lately["contacts"] = number, lately
