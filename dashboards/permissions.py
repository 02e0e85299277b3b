"""Who may do what on the dashboards. Who may see which rows is `visible_to` of each model."""

from typing import TYPE_CHECKING

from accounts.models import Role
from campaigns.models import Campaign, Initiative

if TYPE_CHECKING:
    from accounts.models import User


def may_see_dashboards(user: "User") -> bool:
    """Whether the user is a member of any organisation, in any role."""
    if not user.is_active or user.is_superuser:
        return bool(user.is_active)
    return bool(user.roles)  # read once: each entry of the menu asks


def may_import_initiatives(user: "User") -> bool:
    """Whether the user may bring in initiatives and readings: coordinators."""
    return bool(user.is_superuser or user.memberships.filter(role=Role.COORDINATOR).exists())


def may_change_initiative(user: "User", initiative: Initiative) -> bool:
    """Whether the user may plan an initiative: coordinators, of its campaign where it has one."""
    if user.is_superuser or initiative.campaign_id is None:
        return may_import_initiatives(user)
    return Campaign.objects.led_by(user, Role.COORDINATOR).filter(pk=initiative.campaign_id).exists()


def may_import_counts(user: "User") -> bool:
    """Whether the user may bring in official figures: coordinators of a campaign with an election."""
    if user.is_superuser:
        return True
    return Campaign.objects.changeable_by(user).filter(election__isnull=False).exists()
