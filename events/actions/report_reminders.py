"""Asking organisers for the report until it is in: the morning after, then twice more."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from accounts.languages import language_of
from accounts.models import User
from campaigns.zones import span_in
from events.enums import EventStatus
from events.models import Event
from messaging.actions.queue import Draft, queue_service_messages
from people.canonical import canonical_email
from people.consent import ContactPurpose
from people.enums import Channel, Purpose

# Days after the event, at nine in its time zone. The last one is of use for a week.
ASK_AFTER = (1, 3, 7)
HOUR = time(9)
LAST_USEFUL_FOR = timedelta(days=7)
BATCH = 200
_SERVICE_MAIL = ContactPurpose(Purpose.SERVICE, Channel.EMAIL)


def ask_moments(event: Event) -> list[datetime]:
    """Return when the organiser is asked for the report, the first moment first."""
    day = event.ends_at.astimezone(event.zone).date()
    return [datetime.combine(day + timedelta(days=days), HOUR, event.zone) for days in ASK_AFTER]


def request_due(event: Event, at: datetime) -> tuple[int, datetime, datetime] | None:
    """Return (number, since when, of use until) of the request that holds at ``at``, the latest one only."""
    moments = ask_moments(event)
    ends = [*moments[1:], moments[-1] + LAST_USEFUL_FOR]
    for number, (due, useless) in enumerate(zip(moments, ends, strict=True)):
        if due <= at < useless:
            return number, due, useless
    return None


@transaction.atomic
def queue_report_requests(*, at: datetime) -> int:
    """Queue the mails that ask organisers for reports not in, and return how many events were considered.

    One row per event, request and organiser; after an outage the latest request only. Safe to run at any time, twice
    and at once. An event without an organiser is on the list of awaited reports.
    """
    since = at - timedelta(days=max(ASK_AFTER) + 1) - LAST_USEFUL_FOR
    rows = (
        Event.objects.filter(
            status__in=(EventStatus.PUBLISHED, EventStatus.CLOSED),
            ends_at__lte=at,
            ends_at__gt=since,
            organiser__is_active=True,
        )
        .select_related("organiser__wagtail_userprofile")
        .order_by("pk")
    )
    drafts, considered = [], 0
    for event in rows.iterator(chunk_size=BATCH):
        due = request_due(event, at)
        if due is not None and event.organiser is not None:
            considered += 1
            drafts.append(_draft(event, event.organiser, *due))
    queue_service_messages(drafts=drafts)
    return considered


def _draft(event: Event, organiser: User, number: int, due: datetime, useless: datetime) -> Draft:
    language = language_of(organiser)
    with translation.override(language):
        when = span_in(event.starts_at, event.ends_at, event.zone)
    return Draft(
        idempotency_key=f"report-request:event:{event.pk}:{number}-u{organiser.pk}",
        purpose=_SERVICE_MAIL,
        template="report_request",
        address=organiser.email,
        canonical=canonical_email(organiser.email),
        language=language,
        not_before=due,
        expires_at=useless,
        context={
            "event": event.pk,
            "name": organiser.first_name,
            "title": event.title,
            "when": when,
            "url": settings.PUBLIC_URL + reverse("staff_event_reports:report", args=[event.pk]),
        },
    )
