"""Reads of the ledger shaped for screens."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Min, Q

from messaging.actions.number_checks import ASK_AGAIN_AFTER, TEMPLATE
from messaging.enums import NEVER_SENT, MessageStatus
from messaging.models import OutboundMessage
from messaging.querysets import OutboundMessageQuerySet
from messaging.wordings import NoWording, languages_of, newest_wordings, pick_wording, wording_for
from people.addresses import address_index
from people.enums import Channel
from people.models import ContactPoint, Supporter

__all__ = [
    "NoWording",
    "backlog_minutes",
    "languages_of",
    "may_be_under_way",
    "may_cross_word",
    "newest_wordings",
    "pick_wording",
    "wording_for",
]


def backlog_minutes(*, rows: OutboundMessageQuerySet, at: datetime) -> int | None:
    """Return for how many whole minutes the oldest of ``rows`` that is due has waited; None: none waits."""
    oldest = rows.due(at).order_by().aggregate(oldest=Min("not_before"))["oldest"]
    return None if oldest is None else int((at - oldest).total_seconds() // 60)


# A provider's call that lasts longer than this was cut long ago.
LONGEST_CALL = timedelta(days=1)


def may_be_under_way(indexes: Iterable[str], *, at: datetime) -> bool:
    """Whether a letter to one of these addresses (keyed hashes) may be in a provider's call at this moment.

    To be asked after a withdrawal was committed, by whoever acknowledges it: delivery asks consent between making a row
    SENDING and the call, so what did not see the withdrawal is found here. A row that was SENDING for so long that it
    was given up as UNKNOWN counts for a day.
    """
    in_call = Q(status=MessageStatus.SENDING)
    given_up = Q(status=MessageStatus.UNKNOWN, claimed_at__gt=at - LONGEST_CALL)
    rows = OutboundMessage.objects.filter(address_index__any_of=list(indexes)).order_by()
    return any(rows.filter(condition).exists() for condition in (in_call, given_up))


def may_cross_word(points: Iterable[ContactPoint], *, at: datetime) -> bool:
    """Whether a message handed over a moment ago may cross what was just said of these addresses; see above."""
    return may_be_under_way([address_index(point.channel, point.canonical) for point in points], at=at)


def number_waiting_for_yes(supporter: Supporter, *, at: datetime) -> ContactPoint | None:
    """Return the person's number that was asked whether it is theirs and has not answered; one query."""
    asked = OutboundMessage.objects.filter(
        contact_point__supporter=supporter,
        contact_point__verified_at__isnull=True,
        channel=Channel.SMS,
        template=TEMPLATE,
        not_before__gt=at - ASK_AGAIN_AFTER,
    ).exclude(status__in=[*NEVER_SENT, MessageStatus.FAILED])
    question = asked.select_related("contact_point").order_by("-pk").first()
    return question.contact_point if question is not None else None
