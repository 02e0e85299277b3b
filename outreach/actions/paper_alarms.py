"""Telling coordinators about paper that is overdue or must be destroyed: once per deadline, whatever reruns."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.enums import Role
from accounts.languages import language_of
from accounts.models import Membership
from messaging.actions.queue import Draft, queue_message
from messaging.models import OutboundMessage
from messaging.rendering import stored_context
from outreach.models import PaperBatch
from outreach.selectors.paper import alarms_among
from people.canonical import canonical_email
from people.consent import ContactPurpose
from people.enums import Channel, Purpose

USEFUL_FOR = timedelta(days=3)
_SERVICE_MAIL = ContactPurpose(Purpose.SERVICE, Channel.EMAIL)


@transaction.atomic
def queue_paper_alarms(*, at: datetime) -> int:
    """Queue a mail to every coordinator of the lead about each deadline that came near, and return how many.

    One mail per initiative, deadline, threshold (overdue back; 30, 7, 0 days before destruction) and coordinator: a
    hundred batches with one day make one mail, not a hundred. Batches that join a deadline later are on
    the home panel.
    Safe to run at any time and again; a day the job missed is caught up with the threshold that holds now.
    """
    on = timezone.localtime(at).date()
    groups: dict[tuple[int, str, date], list[PaperBatch]] = defaultdict(list)
    for alarm in alarms_among(PaperBatch.objects.all(), on=on):
        groups[alarm.batch.initiative_id, alarm.threshold, alarm.due_date].append(alarm.batch)
    queued = 0
    for (initiative_id, threshold, due), batches in groups.items():
        for membership in _coordinators(batches[0]):
            key = f"paper-alarm:initiative:{initiative_id}:{threshold}-{due:%Y%m%d}-u{membership.user_id}"
            queue_message(draft=_draft(key, membership, batches, threshold, due, at), at=at)
            queued += 1
    return queued


def _coordinators(batch: PaperBatch) -> list[Membership]:
    campaign = batch.initiative.campaign
    if campaign is None:
        return []
    found = Membership.objects.filter(
        organisation=campaign.organisation_id, role=Role.COORDINATOR, user__is_active=True
    )
    return list(found.select_related("user__wagtail_userprofile").order_by("user"))


def _draft(
    key: str, membership: Membership, batches: list[PaperBatch], threshold: str, due: date, at: datetime
) -> Draft:
    address = membership.user.email
    return Draft(
        idempotency_key=key,
        purpose=_SERVICE_MAIL,
        template="paper_alarm",
        address=address,
        canonical=canonical_email(address),
        language=language_of(membership.user),
        not_before=at,
        expires_at=at + USEFUL_FOR,
        context={
            "initiative": batches[0].initiative.registration_number,
            "threshold": threshold,
            "due": due.isoformat(),
            "count": len(batches),
            "numbers": ", ".join(str(batch) for batch in sorted(batches, key=lambda each: each.number)[:50]),
            "url": settings.PUBLIC_URL + reverse("staff_paper:due"),
        },
    )


def message_context(message: OutboundMessage) -> dict[str, Any]:
    """Return what was stored with the row, the day written as the language writes days (settings.MESSAGE_CONTEXTS)."""
    told = stored_context(message)
    return {**told, "due": date_format(date.fromisoformat(told["due"]), "DATE_FORMAT")}
