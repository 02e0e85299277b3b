"""Ledgers that must be brought up to date, on the first page of the staff area."""

from typing import TYPE_CHECKING, Any, cast

from django.template.context import Context
from django.utils import timezone
from wagtail.admin.ui.components import Component

from campaigns.selectors.transparency import alarms_for, untold_for

if TYPE_CHECKING:
    from accounts.models import User

SHOWN = 5


class LedgerPanel(Component):
    """What is due, and sponsors the register does not know of yet; nothing for people who keep no ledger."""

    name = "carillon_ledgers"
    template_name = "campaigns/staff/home_panel.html"
    order = 65

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        user = cast("User", parent_context["request"].user)
        if not user.has_perm("campaigns.change_ledger"):
            return {"alarms": [], "untold": []}
        on = timezone.localdate()
        return {"alarms": alarms_for(user, on=on)[:SHOWN], "untold": untold_for(user, on=on)[:SHOWN]}
