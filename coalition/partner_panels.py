"""What partners' dashboards show from here: agreement, page on the site, encrypted files, the newest materials."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Partnership
from coalition.actions.keys import key_in_use
from coalition.agreements import state_of
from coalition.models import PartnerExport, PartnerProfile, StandingExport
from coalition.profile_enums import OPEN, ProfileStatus
from coalition.selectors.partners import coordinates, manages, sees_inside, standing_of
from coalition.selectors.toolkit import Place, newest_of
from people.staff_sections import Section

if TYPE_CHECKING:
    from accounts.models import User

NEWEST = 5


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


def page_panel(partnership: Partnership, user: "User") -> Section | None:
    """Show what stands on the site of the partner and what is being worked on, to who may change it."""
    if not (manages(partnership, user) or coordinates(partnership, user)):
        return None
    versions = PartnerProfile.objects.filter(partnership=partnership, status__in=[ProfileStatus.PUBLIC, *OPEN])
    rows = [[each.get_status_display(), timezone.localtime(_since(each))] for each in versions.order_by("pk")]
    return Section(
        _("Public page"),
        [_("State"), _("Since")],
        rows,
        _("Nothing is public yet: add a logo and some words."),
        action=(reverse("staff_partners:public_page", args=[partnership.pk]), gettext("To the page")),
    )


def _since(profile: PartnerProfile) -> datetime:
    """Return since when a version stands as it does: one that was returned once may have been sent again since."""
    moments = {ProfileStatus.DRAFT: profile.saved_at, ProfileStatus.WAITING: profile.sent_at}
    return moments.get(ProfileStatus(profile.status), profile.decided_at) or profile.saved_at


def exports_panel(partnership: Partnership, user: "User") -> Section | None:
    """Show the last file, the key in use and the standing export, to who looks after the partner."""
    if not sees_inside(partnership, user):
        return None
    last = PartnerExport.objects.filter(partnership=partnership).first()
    key = key_in_use(partnership, timezone.now())
    standing = StandingExport.objects.standing().filter(partnership=partnership).first()
    if standing is None:
        rhythm = pgettext("a rhythm", "none")
    elif standing.confirmed_at is None:
        rhythm = gettext("waits for a second person")
    else:
        rhythm = standing.get_rhythm_display()
    rows = [
        [
            gettext("Last file"),
            f"{last.get_status_display()}, {last.asked_at:%Y-%m-%d}" if last else pgettext("a file", "none"),
        ],
        [gettext("Key"), key.fingerprint if key else pgettext("a key", "none")],
        [gettext("Standing export"), rhythm],
    ]
    return Section(
        _("Encrypted files"),
        [_("What"), _("State")],
        rows,
        "",
        action=(reverse("staff_partner_exports:show", args=[partnership.pk]), gettext("To the exports")),
    )


def materials_panel(partnership: Partnership, user: "User") -> Section | None:
    """Show the newest materials, those in the reader's language first, to who may take them for this partner."""
    if not user.has_perm("coalition.view_materialversion"):
        return None
    if not standing_of(partnership, user).has_toolkit:
        return None
    newest = newest_of(user, Place(partnership.campaign, partnership), get_language() or "", NEWEST)
    return Section(
        _("Newest materials"),
        [_("Title"), _("Kind"), _("Language"), _("Since")],
        [
            [each.material.title, each.material.get_kind_display(), each.language_name, each.uploaded_at]
            for each in newest
        ],
        _("There is nothing to hand out yet."),
        action=(reverse("staff_toolkit:partner", args=[partnership.pk]), gettext("To the toolkit")),
    )
