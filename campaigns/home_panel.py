"""Calls the help desk promised, on the first page of the staff area."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Q
from django.template.context import Context
from django.utils import timezone
from wagtail.admin.ui.components import Component

from campaigns.models import PledgeNote
from campaigns.zones import zone_of

if TYPE_CHECKING:
    from accounts.models import User

SHOWN = 5
SOON = timedelta(hours=24)


class CallsPanel(Component):
    """The reader's calls, and nobody's, of the next 24 hours and those that are late; without anybody's name."""

    name = "carillon_calls"
    template_name = "campaigns/staff/calls_panel.html"
    order = 47

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        user = cast("User", parent_context["request"].user)
        if not user.has_perm("campaigns.view_pledgenote"):
            return {"calls": [], "count": 0}
        at = timezone.now()
        mine = Q(owner=user) | Q(owner=None)
        rows = PledgeNote.objects.changeable_by(user).due(at + SOON).filter(mine).order_by("due_at", "pk")
        calls: list[Any] = list(rows.select_related("pledge__campaign", "pledge__kind")[:SHOWN])
        for call in calls:
            call.when = call.due_at.astimezone(zone_of(call.pledge.campaign))
            call.is_late = call.due_at < at
        return {"calls": calls, "count": rows.count() if len(calls) == SHOWN else len(calls)}
