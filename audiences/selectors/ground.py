"""What an organisation may know: the ground on which its segments are worked out (docs/adr/0019)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Partnership, Petition, Pledge, Signature
from events.models import Rsvp
from outreach.enums import MatchStatus
from outreach.models import ContactIdentity
from people.consent import ContactPurpose, agreeing_points
from people.enums import Channel, Purpose
from people.models import Supporter
from volunteers.models import Volunteer

_FOUND = (MatchStatus.MATCHED, MatchStatus.CREATED)


@dataclass(frozen=True)
class Partaking:
    """One campaign the organisation takes part in as a partner."""

    partnership: int
    campaign: int
    slug: str


@dataclass(frozen=True)
class Ground:
    """One organisation at one moment: the campaigns it leads, and those it is an active partner in.

    The ids are read once, so that a rule becomes one query whose planner knows them.
    """

    organisation: int
    at: datetime
    led: tuple[int, ...]
    led_slugs: tuple[str, ...]
    led_petitions: tuple[int, ...]
    partaking: tuple[Partaking, ...]

    @property
    def campaigns(self) -> tuple[int, ...]:
        """The campaigns it leads or takes part in."""
        return (*self.led, *(each.campaign for each in self.partaking))

    @property
    def led_alone(self) -> "Ground":
        """The same without the campaigns it only takes part in."""
        return replace(self, partaking=())

    def signatures(self, petitions: tuple[int, ...] = ()) -> QuerySet[Signature]:
        """Return the counting signatures it may know of, under ``petitions`` or any: all it led to, and its own."""
        rows = Signature.objects.counting()
        if petitions:
            rows = rows.filter(petition__in=petitions)
            if set(petitions) <= set(self.led_petitions):
                return rows
        return rows.filter(self._signed())

    def pledges(self, kinds: tuple[int, ...] = ()) -> QuerySet[Pledge]:
        """Return the pledges nobody took back that it may know of, of ``kinds`` or any: all it led to, and its own."""
        rows = Pledge.objects.counting().filter(self._pledged())
        return rows.filter(kind__in=kinds) if kinds else rows

    def rsvps(self) -> QuerySet[Rsvp]:
        """Return the RSVPs, by proved addresses, to events of campaigns it leads and to its own."""
        return Rsvp.objects.filter(self._run("event__campaign", "event__organisation"), is_proved=True)

    def volunteers(self) -> QuerySet[Volunteer]:
        """Return the volunteers of campaigns it leads, and its own."""
        return Volunteer.objects.filter(self._run("campaign", "organisation"))

    def identities(self) -> QuerySet[ContactIdentity]:
        """Return who was met, as far as they are supporters: in campaigns it leads, and by its own mobilisers."""
        found = self._run("contact__effort__campaign", "contact__organisation")
        return ContactIdentity.objects.filter(found, status__in=_FOUND, supporter__isnull=False)

    def _signed(self) -> Q:
        own = [each.partnership for each in self.partaking]
        return Q(petition__in=self.led_petitions) | Q(partnership__in=own)

    def _pledged(self) -> Q:
        own = [each.partnership for each in self.partaking]
        return Q(campaign__in=self.led) | Q(partnership__in=own)

    def _run(self, campaign: str, organisation: str) -> Q:
        """Rows of a campaign it leads, or its own of a campaign it takes part in."""
        taking_part = [each.campaign for each in self.partaking]
        own = Q(**{f"{campaign}__in": taking_part, organisation: self.organisation})
        return Q(**{f"{campaign}__in": self.led}) | own


def ground_of(organisation_id: int, at: datetime) -> Ground:
    """Return what an organisation may know at a moment; four small queries."""
    leads = Partnership.objects.active().filter(organisation=organisation_id, role=PartnerRole.LEAD)
    led = Campaign.objects.filter(Q(organisation=organisation_id) | Q(pk__in=leads.values("campaign")))
    led_rows = list(led.order_by("pk").values_list("pk", "slug"))
    ids = tuple(pk for pk, _slug in led_rows)
    partaking = Partnership.objects.in_force().filter(organisation=organisation_id).exclude(campaign__in=ids)
    return Ground(
        organisation=organisation_id,
        at=at,
        led=ids,
        led_slugs=tuple(slug for _pk, slug in led_rows),
        led_petitions=tuple(Petition.objects.filter(campaign__in=ids).order_by("pk").values_list("pk", flat=True)),
        partaking=tuple(
            Partaking(*row) for row in partaking.order_by("pk").values_list("pk", "campaign_id", "campaign__slug")
        ),
    )


class Having(Exists):
    """One of ``rows`` is the person's; ``supporter`` leads from a row to them."""

    def __init__(self, rows: QuerySet[Any], supporter: str = "supporter") -> None:
        super().__init__(rows.order_by().filter(**{supporter: OuterRef("pk")}))
        self.rows, self.supporter = rows, supporter


class NoneOf(Exists):
    """None of the ``evidence`` is true of the person."""

    def __init__(self, evidence: list[Having]) -> None:
        unknown = Supporter.objects.filter(pk=OuterRef("pk"))
        for each in evidence:
            unknown = unknown.filter(~Q(each))
        super().__init__(unknown.order_by())
        self.evidence = evidence


def having(rows: QuerySet[Any], supporter: str = "supporter") -> Q:
    """Return the condition on supporters that one of ``rows`` is theirs; ``supporter`` leads from a row to them."""
    return Q(Having(rows, supporter))


def known_to(ground: Ground) -> Q:
    """Return the condition on supporters that an organisation knows them: what STAFF_SCOPES shows to who keeps people.

    Whoever signed, pledged, registered, volunteered or was met under a campaign it leads. Of a campaign it is a partner
    in: its own guests and volunteers, and those it brought or met who consented to it (`people.consent`), by either
    channel.
    """
    # "Not among those of whom nothing is true" instead of "one of these is true": databases hash an anti-join, and
    # look row by row for what is true of an OR.
    return _any_of(rows for rows, _moment in _evidence(ground))


def known_before(ground: Ground, moment: datetime) -> Q:
    """Return the condition that the organisation knew them before ``moment``, by what it may know of them now.

    When somebody first came to this site says what they did elsewhere, and is nobody's but theirs.
    """
    return _any_of(_before(ground, moment))


def not_known_before(ground: Ground, moment: datetime) -> Q:
    """Return the opposite of `known_before`, said so that each kind of row is an anti-join of its own.

    The negated condition would be a join of all people with themselves.
    """
    conditions = Q()
    for rows in _before(ground, moment):
        conditions &= ~having(rows)
    return conditions


def _before(ground: Ground, moment: datetime) -> Iterator[QuerySet[Any]]:
    return (rows.filter(**{f"{column}__lt": moment}) for rows, column in _evidence(ground))


def _any_of(evidence: Iterable[QuerySet[Any]]) -> Q:
    return ~Q(NoneOf([Having(rows) for rows in evidence]))


def _evidence(ground: Ground) -> Iterator[tuple[QuerySet[Any], str]]:
    """Return the rows by which an organisation knows people, each kind with the column that says since when."""
    met = ground.identities()
    if ground.led:
        yield Signature.objects.filter(petition__in=ground.led_petitions), "confirmed_at"
        yield Pledge.objects.filter(campaign__in=ground.led), "confirmed_at"
        yield met.filter(contact__effort__campaign__in=ground.led), "contact__occurred_at"
    yield ground.rsvps(), "created_at"
    yield ground.volunteers(), "created_at"
    for each in ground.partaking:
        brought = Signature.objects.filter(partnership=each.partnership)
        promised = Pledge.objects.filter(partnership=each.partnership)
        own = met.filter(contact__effort__campaign=each.campaign)
        for channel in Channel:
            purpose = ContactPurpose(Purpose.PARTNER_NEWS, channel, ground.organisation, each.slug)
            consenting = agreeing_points(purpose, ground.at).filter(supporter=OuterRef("supporter"))
            yield brought.filter(Exists(consenting)), "confirmed_at"
            yield promised.filter(Exists(consenting)), "confirmed_at"
            yield own.filter(Exists(consenting)), "contact__occurred_at"
