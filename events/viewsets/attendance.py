"""Check-in at a desk with a laptop: the same door as on the phones, by the same action."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.viewsets.base import ViewSet

from campaigns.zones import span_in
from core import audit
from events.actions.check_in import ALREADY_IN, Taken, check_in, undo_check_in
from events.enums import CheckInVia, RsvpStatus
from events.forms.door import DoorForm
from events.models import Event
from events.querysets import SHOWN
from events.selectors.door import Door, Guest, door_of, hours_of, name_of
from events.viewsets.pages import TRAIL, EventPage

MOST_SHOWN = 200


class DoorView(EventPage):
    """Who is expected and who is in, with a button each; what was typed stays in the address, so Back works."""

    template_name = "events/staff/door.html"
    permission = "events.change_attendance"
    page_title = _("Check-in")
    header_icon = "group"
    trail = TRAIL
    changes = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.event.status not in SHOWN:
            messages.warning(request, gettext("This event does not take place: nobody is checked in."))
            return self.back()
        door = door_of(self.event)
        audit.record("events.rsvp.listed", by=request.user, target=self.event, count=len(door.guests))
        return self.render_to_response(self.get_context_data(**self._list(door)))

    def _list(self, door: Door) -> dict[str, Any]:
        typed = self.request.GET.get("q", "").strip()
        found = [guest for guest in door.guests if _is_shown(guest, typed)]
        event = self.event
        return {
            "door": door,
            "typed": typed,
            "found": [(guest, uuid.uuid4()) for guest in found[:MOST_SHOWN]],
            "is_cut": len(found) > MOST_SHOWN,
            "walk_in_id": uuid.uuid4(),
            "walk_ins": [(walk_in, uuid.uuid4()) for walk_in in door.walk_ins],
            "when": span_in(event.starts_at, event.ends_at, event.zone),
            "is_open": timezone.now() >= hours_of(event).opens_at,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = DoorForm(request.POST)
        event = self.event
        if event.status not in SHOWN or timezone.now() < hours_of(event).opens_at or not form.is_valid():
            messages.error(request, gettext("That was not understood. Nothing was changed."))
            return self._again()
        told = form.cleaned_data
        guest = get_object_or_404(event.rsvps, pk=told["guest"]) if told["guest"] else None
        at = timezone.now()
        common = {"event": event, "client_id": told["client_id"], "rsvp": guest, "by": request.user, "device_at": at}
        if told["undo"]:
            undo_check_in(**common, of=told["of"], at=at)
            messages.success(request, gettext("It was taken back."))
        else:
            via = CheckInVia.SEARCH if guest else CheckInVia.WALK_IN
            self._tell(check_in(**common, people=told["people"], via=via, at=at), told["people"], guest)
        return self._again(f"#guest-{guest.pk}" if guest and request.POST.get("q") else "")

    def _tell(self, taken: Taken, people: int, guest: Any) -> None:
        if guest is None:
            text = ngettext("%(count)s person walked in.", "%(count)s people walked in.", people) % {"count": people}
        elif taken.status == ALREADY_IN:
            text = gettext("%(name)s was checked in already, at another desk or on a phone.") % {"name": name_of(guest)}
        elif taken.guest_status == RsvpStatus.WAITING:
            text = gettext("%(name)s is in, and was on the waiting list.") % {"name": name_of(guest)}
        elif taken.guest_status == RsvpStatus.CANCELLED:
            text = gettext("%(name)s is in, though they had cancelled.") % {"name": name_of(guest)}
        else:
            text = gettext("%(name)s is in.") % {"name": name_of(guest)}
        messages.success(self.request, text)

    def _again(self, anchor: str = "") -> HttpResponse:
        typed = self.request.POST.get("q", "")
        query = f"?{urlencode({'q': typed})}" if typed else ""
        return redirect(reverse("staff_attendance:door", args=[self.event.pk]) + query + anchor)


def _is_shown(guest: Guest, typed: str) -> bool:
    """Whether a guest stands in the list: who cancelled and is not here, only when looked for."""
    if typed:
        return guest.is_meant_by(typed)
    return guest.presence is not None or guest.rsvp.status != RsvpStatus.CANCELLED


class AttendanceViewSet(ViewSet):
    name = "attendance"
    url_namespace = "staff_attendance"
    model = Event
    add_to_admin_menu = False

    def get_urlpatterns(self) -> list[Any]:
        return [path("<int:pk>/", DoorView.as_view(), name="door")]
