"""When something of an event is, as its guests read it: in the event's own time zone."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format

from campaigns.zones import span_in
from core.lists import list_separator

if TYPE_CHECKING:
    from events.models import Event, Timeslot


def slot_span(slot: "Timeslot", event: "Event") -> str:
    """Return "2 May 2026, 10:00–12:00" in the event's time zone."""
    return span_in(slot.starts_at, slot.ends_at, event.zone)


def local_moment(moment: datetime, event: "Event") -> str:
    """Return "2 May 2026, 10:00" in the event's time zone."""
    local = moment.astimezone(event.zone)
    return f"{date_format(local, 'DATE_FORMAT')}{list_separator()}{local:%H:%M}"
