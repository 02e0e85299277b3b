"""Reads of the ledger shaped for screens."""

from datetime import datetime

from django.db.models import Min

from messaging.actions.number_checks import ASK_AGAIN_AFTER, TEMPLATE
from messaging.enums import NEVER_SENT, MessageStatus
from messaging.models import OutboundMessage
from messaging.wordings import NoWording, languages_of, newest_wordings, pick_wording, wording_for
from people.enums import Channel
from people.models import ContactPoint, Supporter

__all__ = ["NoWording", "backlog_minutes", "languages_of", "newest_wordings", "pick_wording", "wording_for"]


def backlog_minutes(*, at: datetime) -> int | None:
    """Return for how many whole minutes the oldest message due has waited, over the whole ledger; None: none waits."""
    oldest = OutboundMessage.objects.due(at).aggregate(oldest=Min("not_before"))["oldest"]
    return None if oldest is None else int((at - oldest).total_seconds() // 60)


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
