"""How many a rule means, in which languages, and how many of them a message would reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Mod

from audiences.segment_rules import Rule
from audiences.selectors.ground import Ground
from audiences.selectors.members import members_on
from campaigns.models import Campaign
from people.consent import ContactPurpose, agreeing_points, consenting_points, suppressed_among
from people.enums import Channel, Purpose
from people.models import ContactPoint

SAMPLE = 2_000


@dataclass(frozen=True)
class Size:
    """How many people, and how many of them by the code of their language, the most first."""

    people: int
    languages: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ChannelReach:
    """Of ``people``, how many a channel reaches and why it does not reach the others; each is counted once.

    ``suppressed`` is estimated from a sample where there are many (``is_estimate``): suppressions are kept by keyed
    hash, and every address is asked again when it is queued.
    """

    channel: Channel
    people: int
    reached: int
    no_address: int
    unproved: int
    not_allowed: int
    paused: int
    suppressed: int
    is_estimate: bool


def size_of(rule: Rule | Mapping[str, Any], ground: Ground) -> Size:
    """Count a rule's people, by language; one query."""
    rows = members_on(rule, ground).values("language").annotate(people=Count("pk")).order_by()
    counted = sorted(((row["language"], row["people"]) for row in rows), key=lambda each: (-each[1], each[0]))
    return Size(sum(people for _language, people in counted), tuple(counted))


def purpose_for(ground: Ground, campaign: Campaign | None, channel: Channel) -> ContactPurpose:
    """Return what the organisation's news about a campaign (None: about all) is written for.

    Its own campaign's news where it leads, else its own as a partner.
    """
    scope = campaign.slug if campaign else ""
    leads = campaign.pk in ground.led if campaign else bool(ground.led)
    return ContactPurpose(Purpose.CAMPAIGN_NEWS if leads else Purpose.PARTNER_NEWS, channel, ground.organisation, scope)


def reach_of(rule: Rule | Mapping[str, Any], ground: Ground, purpose: ContactPurpose, people: int) -> ChannelReach:
    """Say how far a purpose's channel reaches into a rule's ``people`` (their number, as `size_of` counted it)."""
    ids = members_on(rule, ground).values("pk")
    points = ContactPoint.objects.filter(channel=purpose.channel, supporter__in=ids)
    addressed = _people(points)
    proved = _people(points.filter(verified_at__isnull=False)) if addressed else 0
    allowed = agreeing_points(purpose, ground.at).filter(supporter__in=ids) if proved else points.none()
    allowing = _people(allowed)
    open_points = consenting_points(purpose, ground.at).filter(supporter__in=ids)
    unheld = _people(open_points) if allowing else 0
    suppressed, is_estimate = _suppressed(open_points, purpose.channel, unheld)
    return ChannelReach(
        channel=purpose.channel,
        people=people,
        reached=unheld - suppressed,
        no_address=max(people - addressed, 0),
        unproved=addressed - proved,
        not_allowed=proved - allowing,
        paused=allowing - unheld,
        suppressed=suppressed,
        is_estimate=is_estimate,
    )


def _people(points: QuerySet[ContactPoint]) -> int:
    found: int = points.aggregate(people=Count("supporter", distinct=True))["people"]
    return found


def _suppressed(points: QuerySet[ContactPoint], channel: Channel, people: int) -> tuple[int, bool]:
    """Return about how many of ``people`` have no address that is not suppressed, and whether that is estimated."""
    if not people:
        return 0, False
    stride = -(-people // SAMPLE)
    if stride > 1:
        points = points.annotate(place=Mod(F("supporter_id"), stride)).filter(place=0)
    sample = list(points.values_list("supporter_id", "canonical"))
    stopped = suppressed_among(channel, [canonical for _supporter, canonical in sample])
    asked = {supporter for supporter, _canonical in sample}
    free = {supporter for supporter, canonical in sample if canonical not in stopped}
    if stride == 1 or not asked:
        return len(asked - free), False
    return round(people * len(asked - free) / len(asked)), True
