"""How somebody who registered is written to: where, in which language, for what."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Prefetch

from events.models import Event, Rsvp
from people.consent import ContactPurpose
from people.enums import Channel, Purpose
from people.models import ContactPoint

BATCH = 500


def pages(rows: Any) -> Iterator[list[Any]]:
    """Return rows in batches in the order of their ids, each read when it is asked for.

    No cursor stays open between two batches, so that SQLite may write in between.
    """
    last, is_more = 0, True
    while is_more:
        page = list(rows.filter(pk__gt=last).order_by("pk")[:BATCH])
        if page:
            yield page
            last = page[-1].pk
        is_more = len(page) == BATCH


def with_addresses(rsvps: Any) -> Any:
    """Fetch with each RSVP its person's addresses, in one query more: proved ones first, the newest first."""
    points = ContactPoint.objects.order_by("-verified_at", "-pk")
    return rsvps.select_related("supporter").prefetch_related(
        Prefetch("supporter__contact_points", queryset=points, to_attr="addresses")
    )


def message_language(rsvp: Rsvp) -> str:
    """Return the language the person registered in if we write it, else the first of ours."""
    return rsvp.language if rsvp.language in settings.LANGUAGE_NAMES else settings.LANGUAGE_CODE


def reminder_purpose(event: Event, channel: str) -> ContactPurpose:
    """Return what a reminder is asked as: AGENDA by e-mail, REMINDER, which is consented to, by SMS (ADR 16)."""
    purpose = Purpose.AGENDA if channel == Channel.EMAIL else Purpose.REMINDER
    return ContactPurpose(purpose, Channel(channel), event.organisation_id, event.campaign.slug)


def notice_purpose(event: Event, channel: str) -> ContactPurpose:
    """Return what word of a change is asked as: the answer to what they did by e-mail, consented to by SMS."""
    purpose = Purpose.SERVICE if channel == Channel.EMAIL else Purpose.REMINDER
    return ContactPurpose(purpose, Channel(channel), event.organisation_id, event.campaign.slug)
