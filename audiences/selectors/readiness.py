"""What keeps a broadcast from being handed in, in sentences for its author."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from audiences.models import Broadcast, BroadcastVariant
from audiences.segment_rules import InvalidRule
from audiences.selectors.broadcast_reach import count_reachable
from audiences.selectors.members import SegmentCycle, SegmentTooLong, UnknownSegment
from campaigns.models import Partnership
from messaging.wordings import newest_wordings
from people.enums import Purpose


def problems_of(broadcast: Broadcast, at: datetime) -> list[str]:
    """Return everything that must be mended before it can be sent; nothing: it may go."""
    return [*_of_sender(broadcast), *_of_texts(broadcast), *_of_time(broadcast, at), *_of_audience(broadcast, at)]


def leads(broadcast: Broadcast) -> bool:
    """Whether its organisation leads its campaign."""
    return broadcast.campaign.organisation_id == broadcast.organisation_id


def _of_sender(broadcast: Broadcast) -> Iterator[str]:
    partnership = Partnership.objects.active().filter(
        campaign=broadcast.campaign_id, organisation=broadcast.organisation_id
    )
    if not leads(broadcast) and not partnership.exists():
        yield _("The organisation takes no part in this campaign any more.")
    if leads(broadcast) and broadcast.purpose == Purpose.PARTNER_NEWS:
        yield _("Partner news are sent by a partner, not by who leads the campaign.")


def _of_texts(broadcast: Broadcast) -> Iterator[str]:
    variants: list[BroadcastVariant] = list(broadcast.variants.select_related("text"))
    if not variants:
        yield _("Choose a text.")
    newest = newest_wordings(variant.text for variant in variants)
    for variant in variants:
        told = {"text": variant.text.name}
        if not newest[variant.text_id]:
            yield _("“%(text)s” has no words in any language yet.") % told
        if variant.text.channel != broadcast.channel:
            yield _("“%(text)s” is written for another channel.") % told
        if variant.text.organisation_id != broadcast.organisation_id:
            yield _("“%(text)s” is another organisation’s text.") % told


def _of_time(broadcast: Broadcast, at: datetime) -> Iterator[str]:
    if broadcast.expires_at is None:
        return
    if broadcast.expires_at <= at:
        yield _("It was useful until a moment that is over.")
    elif broadcast.scheduled_at is not None and broadcast.expires_at <= broadcast.scheduled_at:
        yield _("It is to be sent after the moment until which it is useful.")


def _of_audience(broadcast: Broadcast, at: datetime) -> Iterator[str]:
    segments = [*broadcast.included.all(), *broadcast.excluded.all()]
    if not broadcast.included.exists():
        yield _("Choose to whom it goes.")
        return
    if any(segment.organisation_id != broadcast.organisation_id for segment in segments):
        yield _("One of the segments is another organisation’s.")
        return
    try:
        people = count_reachable(broadcast, at)
    except (InvalidRule, UnknownSegment, SegmentCycle, SegmentTooLong):
        yield _("One of the segments cannot be worked out: open it and save it again.")
        return
    if not people:
        yield _("Nobody in these segments may be written to for this purpose on this channel.")
