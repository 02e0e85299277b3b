"""What a supporter's page in the staff area shows of their rights (settings.SUPPORTER_SECTIONS)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.models import Supporter
from people.staff_sections import MOST_ROWS, Section
from rights.models import RightsRequest


def requests_of(supporter: Supporter, user: Any) -> Section:
    """Return the requests somebody sees, and whether the use of the data is restricted."""
    rows: list[list[Any]] = []
    if supporter.restricted_at is not None:
        rows.append([gettext("Restricted: kept, and used for nothing"), supporter.restricted_at, "", ""])
    if user.has_perm("rights.view_rightsrequest"):
        seen = RightsRequest.objects.all().visible_to(user).filter(supporter=supporter)
        rows += [
            [each.get_kind_display(), each.received_at, each.due_date, each.get_status_display()]
            for each in seen[:MOST_ROWS]
        ]
    may_add = user.has_perm("rights.add_rightsrequest")
    action = (f"{reverse('staff_rights:write')}?person={supporter.pk}", gettext("Write down a request"))
    return Section(
        _("Data protection"),
        [_("Asks for"), _("Since"), _("Answer by"), _("Status")],
        rows,
        _("Nothing was asked, nothing is restricted."),
        action=action if may_add else None,
    )
