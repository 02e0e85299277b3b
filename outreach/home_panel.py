"""Paper that waits, on the first page of the staff area."""

from typing import TYPE_CHECKING, Any, cast

from django.template.context import Context
from django.utils import timezone
from wagtail.admin.ui.components import Component

from outreach.selectors.paper import alarms_for

if TYPE_CHECKING:
    from accounts.models import User

SHOWN = 5


class PaperPanel(Component):
    """The most urgent batches; nothing for people without paper or without alarms."""

    name = "carillon_paper"
    template_name = "outreach/staff/home_panel.html"
    order = 60

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        user = cast("User", parent_context["request"].user)
        if not user.has_perm("outreach.view_paperbatch"):
            return {"alarms": [], "more": 0}
        alarms = alarms_for(user, on=timezone.localdate())
        return {"alarms": alarms[:SHOWN], "more": max(len(alarms) - SHOWN, 0)}
