"""Telling coordinators about a ledger: it must be brought up to date, or a sponsor came above the threshold.

Once per occasion and coordinator, whatever reruns: the key of each message names its occasion.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.enums import Role
from accounts.languages import language_of
from accounts.models import User
from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Ledger, Sponsor
from campaigns.selectors.transparency import alarms_among
from campaigns.transparency_enums import LedgerPlace
from campaigns.transparency_rules import rule_on
from core.lists import listed
from messaging.actions.queue import Draft, queue_message
from messaging.models import OutboundMessage
from messaging.rendering import stored_context
from people.canonical import canonical_email
from people.consent import ContactPurpose
from people.enums import Channel, Purpose

USEFUL_FOR = timedelta(days=3)
_SERVICE_MAIL = ContactPurpose(Purpose.SERVICE, Channel.EMAIL)


@transaction.atomic
def queue_ledger_alarms(*, at: datetime) -> int:
    """Queue a mail to every coordinator about each ledger that must be brought up to date, and return how many.

    One mail per ledger, day, threshold (7 days before, the day itself) and coordinator. Safe to run at any time and
    again; a day the job missed is caught up with the threshold that holds now.
    """
    on = timezone.localtime(at).date()
    queued = 0
    for alarm in alarms_among(Ledger.objects.all(), on=on):
        ledger = alarm.ledger
        told = {"ledger": ledger.pk, "due": alarm.due_date.isoformat(), "places": [each.value for each in alarm.places]}
        for user in coordinators_of(ledger.campaign):
            key = f"ledger-due:ledger:{ledger.pk}:{alarm.threshold}-{alarm.due_date:%Y%m%d}-u{user.pk}"
            queue_message(draft=_draft(key, "ledger_due", user, told, at), at=at)
            queued += 1
    return queued


def tell_of_crossing(sponsor: Sponsor, *, at: datetime) -> None:
    """Queue a mail to every coordinator: this sponsor is above the threshold now. Call with the change itself.

    Once per crossing: who falls below and comes above again is told of again. Nobody is told once the duty is over.
    """
    ledger, on = sponsor.ledger, timezone.localtime(at).date()
    if sponsor.crossed_at is None or (ledger.ends_date is not None and ledger.ends_date < on):
        return
    told = {"ledger": ledger.pk, "sponsor": sponsor.pk}
    for user in coordinators_of(ledger.campaign):
        key = f"ledger-crossed:sponsor:{sponsor.pk}:{sponsor.crossed_at:%Y%m%dT%H%M%S.%f}-u{user.pk}"
        queue_message(draft=_draft(key, "ledger_crossed", user, told, at), at=at)


def coordinators_of(campaign: Campaign) -> list[User]:
    """Return who coordinates a campaign for an organisation that leads it, each once."""
    leading = Q(memberships__organisation=campaign.organisation_id) | Q(
        memberships__organisation__partnerships__campaign=campaign,
        memberships__organisation__partnerships__role=PartnerRole.LEAD,
        memberships__organisation__partnerships__left_at__isnull=True,
    )
    found = User.objects.filter(leading, memberships__role=Role.COORDINATOR, is_active=True)
    return list(found.select_related("wagtail_userprofile").distinct().order_by("pk"))


def _draft(key: str, template: str, user: User, told: dict[str, Any], at: datetime) -> Draft:
    return Draft(
        idempotency_key=key,
        purpose=_SERVICE_MAIL,
        template=template,
        address=user.email,
        canonical=canonical_email(user.email),
        language=language_of(user),
        not_before=at,
        expires_at=at + USEFUL_FOR,
        context=told,
    )


def due_context(message: OutboundMessage) -> dict[str, Any]:
    """Return what the mail about an update says (settings.MESSAGE_CONTEXTS)."""
    told = stored_context(message)
    ledger = Ledger.objects.select_related("campaign").get(pk=told["ledger"])
    return {
        **told,
        **_common(ledger),
        "due": date_format(date.fromisoformat(told["due"]), "DATE_FORMAT"),
        "places": listed([str(LedgerPlace(each).label) for each in told["places"]]),
    }


def crossed_context(message: OutboundMessage) -> dict[str, Any]:
    """Return what the mail about a sponsor says. A private person's name stays on the screen behind the sign-in."""
    told = stored_context(message)
    sponsor = Sponsor.objects.select_related("ledger__campaign").get(pk=told["sponsor"])
    return {
        **told,
        **_common(sponsor.ledger),
        "sponsor": "" if sponsor.is_private else sponsor.name,
        "threshold": rule_on(timezone.localtime(message.created_at).date()).threshold,
    }


def _common(ledger: Ledger) -> dict[str, Any]:
    url = settings.PUBLIC_URL + reverse("staff_ledgers:ledger", args=[ledger.pk])
    return {"campaign": ledger.campaign.title, "url": url}
