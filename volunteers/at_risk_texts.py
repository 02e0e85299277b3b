"""The words for what is wrong with a shift, on screens and in the day's mail (settings.MESSAGE_CONTEXTS)."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from accounts.models import User
from campaigns.zones import local_span
from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded
from volunteers.models import Shift
from volunteers.selectors.at_risk import AtRisk, shifts_at_risk


def faults_of(row: AtRisk) -> list[str]:
    """Return what is wrong with a shift, a few words each."""
    found = []
    if row.missing:
        text = ngettext("%(count)s person is missing", "%(count)s people are missing", row.missing)
        found.append(text % {"count": row.missing})
    if row.covers:
        text = ngettext("%(count)s person asks to be covered", "%(count)s people ask to be covered", row.covers)
        found.append(text % {"count": row.covers})
    if row.lacks_language and row.taken:
        found.append(gettext("nobody speaks the language"))
    if row.nobody_trained and row.taken:
        found.append(gettext("nobody holds the certificate"))
    return found


def alarm_context(message: OutboundMessage) -> dict[str, Any]:
    """Return what is still at risk of what the message was queued for, as far as its reader may see it."""
    user = User.objects.filter(pk=message.context["user"], is_active=True).first()
    if user is None:
        raise NotNeeded
    named = Shift.objects.visible_to(user).filter(pk__in=message.context["shifts"])
    rows = shifts_at_risk(named, timezone.now())
    if not rows:
        raise NotNeeded
    lines = [
        (
            row.shift.full_title,
            local_span(row.shift.starts_at, row.shift.ends_at, row.shift.campaign),
            " · ".join(faults_of(row)),
            settings.PUBLIC_URL + reverse("staff_shifts:board", args=[row.shift.pk]),
        )
        for row in rows
    ]
    url = settings.PUBLIC_URL + reverse("staff_shifts:at_risk")
    return {
        "lines": lines,
        "count": len(lines),
        "campaign": rows[0].shift.campaign.title,
        "url": url,
        "language": message.language,
    }
