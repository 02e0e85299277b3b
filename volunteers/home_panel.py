"""Shifts at risk, on the first page of the staff area."""

from typing import TYPE_CHECKING, Any, cast

from django.template.context import Context
from django.utils import timezone
from wagtail.admin.ui.components import Component

from volunteers.models import Shift
from volunteers.selectors.at_risk import shifts_at_risk
from volunteers.viewsets.at_risk import RiskRow, row_of

if TYPE_CHECKING:
    from accounts.models import User

SHOWN = 5


class ShiftsAtRiskPanel(Component):
    """The next shifts at risk; nothing for people without shifts or without risk."""

    name = "carillon_shifts"
    template_name = "volunteers/staff/home_panel.html"
    order = 55

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        user = cast("User", parent_context["request"].user)
        rows: list[RiskRow] = []
        if user.has_perm("volunteers.view_shift"):
            rows = [row_of(row) for row in shifts_at_risk(Shift.objects.visible_to(user), timezone.now())]
        return {"rows": rows[:SHOWN], "more": max(len(rows) - SHOWN, 0)}
