"""What a supporter's page shows of conversations (settings.SUPPORTER_SECTIONS)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from outreach.models import ContactIdentity
from people.models import Supporter
from people.staff_sections import MOST_ROWS, Section

if TYPE_CHECKING:
    from accounts.models import User


def conversations_of(supporter: Supporter, user: "User") -> Section:
    """Return the conversations with this supporter the viewer may see, newest first."""
    seen = ContactIdentity.objects.visible_to(user).filter(supporter=supporter)
    rows = [
        [
            identity.contact.occurred_at,
            identity.contact.effort,
            identity.contact.get_outcome_display(),
            identity.contact.organisation,
            identity.get_status_display(),
        ]
        for identity in seen.select_related("contact__effort", "contact__organisation").order_by("-pk")[:MOST_ROWS]
    ]
    return Section(
        _("Conversations"),
        [_("When"), _("Effort"), _("Outcome"), _("Organisation"), _("How the person was found")],
        rows,
        _("No conversation that you may see."),
    )
