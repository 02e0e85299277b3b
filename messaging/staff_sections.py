"""What a supporter's page shows of messages (settings.SUPPORTER_SECTIONS)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from messaging.models import OutboundMessage
from people.models import Supporter
from people.staff_sections import MOST_ROWS, Section

if TYPE_CHECKING:
    from accounts.models import User


def messages_of(supporter: Supporter, user: "User") -> Section:
    """Return the messages to this supporter the viewer may see, newest first."""
    points = list(supporter.contact_points.values_list("pk", flat=True))
    forms = list(supporter.submissions.values_list("pk", flat=True))
    seen = OutboundMessage.objects.visible_to(user)
    found = seen.filter(contact_point__in=points) | seen.filter(submission__in=forms)
    rows = [
        [row.created_at, row.template, row.get_purpose_display(), row.get_status_display(), row.reason or "–"]
        for row in found.order_by("-pk")[:MOST_ROWS]
    ]
    return Section(
        _("Messages"),
        [_("When"), _("Text"), _("Purpose"), _("Status"), _("Why")],
        rows,
        _("No message that you may see."),
    )
