from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSetGroup

from events.home_panel import ReportsPanel
from events.viewsets.attendance import AttendanceViewSet
from events.viewsets.events import EventViewSet
from events.viewsets.reminders import ReminderRuleViewSet
from events.viewsets.reports import ReportViewSet
from events.viewsets.rsvps import RsvpViewSet
from events.viewsets.types import EventTypeViewSet
from events.viewsets.venues import VenueViewSet


class SeenEventsItem(MenuItem):
    """An entry for those who may see events."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("events.view_event"))


class EventsGroup(ViewSetGroup):
    menu_label = _("Events")
    menu_icon = "date"
    menu_name = "events"
    menu_order = 170
    items = (EventViewSet, RsvpViewSet, VenueViewSet, EventTypeViewSet, ReminderRuleViewSet, ReportViewSet)

    def get_submenu_items(self) -> list[Any]:
        """Begin with the calendar and with what needs people."""
        first = [(_("Calendar"), "calendar", "calendar"), (_("What needs people"), "people", "group")]
        own = [
            SeenEventsItem(
                label,
                reverse_lazy(f"staff_events:{screen}"),
                name=f"events-{screen}",
                icon_name=icon,
                order=number - len(first),
            )
            for number, (label, screen, icon) in enumerate(first)
        ]
        return [*own, *super().get_submenu_items()]


@hooks.register("register_admin_viewset")
def register_events() -> EventsGroup:
    return EventsGroup()


@hooks.register("register_admin_viewset")
def register_attendance() -> AttendanceViewSet:
    """Give the door its address; the way there is the event's own page."""
    return AttendanceViewSet()


@hooks.register("construct_homepage_panels")
def add_reports_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(ReportsPanel())
