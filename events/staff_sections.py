"""What a supporter's page shows of events (settings.SUPPORTER_SECTIONS)."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from events.models import Rsvp
from events.when import slot_span
from people.models import Supporter
from people.staff_sections import MOST_ROWS, Section

if TYPE_CHECKING:
    from accounts.models import User


def events_of(supporter: Supporter, user: "User") -> Section:
    """Return what the supporter registered for, as far as the viewer may see."""
    seen = Rsvp.objects.visible_to(user).filter(supporter=supporter).select_related("event", "timeslot")
    rows = [
        [
            format_html('<a href="{}?event={}">{}</a>', reverse("staff_rsvps:index"), row.event_id, row.event.title),
            slot_span(row.timeslot, row.event),
            row.get_status_display(),
            row.party_size,
        ]
        for row in seen.order_by("-pk")[:MOST_ROWS]
    ]
    return Section(
        _("Events"),
        [_("Event"), _("When"), _("State"), _("People")],
        rows,
        _("Registered for no event where you may see."),
    )
