"""What an event's page in the staff area, and word of its move, show of its shifts."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from campaigns.zones import local_span
from events.models import Event
from people.staff_sections import MOST_ROWS, Section
from volunteers.enums import AssignmentStatus
from volunteers.models import CoverRequest, Shift, ShiftAssignment, Volunteer
from volunteers.selectors.event_staffing import is_trained, lacks_language, with_people
from volunteers.selectors.rosters import display_name

if TYPE_CHECKING:
    from accounts.models import User


def shifts_of(event: Event, user: "User") -> Section:
    """Return the event's shifts the viewer sees, with the names of those of their people the viewer sees."""
    shifts = with_people(Shift.objects.visible_to(user).filter(event=event))
    shifts = sorted(shifts, key=lambda shift: (shift.starts_at, shift.pk))[:MOST_ROWS]
    people = {place.volunteer_id for shift in shifts for place in shift.people}  # type: ignore[attr-defined]
    seen = set(Volunteer.objects.visible_to(user).filter(pk__in=people).values_list("pk", flat=True))
    open_requests = CoverRequest.objects.filter(assignment__shift__in=shifts, closed_at__isnull=True)
    asked = set(open_requests.values_list("assignment__shift", flat=True))
    rows = [_row(shift, seen, is_asked=shift.pk in asked) for shift in shifts]
    if user.has_perm("volunteers.add_shift") and event.cancelled_at is None:
        address = f"{reverse('staff_shifts:add')}?event={event.pk}"
        rows.append([format_html('<a href="{}">{}</a>', address, gettext("Add a shift")), "", "", "", ""])
    return Section(
        _("Shifts"),
        [_("Shift"), _("When"), _("People"), _("Who"), _("What is missing")],
        rows,
        _("No shift is planned for this event."),
    )


def _row(shift: Shift, seen: set[int], *, is_asked: bool) -> list[Any]:
    places = shift.people  # type: ignore[attr-defined]
    names = [display_name(place.volunteer) for place in places if place.volunteer_id in seen]
    hidden = len(places) - len(names)
    if hidden:
        text = ngettext("%(count)s of another organisation", "%(count)s of other organisations", hidden)
        names.append(text % {"count": hidden})
    link = format_html('<a href="{}">{}</a>', reverse("staff_shifts:board", args=[shift.pk]), shift.title)
    when = local_span(shift.starts_at, shift.ends_at, shift.campaign)
    return [link, when, f"{len(places)} / {shift.needed}", " · ".join(names) or "–", _missing(shift, is_asked)]


def _missing(shift: Shift, is_asked: bool) -> str:
    if shift.cancelled_at is not None:
        return gettext("called off")
    places = shift.people  # type: ignore[attr-defined]
    words = []
    if len(places) < shift.needed:
        missing = shift.needed - len(places)
        words.append(ngettext("%(count)s person", "%(count)s people", missing) % {"count": missing})
    if lacks_language(shift):
        words.append(gettext("the language"))
    if any(not is_trained(place, shift) for place in places):
        words.append(gettext("a certificate"))
    if is_asked:
        words.append(gettext("somebody asks to be covered"))
    return " · ".join(words) or "–"


def duties_at(event_id: int, supporter_id: int) -> list[tuple[str, str]]:
    """Return title and time of the shifts somebody has at an event, in order (settings.EVENT_DUTIES). One query."""
    places = ShiftAssignment.objects.filter(
        shift__event=event_id,
        shift__cancelled_at__isnull=True,
        volunteer__supporter=supporter_id,
        status=AssignmentStatus.ASSIGNED,
    )
    shifts = [place.shift for place in places.select_related("shift__campaign").order_by("shift__starts_at", "pk")]
    return [(shift.title, local_span(shift.starts_at, shift.ends_at, shift.campaign)) for shift in shifts]
