"""The menu of trainings and shifts."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSetGroup

from volunteers.viewsets.shift_templates import ShiftTemplateViewSet
from volunteers.viewsets.shifts import HoursViewSet, ShiftViewSet
from volunteers.viewsets.trainings import CertificateViewSet, CurriculumViewSet, SessionViewSet


class ShiftsAtRiskItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("volunteers.view_shift"))


class TrainingsGroup(ViewSetGroup):
    menu_label = _("Planning")
    menu_icon = "date"
    menu_name = "trainings"
    menu_order = 175
    items = (CurriculumViewSet, SessionViewSet, CertificateViewSet, ShiftViewSet, ShiftTemplateViewSet, HoursViewSet)

    def get_submenu_items(self) -> list[Any]:
        """Begin with what cannot wait."""
        at_risk = ShiftsAtRiskItem(
            _("Shifts at risk"),
            reverse_lazy("staff_shifts:at_risk"),
            name="shifts-at-risk",
            icon_name="warning",
            order=-1,
        )
        return [at_risk, *super().get_submenu_items()]
