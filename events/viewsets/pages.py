"""What the pages about one event share: the event fetched through its viewer, and who may change it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _

from core.staff_page import StaffPage
from core.staff_views import refuse
from events.models import Event

TRAIL = (("staff_events:index", _("Events")),)


class EventPage(StaffPage):
    """One event. ``permission`` opens the page; every POST, and every GET where ``changes``, needs it to be theirs."""

    permission = "events.view_event"
    header_icon = "date"
    trail = TRAIL
    changes = False
    event: Event
    may_change: bool

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        seen = Event.objects.visible_to(user).select_related(
            "campaign", "organisation", "event_type", "venue", "territory", "organiser"
        )
        self.event = get_object_or_404(seen.defer("territory__outline"), pk=kwargs["pk"])
        may = user.has_perm("events.change_event")
        self.may_change = may and Event.objects.changeable_by(user).filter(pk=self.event.pk).exists()
        if (self.changes or request.method == "POST") and not self.may_change:
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return self.event.title

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "event": self.event, "may_change": self.may_change}

    def back(self, anchor: str = "") -> HttpResponse:
        response = redirect("staff_events:show", pk=self.event.pk)
        response["Location"] += anchor
        return response
