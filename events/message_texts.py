"""From a row of the ledger to the words of a reminder or of word of a change (settings.MESSAGE_CONTEXTS)."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import override

from events.enums import EventStatus, RsvpStatus
from events.links import answer_url, event_url, rsvp_url
from events.models import Rsvp
from events.querysets import SHOWN
from events.tokens import sign_rsvp
from events.when import slot_span
from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded
from messaging.sms_text import cut, plain_letters
from people.enums import Channel

_COMING = (RsvpStatus.COMING,)
_CONCERNED = (RsvpStatus.COMING, RsvpStatus.OFFERED, RsvpStatus.WAITING)
# What is left of 160 characters beside the longest English sentence, and for whom.
_SMS_TITLE, _SMS_PLACE, _SMS_ORGANISATION = 32, 26, 22


def reminder_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the words for somebody who still comes to something that still starts when the message says."""
    return _stoppable_words(_rsvp(message, _COMING, (EventStatus.PUBLISHED,)), message)


def feedback_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the words for somebody who came to something that took place at the message's time."""
    rsvp = _rsvp(message, _COMING, SHOWN)
    return {**_stoppable_words(rsvp, message), "feedback_url": _url("event_feedback", rsvp, message.language)}


def moved_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the words of a change, while the new time is the one the message was queued for.

    Who also helps at the event hears of nothing else: their shifts are named in it.
    """
    rsvp = _rsvp(message, _CONCERNED, (EventStatus.PUBLISHED,))
    duties = import_string(settings.EVENT_DUTIES)(rsvp.event_id, rsvp.supporter_id)
    return {**_words(rsvp, message), "is_coming": rsvp.status == RsvpStatus.COMING, "duties": duties}


def cancelled_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the words for somebody who had registered for something that was called off."""
    rsvp = _rsvp(message, _CONCERNED, (EventStatus.CANCELLED,))
    return {**_words(rsvp, message), "reason": rsvp.event.cancel_reason}


def _rsvp(message: OutboundMessage, statuses: tuple[RsvpStatus, ...], events: tuple[EventStatus, ...]) -> Rsvp:
    """Return the RSVP a message speaks of. Raises NotNeeded when it, its event or its time is another by now."""
    related = ("event__venue", "event__territory", "event__organisation", "event__campaign", "timeslot")
    rows = Rsvp.objects.select_related(*related).prefetch_related("event__texts")
    found = rows.filter(pk=message.context["rsvp"]).first()
    if found is None or found.status not in statuses or found.event.status not in events:
        raise NotNeeded
    if found.timeslot.starts_at != parse_datetime(message.context["starts_at"]):
        raise NotNeeded
    return found


def _stoppable_words(rsvp: Rsvp, message: OutboundMessage) -> dict[str, Any]:
    """Return the words of what comes by a schedule, with the address that stops it; word of a change does not stop."""
    return {**_words(rsvp, message), "unsubscribe_url": _url("event_reminders_stop", rsvp, message.language)}


def _words(rsvp: Rsvp, message: OutboundMessage) -> dict[str, Any]:
    event, slot, language = rsvp.event, rsvp.timeslot, message.language
    local = slot.starts_at.astimezone(event.zone)
    words = {
        "name": rsvp.full_name,
        "title": event.words(language).title,
        "when": slot_span(slot, event),
        "zone": event.time_zone.replace("_", " ") if event.online_url else "",
        "starts": f"{local:%H:%M}",
        "place": event.where,
        "people": rsvp.party_size,
        "organisation_name": event.organisation.name,
        "language": language,
    }
    if message.channel == Channel.SMS:
        return {**words, **_short(words), "day": plain_letters(date_format(local, "D j N"))}
    access = event.venue.access_notes if event.venue is not None else ""
    return {
        **words,
        "online_url": event.online_url,
        "access_notes": access,
        "answer_url": answer_url(rsvp, language),
        "manage_url": rsvp_url(rsvp, language),
        "event_url": event_url(event, language),
    }


def _short(words: dict[str, Any]) -> dict[str, str]:
    """Return what is of any length so that an English text fits one segment."""
    lengths = {"title": _SMS_TITLE, "place": _SMS_PLACE, "organisation_name": _SMS_ORGANISATION}
    return {name: cut(plain_letters(words[name]), most) for name, most in lengths.items()}


def _url(name: str, rsvp: Rsvp, language: str) -> str:
    with override(language):
        return settings.PUBLIC_URL + reverse(name, args=[sign_rsvp(rsvp)])
