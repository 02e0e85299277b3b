"""When and where a shift is, in the words of a page."""

from django import template
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.zones import local_span
from volunteers.models import Shift
from volunteers.selectors.open_shifts import map_link

register = template.Library()


@register.filter
def shift_span(shift: Shift, campaign: Campaign) -> str:
    """Return from when to when, in the campaign's time zone."""
    return local_span(shift.starts_at, shift.ends_at, campaign)


@register.filter
def shift_map(shift: Shift) -> str:
    """Return the address that opens the phone's map at the event's venue, if the shift is there."""
    return "" if shift.place or shift.event is None else map_link(shift.event.venue)


@register.filter
def has_begun(shift: Shift) -> bool:
    return shift.starts_at <= timezone.now()
