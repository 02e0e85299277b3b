"""Addresses of what stands about an event on the site, for messages and pages."""

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from django.utils.translation import override

from events.models import Event, Rsvp
from events.tokens import sign_rsvp


def event_url(event: Event, language: str) -> str:
    """Return the absolute address of the event's public page in ``language``; blank where there is none.

    settings.EVENT_PAGES names who knows: (event, language) -> absolute path, or blank.
    """
    if not settings.EVENT_PAGES:
        return ""
    path: str = import_string(settings.EVENT_PAGES)(event, language)
    return f"{settings.PUBLIC_URL}{path}" if path else ""


def rsvp_url(rsvp: Rsvp, language: str) -> str:
    """Return the absolute address of the page on which its person changes or cancels an RSVP."""
    with override(language):
        return settings.PUBLIC_URL + reverse("event_rsvp", args=[sign_rsvp(rsvp)])


def answer_url(rsvp: Rsvp, language: str) -> str:
    """Return the absolute address of the page with two buttons: I come, I cannot come."""
    with override(language):
        return settings.PUBLIC_URL + reverse("event_answer", args=[sign_rsvp(rsvp)])


def calendar_path(event: Event) -> str:
    """Return the path of the event's calendar file, or blank where the site has none."""
    try:
        return reverse("event_ics", args=[event.public_id])
    except NoReverseMatch:
        return ""
