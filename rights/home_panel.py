"""Requests about data that are nearly due or late, on the first page of the staff area."""

from typing import TYPE_CHECKING, Any, cast

from django.template.context import Context
from django.utils import timezone
from wagtail.admin.ui.components import Component

from core.models import Heartbeat
from rights.actions.erased_again import UNWRITTEN
from rights.models import RightsRequest
from rights.selectors import nearly_due
from rights.viewsets import clock_words

if TYPE_CHECKING:
    from accounts.models import User

SHOWN = 5


class RequestsPanel(Component):
    """The most urgent first, without anybody's name; nothing for people who see no requests."""

    name = "carillon_data_requests"
    template_name = "rights/staff/home_panel.html"
    order = 46

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        user = cast("User", parent_context["request"].user)
        if not user.has_perm("rights.view_rightsrequest"):
            return {"requests": []}
        is_unwritten = Heartbeat.objects.filter(name=UNWRITTEN).exists()
        on = timezone.localdate()
        rows: list[Any] = list(nearly_due(RightsRequest.objects.all().visible_to(user), on)[:SHOWN])
        for row in rows:
            row.clock, row.is_late = clock_words(row, on)
        return {"requests": rows, "is_unwritten": is_unwritten}
