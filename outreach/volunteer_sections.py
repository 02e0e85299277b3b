"""What outreach knows of a volunteer (settings.VOLUNTEER_SECTIONS, VOLUNTEER_CONTACT_COUNTS)."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from outreach.enums import CONVERSATIONS, Outcome
from outreach.models import CanvassingEffort, OutreachContact
from people.staff_sections import Section
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from accounts.models import User


def contacts_of(volunteer: Volunteer, user: "User") -> Section:
    """Return the volunteer's conversations as figures, per effort of their campaign: nobody they spoke to is named."""
    found = (
        OutreachContact.objects.counting().filter(mobiliser=volunteer.user_id, effort__campaign=volunteer.campaign_id)
        if volunteer.user_id
        else OutreachContact.objects.none()
    )
    counted = found.values("effort", "outcome").annotate(count=Count("pk")).order_by("effort", "outcome")
    titles = dict(CanvassingEffort.objects.filter(campaign=volunteer.campaign_id).values_list("pk", "title"))
    labels = dict(Outcome.choices)
    rows = [
        [titles.get(row["effort"], "–"), labels.get(row["outcome"], row["outcome"]), row["count"]] for row in counted
    ]
    return Section(
        _("Conversations"), [_("Effort"), _("Outcome"), _("How many")], rows, _("No conversation is recorded yet.")
    )


def contact_counts(user_ids: Iterable[int], since: datetime, until: datetime) -> dict[int, int]:
    """Return how many conversations each login recorded from ``since`` until before ``until``; none: left out."""
    found = OutreachContact.objects.counting().filter(
        mobiliser__in=list(user_ids), outcome__in=CONVERSATIONS, occurred_at__gte=since, occurred_at__lt=until
    )
    return dict(found.order_by().values("mobiliser").annotate(count=Count("pk")).values_list("mobiliser", "count"))
