"""What waits for a second person, and unusual reading, on the first page of the staff area."""

from typing import TYPE_CHECKING, Any, cast

from django.template.context import Context
from django.utils import timezone
from wagtail.admin.ui.components import Component

from accounts.reading import alarms_for
from accounts.selectors import to_decide

if TYPE_CHECKING:
    from accounts.models import User

SHOWN = 5


class SafetyPanel(Component):
    """Large exports to decide about; for who watches over data protection, who read far more than usual."""

    name = "carillon_safety"
    template_name = "accounts/staff/home_panel.html"
    order = 55

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        user, at = cast("User", parent_context["request"].user), timezone.now()
        return {"waiting": to_decide(user, at)[:SHOWN], "alarms": alarms_for(user, at)[:SHOWN]}
