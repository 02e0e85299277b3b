"""What a supporter's page shows of campaigns (settings.SUPPORTER_SECTIONS)."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from campaigns.models import Signature
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
