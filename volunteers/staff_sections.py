"""What a supporter's page shows of volunteering (settings.SUPPORTER_SECTIONS)."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from people.models import Supporter
from people.staff_sections import MOST_ROWS, Section
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from accounts.models import User


def volunteering_of(supporter: Supporter, user: "User") -> Section:
    """Return where the supporter volunteers, as far as the viewer may see."""
    seen = Volunteer.objects.visible_to(user).filter(supporter=supporter)
    rows = [
        [
            format_html('<a href="{}">{}</a>', reverse("staff_volunteers:inspect", args=[row.pk]), row.campaign),
            row.organisation,
            row.get_stage_display(),
            row.stage_since_at,
            row.team or "–",
        ]
        for row in seen.select_related("campaign", "organisation", "team").order_by("-pk")[:MOST_ROWS]
    ]
    return Section(
        _("Volunteering"),
        [_("Campaign"), _("Organisation"), _("Stage"), _("Since"), _("Team")],
        rows,
        _("Not a volunteer where you may see."),
    )
