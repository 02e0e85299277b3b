"""What a supporter's page shows of campaigns (settings.SUPPORTER_SECTIONS)."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from campaigns.models import Pledge, Signature
from campaigns.selectors.pledge_board import where_it_stands
from people.models import Supporter
from people.staff_sections import MOST_ROWS, Section

if TYPE_CHECKING:
    from accounts.models import User


def signatures_of(supporter: Supporter, user: "User") -> Section:
    """Return the supporter's signatures the viewer may see, newest first."""
    seen = Signature.objects.visible_to(user).filter(supporter=supporter)
    rows = [
        [row.confirmed_at, row.petition, row.get_status_display(), row.partnership or "–", row.source or "–"]
        for row in seen.select_related("petition", "partnership__organisation").order_by("-pk")[:MOST_ROWS]
    ]
    return Section(
        _("Signatures"),
        [_("When"), _("Petition"), _("Status"), _("Partner"), _("Link")],
        rows,
        _("No signature that you may see."),
    )


def pledges_of(supporter: Supporter, user: "User") -> Section:
    """Return the supporter's pledges the viewer may see, newest first."""
    seen = Pledge.objects.visible_to(user).filter(supporter=supporter)
    found = seen.select_related("kind", "partnership__organisation").order_by("-pk")[:MOST_ROWS]
    rows = [
        [
            row.confirmed_at,
            format_html('<a href="{}">{}</a>', reverse("staff_pledges:show", args=[row.pk]), row.kind),
            where_it_stands(row),
            row.step_at,
            row.get_standing_display(),
            row.partnership or "–",
        ]
        for row in found
    ]
    return Section(
        _("Pledges"),
        [_("When"), _("Pledge"), _("Step"), _("Since"), _("Standing"), _("Partner")],
        rows,
        _("No pledge that you may see."),
    )
