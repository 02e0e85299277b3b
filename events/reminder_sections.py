"""What an event's page in the staff area shows of reminders and of what guests said (settings.EVENT_SECTIONS)."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.models import Event, Feedback
from events.selectors.timeline import Line, timeline_of_event
from people.staff_sections import MOST_ROWS, Section

if TYPE_CHECKING:
    from accounts.models import User


def reminders_of(event: Event, user: "User") -> Section:
    """Return which reminder goes when, with a link to the whole timeline."""
    timelines = timeline_of_event(event, at=timezone.now()) if event.takes_rsvps else []
    rows = [
        [line.at, line.rule.get_text_display(), line.rule.get_channel_display(), _reached(line)]
        for timeline in timelines
        for line in (*timeline.before, *timeline.after)
    ]
    if rows and user.has_perm("events.view_reminderrule"):
        link = format_html('<a href="{}">{}</a>', reverse("staff_reminders:timeline", args=[event.pk]), gettext("All"))
        rows.append([link, "", "", ""])
    return Section(
        _("Reminders"),
        [_("When"), _("What it says"), _("Channel"), _("Reaches, as things stand")],
        rows,
        _("Nobody is reminded of this event."),
    )


def feedback_of(event: Event, user: "User") -> Section:
    """Return what guests said afterwards, without their names, the newest first."""
    said = Feedback.objects.filter(rsvp__event=event).order_by("-written_at", "-pk")[:MOST_ROWS]
    return Section(
        _("What guests said"),
        [_("How it was"), _("In their own words")],
        [[each.get_rating_display(), each.words or "–"] for each in said],
        _("Nobody said anything yet. Guests are asked an hour after the end."),
    )


def _reached(line: Line) -> str:
    if line.reach is None:
        return ""
    return gettext("%(reached)s of %(asked)s") % {"reached": line.reach.reached, "asked": line.reach.asked}
