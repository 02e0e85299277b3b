"""How many threads of texts wait for somebody to read them, on the first page of the staff area."""

from typing import TYPE_CHECKING, Any, cast

from django.template.context import Context
from wagtail.admin.ui.components import Component

from messaging.models import InboundMessage

if TYPE_CHECKING:
    from accounts.models import User


class TextsPanel(Component):
    """Threads that wait, and how many of them the reader took; nothing where nothing waits."""

    name = "carillon_texts"
    template_name = "messaging/staff/texts_home_panel.html"
    order = 47

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        user = cast("User", parent_context["request"].user)
        if not user.has_perm("messaging.change_inboundmessage"):
            return {"count": 0}
        threads: Any = InboundMessage.objects.changeable_by(user).latest_of_threads().with_waiting()
        waiting = threads.filter(has_waiting=True).order_by()
        return {"count": waiting.count(), "mine": waiting.filter(assigned_to=user).count()}
