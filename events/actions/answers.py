"""Answers to reminders: YES keeps the place, NO frees it, by a button in a mail or by a text message."""

from datetime import datetime

from events.actions.rsvps import LINK, cancel_rsvp, confirm_place
from events.enums import HOLDING, EventStatus
from events.models import Rsvp
from messaging.answer_words import read_answer
from messaging.enums import REACHED
from messaging.models import OutboundMessage
from people.enums import Channel
from people.models import ContactPoint

SMS = "sms:rsvp"


def answer_reminder(*, rsvp: Rsvp, is_coming: bool, at: datetime, by: str = LINK) -> Rsvp:
    """Write what somebody answered to a reminder and return the RSVP: YES keeps the place, NO cancels and frees it.

    Safe to call twice. YES raises what `confirm_place` raises, NO raises TooLate once the timeslot is over.
    """
    if is_coming:
        return confirm_place(rsvp=rsvp, at=at, is_by_link=by == LINK)
    return cancel_rsvp(rsvp=rsvp, by=by, at=at)


def find_reminded_rsvp(*, phone: str, at: datetime) -> Rsvp | None:
    """Return the RSVP a text from ``phone`` (canonical) speaks of: the next one its owner was reminded of by SMS.

    Reminders carry the RSVP's id under ``rsvp`` in their message's context. None where nobody was.
    """
    point = ContactPoint.objects.filter(channel=Channel.SMS, canonical=phone).first()
    if point is None:
        return None
    reminders = OutboundMessage.objects.filter(contact_point=point, channel=Channel.SMS, status__in=REACHED)
    contexts = reminders.filter(created_at__lte=at).order_by("-pk").values_list("context", flat=True)[:100]
    ids = {context["rsvp"] for context in contexts if "rsvp" in context}
    upcoming = Rsvp.objects.filter(
        pk__in=ids,
        supporter=point.supporter_id,
        event__status=EventStatus.PUBLISHED,
        timeslot__ends_at__gt=at,
        status__in=HOLDING,
    )
    return upcoming.order_by("timeslot__starts_at", "pk").first()


def answer_by_text(*, phone: str, text: str, at: datetime) -> Rsvp | None:
    """Do what a text message says, YES or NO, and return the RSVP; None where it is no answer or speaks of nothing."""
    is_coming = read_answer(text)
    rsvp = find_reminded_rsvp(phone=phone, at=at) if is_coming is not None else None
    if rsvp is None or is_coming is None:
        return None
    return answer_reminder(rsvp=rsvp, is_coming=is_coming, at=at, by=SMS)
