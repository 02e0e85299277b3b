"""What waits for the reader, on the first page of the staff area: their tasks, and broadcasts to say yes or no to."""

from typing import TYPE_CHECKING, Any, cast

from django.template.context import Context
from django.utils import timezone
from wagtail.admin.ui.components import Component

from audiences.models import Broadcast, StaffTask

if TYPE_CHECKING:
    from accounts.models import User

SHOWN = 5


class TasksPanel(Component):
    """The most urgent of somebody's open tasks; nothing for people who have none."""

    name = "carillon_tasks"
    template_name = "audiences/staff/tasks_panel.html"
    order = 45

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        user = cast("User", parent_context["request"].user)
        if not user.has_perm("audiences.view_stafftask"):
            return {"lines": []}
        mine = StaffTask.objects.visible_to(user).open().owned_by(user).order_by("due_date", "pk")
        today = timezone.localdate()
        return {"lines": [(task, task.due_date < today) for task in mine[:SHOWN]], "count": mine.count()}


class ApprovalsPanel(Component):
    """Those the reader may approve, the longest waiting first; nothing where there are none."""

    name = "carillon_broadcasts"
    template_name = "audiences/staff/broadcasts_home_panel.html"
    order = 50

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        user = cast("User", parent_context["request"].user)
        if not user.has_perm("audiences.approve_broadcast"):
            return {"broadcasts": [], "more": 0}
        waiting = Broadcast.objects.approvable_by(user).select_related("author", "campaign").order_by("submitted_at")
        found = list(waiting[: SHOWN + 1])
        return {"broadcasts": found[:SHOWN], "more": waiting.count() - SHOWN if len(found) > SHOWN else 0}
