"""The screens about one partner, wherever they stand: each shows the way to the others."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.models import Partnership
from coalition.selectors.partners import standing_of

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Screen:
    label: str | Promise
    url: str
    is_here: bool = False


def screens_of(partnership: Partnership, user: "User", here: str) -> list[Screen]:
    """Return what the viewer may open of a partner; ``here`` is the address of the page that asks."""
    may_read, standing = user.has_perm("campaigns.view_partnership"), standing_of(partnership, user)
    found: list[tuple[str | Promise, str]] = []
    if may_read and standing.sees:
        page = reverse("staff_partners:partner", args=[partnership.pk])
        found += [(_("Partner"), page), (_("Agreement"), f"{page}#agreement"), (_("Links"), f"{page}#links")]
    if standing.has_toolkit and user.has_perm("coalition.view_materialversion"):
        found.append((_("Toolkit"), reverse("staff_toolkit:partner", args=[partnership.pk])))
    if may_read and (standing.is_manager or standing.is_coordinator):
        found.append((_("Public page"), reverse("staff_partners:public_page", args=[partnership.pk])))
    if standing.is_inside:
        if may_read:
            found.append((_("Exports and key"), reverse("staff_partner_exports:show", args=[partnership.pk])))
        if settings.PARTNER_FIGURES_SCREEN:
            found.append((_("Figures"), reverse(settings.PARTNER_FIGURES_SCREEN, args=[partnership.pk])))
        if user.has_perm("coalition.view_announcement"):
            address = f"{reverse('staff_announcements:index')}?campaign={partnership.campaign_id}"
            found.append((_("Announcements"), address))
        elif user.has_perm("coalition.add_announcementread"):
            found.append((_("Announcements"), reverse("staff_announcements:inbox")))
    return [Screen(label, url, url == here) for label, url in found]
