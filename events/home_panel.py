"""Reports that are awaited, on the first page of the staff area."""

from typing import TYPE_CHECKING, Any, cast

from django.template.context import Context
from django.utils import timezone
from wagtail.admin.ui.components import Component

from campaigns.zones import span_in
from events.selectors.reports import awaited_reports

if TYPE_CHECKING:
    from accounts.models import User

SHOWN = 5


class ReportsPanel(Component):
    """The reports awaited longest; nothing for people who write none or when all are in."""

    name = "carillon_reports"
    template_name = "events/staff/home_panel.html"
    order = 55

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        user = cast("User", parent_context["request"].user)
        if not user.has_perm("events.change_outcomereport"):
            return {"lines": [], "more": 0}
        awaited = awaited_reports(user, timezone.now())
        events = list(awaited[: SHOWN + 1])
        lines = [(event, span_in(event.starts_at, event.ends_at, event.zone)) for event in events[:SHOWN]]
        return {"lines": lines, "more": awaited.count() - SHOWN if len(events) > SHOWN else 0}
