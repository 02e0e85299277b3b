from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSetGroup

from volunteers.home_panel import ShiftsAtRiskPanel
from volunteers.viewsets.agreements import AgreementTextViewSet
from volunteers.viewsets.people import VolunteerViewSet
from volunteers.viewsets.teams import SkillViewSet, TeamViewSet
from volunteers.viewsets.trainings_group import TrainingsGroup


class SeenVolunteersItem(MenuItem):
    """An entry for those who may see volunteers."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("volunteers.view_volunteer"))


class VolunteersGroup(ViewSetGroup):
    menu_label = _("Volunteers")
    menu_icon = "group"
    menu_name = "volunteers"
    menu_order = 180
    items = (VolunteerViewSet, TeamViewSet, AgreementTextViewSet, SkillViewSet)

    def get_submenu_items(self) -> list[Any]:
        """Begin with the pipeline, the list of those who wait, and the thanks."""
        first = [
            (_("Pipeline"), "pipeline", "grip"),
            (_("Waiting longest"), "waiting", "history"),
            (_("Thanks"), "recognition", "pick"),
        ]
        own = [
            SeenVolunteersItem(
                label,
                reverse_lazy(f"staff_volunteers:{screen}"),
                name=f"volunteers-{screen}",
                icon_name=icon,
                order=number - len(first),
            )
            for number, (label, screen, icon) in enumerate(first)
        ]
        return [*own, *super().get_submenu_items()]


@hooks.register("register_admin_viewset")
def register_volunteers() -> VolunteersGroup:
    return VolunteersGroup()


@hooks.register("register_admin_viewset")
def register_trainings() -> TrainingsGroup:
    return TrainingsGroup()


@hooks.register("insert_global_admin_css")
def volunteers_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("volunteers/staff/staff.css"))


@hooks.register("construct_homepage_panels")
def add_shifts_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(ShiftsAtRiskPanel())
