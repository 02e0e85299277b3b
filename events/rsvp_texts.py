"""From a row of the ledger to the words of a letter about an RSVP (settings.MESSAGE_CONTEXTS)."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from events.enums import RsvpStatus
from events.links import calendar_path, event_url, rsvp_url
from events.models import Rsvp
from events.when import local_moment, slot_span
from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded
from people.canonical import canonical_email
from people.enums import Channel, SubmissionStatus
from people.models import Submission
from people.tokens import CONFIRM, sign_uuid

_STANDING = (RsvpStatus.COMING, RsvpStatus.WAITING)


def registered_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the words of a confirmation: a place, or the waiting list, as it stands when the letter is written.

    For a further form of the same person it says that they are registered already.
    """
    rsvp = _rsvp(message, _STANDING)
    is_known = message.submission_id is not None and message.submission_id != rsvp.submission_id
    return {**_words(rsvp, message), "is_known": is_known}


def offer_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the words of an offer that is still open."""
    rsvp = _rsvp(message, (RsvpStatus.OFFERED,))
    if rsvp.offer_expires_at is None or rsvp.offer_expires_at <= timezone.now():
        raise NotNeeded
    return {**_words(rsvp, message), "until": local_moment(rsvp.offer_expires_at, rsvp.event)}


def lapsed_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the words of "too late": back at the end of the line, or off the list. Nothing when offered anew."""
    rsvp = _rsvp(message, (RsvpStatus.WAITING, RsvpStatus.CANCELLED))
    if not rsvp.lapses:
        raise NotNeeded
    return {**_words(rsvp, message), "is_off": rsvp.status == RsvpStatus.CANCELLED}


def changed_context(message: OutboundMessage) -> dict[str, Any]:
    return _words(_rsvp(message, _STANDING), message)


def cancelled_context(message: OutboundMessage) -> dict[str, Any]:
    return _words(_rsvp(message, (RsvpStatus.CANCELLED,)), message)


def _rsvp(message: OutboundMessage, statuses: tuple[RsvpStatus, ...]) -> Rsvp:
    """Return the RSVP a letter speaks of. Raises NotNeeded when it has moved on, or its event is not to take place."""
    related = ("event__venue", "event__territory", "event__organisation", "event__campaign", "timeslot", "submission")
    rows = Rsvp.objects.select_related(*related).prefetch_related("event__texts")
    if "rsvp" in message.context:
        found = rows.filter(pk=message.context["rsvp"]).first()
    else:  # the form's author asked for the letter once more
        found = rows.filter(**_whose(message.submission)).first()
    if found is None or found.status not in statuses or found.event.is_cancelled:
        raise NotNeeded
    if found.timeslot.ends_at <= timezone.now():
        raise NotNeeded
    return found


def _whose(submission: Submission | None) -> dict[str, Any]:
    if submission is None or not submission.email:
        raise NotNeeded
    return {
        "event": submission.target_id,
        "supporter__contact_points__channel": Channel.EMAIL,
        "supporter__contact_points__canonical": canonical_email(submission.email),
    }


def _words(rsvp: Rsvp, message: OutboundMessage) -> dict[str, Any]:
    event, language = rsvp.event, message.language
    is_coming = rsvp.status == RsvpStatus.COMING
    calendar = calendar_path(event) if is_coming else ""
    return {
        "name": rsvp.full_name,
        "title": event.words(language).title,
        "when": slot_span(rsvp.timeslot, event),
        "place": event.where,
        "online_url": event.online_url if is_coming else "",
        "people": rsvp.party_size,
        "is_waiting": rsvp.status == RsvpStatus.WAITING,
        "manage_url": rsvp_url(rsvp, language),
        "event_url": event_url(event, language),
        "calendar_url": settings.PUBLIC_URL + calendar if calendar else "",
        "organisation_name": event.organisation.name,
        "language": language,
        **_form_links(rsvp, message.submission, language),
    }


def _form_links(rsvp: Rsvp, asked: Submission | None, language: str) -> dict[str, Any]:
    """Return the addresses for proving a form's address, without which nobody is reminded, and for disowning it.

    ``asked``: the form the letter answers, if any. Of the RSVP's own form nothing is asked any more once its address is
    proved, except what was ticked in it.
    """
    submission = asked or rsvp.submission
    nothing = {"confirm_url": "", "disown_url": "", "has_ticked": False}
    if submission is None or submission.status != SubmissionStatus.PENDING:
        return nothing
    has_ticked = any(choice["granted"] for choice in submission.consents)
    is_settled = rsvp.is_proved and asked is None
    if is_settled and not has_ticked:
        return nothing
    token = sign_uuid(submission.public_id, CONFIRM)
    with override(language):
        confirm, disown = reverse("confirm", args=[token]), reverse("disown", args=[token])
    return {
        "confirm_url": settings.PUBLIC_URL + confirm,
        "disown_url": "" if is_settled else settings.PUBLIC_URL + disown,
        "has_ticked": has_ticked,
    }
