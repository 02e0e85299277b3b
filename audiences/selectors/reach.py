"""How many a rule means, in which languages, and how many of them a message would reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audiences.segment_rules import Rule
from audiences.selectors.ground import Ground
from audiences.selectors.people_sets import PeopleSets
from campaigns.models import Campaign
from core.id_sets import ids_in
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


def size_of(rule: Rule | Mapping[str, Any], sets: PeopleSets) -> Size:
    """Count a rule's people, by language."""
    people = sets.members(rule)
    counted = sets.by_language(people).items()
    spoken = sorted((each for each in counted if each[1]), key=lambda each: (-each[1], each[0]))
    return Size(people.bit_count(), tuple(spoken))


def purpose_for(ground: Ground, campaign: Campaign | None, channel: Channel) -> ContactPurpose:
    """Return what the organisation's news about a campaign (None: about all) is written for.

    Its own campaign's news where it leads, else its own as a partner.
    """
    scope = campaign.slug if campaign else ""
    leads = campaign.pk in ground.led if campaign else bool(ground.led)
    return ContactPurpose(Purpose.CAMPAIGN_NEWS if leads else Purpose.PARTNER_NEWS, channel, ground.organisation, scope)


def reach_of(rule: Rule | Mapping[str, Any], sets: PeopleSets, purpose: ContactPurpose) -> ChannelReach:
    """Say how far a purpose's channel reaches into a rule's people."""
    people, at = sets.members(rule), sets.ground.at
    points = ContactPoint.objects.filter(channel=purpose.channel)
    addressed = people & sets.owners(points, among=people)
    proved = addressed & sets.owners(points.filter(verified_at__isnull=False), among=people)
    allowing = proved & sets.owners(agreeing_points(purpose, at), among=people)
    unheld = allowing & sets.owners(consenting_points(purpose, at), among=people)
    suppressed, is_estimate = _suppressed(unheld, purpose, at)
    return ChannelReach(
        channel=purpose.channel,
        people=people.bit_count(),
        reached=unheld.bit_count() - suppressed,
        no_address=(people & ~addressed).bit_count(),
        unproved=(addressed & ~proved).bit_count(),
        not_allowed=(proved & ~allowing).bit_count(),
        paused=(allowing & ~unheld).bit_count(),
        suppressed=suppressed,
        is_estimate=is_estimate,
    )


def _suppressed(unheld: int, purpose: ContactPurpose, at: datetime) -> tuple[int, bool]:
    """Return about how many people of a set have no address that is not suppressed, and whether that is estimated."""
    people = unheld.bit_count()
    if not people:
        return 0, False
    stride = -(-people // SAMPLE)
    points = consenting_points(purpose, at).filter(supporter__any_of=ids_in(unheld, stride))
    sample = list(points.values_list("supporter_id", "canonical"))
    stopped = suppressed_among(purpose.channel, [canonical for _supporter, canonical in sample])
    asked = {supporter for supporter, _canonical in sample}
    free = {supporter for supporter, canonical in sample if canonical not in stopped}
    if stride == 1 or not asked:
        return len(asked - free), False
    return round(people * len(asked - free) / len(asked)), True
