"""What partners' dashboards show from here: the agreement, and the encrypted files."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Partnership
from coalition.actions.keys import key_in_use
from coalition.agreements import state_of
from coalition.models import PartnerExport, StandingExport
from coalition.selectors.partners import sees_inside
from people.staff_sections import Section

if TYPE_CHECKING:
    from accounts.models import User


def agreement_panel(partnership: Partnership, user: "User") -> Section | None:
    """Show which agreement is asked and since when it is accepted, to who looks after the partner."""
    if not sees_inside(partnership, user):
        return None
    state = state_of(partnership)
    rows = []
    if state.accepted is not None:
        text = state.accepted.text
        said = gettext("there is a newer version") if state.is_outdated else gettext("in force")
        rows = [[text.get_kind_display(), text.version, state.accepted.accepted_at, said]]
    return Section(
        _("Agreement"),
        [_("What it is"), _("Version"), _("Accepted"), _("State")],
        rows,
        _("Not accepted yet.") if state.is_missing else _("The campaign asks for none."),
        action=(f"{reverse('staff_partners:partner', args=[partnership.pk])}#agreement", gettext("To the agreement")),
    )


def exports_panel(partnership: Partnership, user: "User") -> Section | None:
    """Show the last file, the key in use and the standing export, to who looks after the partner."""
    if not sees_inside(partnership, user):
        return None
    last = PartnerExport.objects.filter(partnership=partnership).first()
    key = key_in_use(partnership, timezone.now())
    standing = StandingExport.objects.standing().filter(partnership=partnership).first()
    if standing is None:
        rhythm = gettext("none")
    elif standing.confirmed_at is None:
        rhythm = gettext("waits for a second person")
    else:
        rhythm = standing.get_rhythm_display()
    rows = [
        [gettext("Last file"), f"{last.get_status_display()}, {last.asked_at:%Y-%m-%d}" if last else gettext("none")],
        [gettext("Key"), key.fingerprint if key else gettext("none")],
        [gettext("Standing export"), rhythm],
    ]
    return Section(
        _("Encrypted files"),
        [_("What"), _("State")],
        rows,
        "",
        action=(reverse("staff_partner_exports:show", args=[partnership.pk]), gettext("To the exports")),
    )
