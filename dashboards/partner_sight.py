"""Who sees the figures of which partner, and how exactly."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.enums import Role
from campaigns.models import Campaign, Partnership
from core.small_counts import in_tens

if TYPE_CHECKING:
    from accounts.models import User

# Of the leading organisation: who sees people one by one reads exact figures, an analyst tens.
_EXACT = (Role.COORDINATOR, Role.DATA_PROTECTION_OFFICER)
_LEADING = (*_EXACT, Role.ANALYST)
_OWN = (Role.PARTNER_MANAGER, Role.ANALYST)


@dataclass(frozen=True)
class Sight:
    """How exactly one viewer reads one partner's figures.

    A partner reads its signatures exactly, because it sees them one by one, and its pledges in tens, because it sees
    of those only the people who agreed to it. ``is_lead``: sees all partners of the campaign.
    """

    is_lead: bool
    is_exact: bool
    sees_pledges_exactly: bool

    def people(self, count: int) -> int:
        return count if self.is_exact else in_tens(count)

    def pledges(self, count: int) -> int:
        return count if self.sees_pledges_exactly else in_tens(count)

    def count(self, metric: str, count: int) -> int:
        """Return a count of a metric as this viewer reads it."""
        return count if self.tells_exactly(metric) else in_tens(count)

    def tells_exactly(self, metric: str) -> bool:
        """Whether the viewer reads a metric exactly. Events are no people."""
        if metric == "events":
            return True
        return self.sees_pledges_exactly if metric == "pledges" else self.is_exact


def campaigns_ranked(user: "User") -> QuerySet[Campaign]:
    """Return the campaigns whose partners the user may set side by side: those led, never a partner's."""
    return Campaign.objects.all() if user.is_superuser else Campaign.objects.led_by(user, *_LEADING)


def own_partnerships(user: "User") -> QuerySet[Partnership]:
    """Return the active partnerships whose own figures the user may read."""
    mine = user.memberships.filter(role__in=_OWN).values("organisation")
    return Partnership.objects.active().filter(organisation__in=mine)


def partnerships_seen(user: "User") -> QuerySet[Partnership]:
    """Return every partnership whose figures the user may read, those of led campaigns also when they left."""
    led = campaigns_ranked(user).values("pk")
    return Partnership.objects.filter(Q(campaign__in=led) | Q(pk__in=own_partnerships(user).values("pk")))


def sight_of(user: "User", partnership: Partnership) -> Sight:
    """Return how a viewer reads the figures of a partnership that `partnerships_seen` has."""
    if user.is_superuser:
        return Sight(is_lead=True, is_exact=True, sees_pledges_exactly=True)
    lead = lead_sight(user, partnership.campaign_id)
    if lead is not None and lead.is_exact:
        return lead
    # Who sees the people one by one; a partner that has not agreed to what is asked of it sees nobody.
    manages = Partnership.objects.entrusted_to(user).filter(pk=partnership.pk).exists()
    return Sight(is_lead=lead is not None, is_exact=manages, sees_pledges_exactly=False)


def lead_sight(user: "User", campaign_id: int) -> Sight | None:
    """Return how the user reads the figures of all partners of a campaign; None: not at all."""
    if user.is_superuser:
        return Sight(is_lead=True, is_exact=True, sees_pledges_exactly=True)
    exactly = Campaign.objects.led_by(user, *_EXACT).filter(pk=OuterRef("pk"))
    in_tens_only = Campaign.objects.led_by(user, Role.ANALYST).filter(pk=OuterRef("pk"))
    rows = Campaign.objects.filter(pk=campaign_id).values_list(Exists(exactly), Exists(in_tens_only))
    is_exact, reads = rows.first() or (False, False)
    if not is_exact and not reads:
        return None
    return Sight(is_lead=True, is_exact=is_exact, sees_pledges_exactly=is_exact)
