from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from audiences.home_panel import ApprovalsPanel, TasksPanel
from audiences.viewsets.broadcast_recipients import RecipientViewSet
from audiences.viewsets.broadcasts import BroadcastViewSet
from audiences.viewsets.journeys import JourneyViewSet
from audiences.viewsets.segments import SegmentViewSet
from audiences.viewsets.tasks import StaffTaskViewSet
from audiences.viewsets.ways import WayViewSet
from messaging.text_viewsets import TextViewSet


class AudiencesGroup(ViewSetGroup):
    menu_label = _("Audiences")
    menu_icon = "crosshairs"
    menu_name = "audiences"
    menu_order = 172
    items = (SegmentViewSet, BroadcastViewSet, JourneyViewSet, TextViewSet)


@hooks.register("register_admin_viewset")
def register_audiences() -> AudiencesGroup:
    return AudiencesGroup()


@hooks.register("register_admin_viewset")
def register_recipients() -> RecipientViewSet:
    """Give the people of a broadcast their address; the way there is the broadcast's own page."""
    return RecipientViewSet()


@hooks.register("register_admin_viewset")
def register_ways() -> WayViewSet:
    """Give the people of a journey their address; the way there is the journey's own page."""
    return WayViewSet()


@hooks.register("register_admin_viewset")
def register_tasks() -> StaffTaskViewSet:
    return StaffTaskViewSet()


@hooks.register("construct_homepage_panels")
def add_approvals_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(ApprovalsPanel())


@hooks.register("construct_homepage_panels")
def show_tasks(_request: HttpRequest, panels: list[Any]) -> None:
    panels.append(TasksPanel())
