"""Rows of packages above that belong to a campaign and to the organisation answerable for them: who sees which."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.enums import Role
from campaigns.models import Campaign, Partnership

if TYPE_CHECKING:
    from accounts.models import User


class CampaignScopedQuerySet(models.QuerySet[Any]):
    """Rows of a campaign and of the organisation that runs them; the two paths lead there from the row.

    The campaign's leading organisation sees all of them, a partner its own while it takes part and has agreed to what
    is asked of it.
    """

    campaign_path = "campaign"
    organisation_path = "organisation"
    leading_readers: ClassVar[tuple[Role, ...]] = (Role.COORDINATOR, Role.ORGANISER, Role.DATA_PROTECTION_OFFICER)
    leading_changers: ClassVar[tuple[Role, ...]] = (Role.COORDINATOR, Role.ORGANISER)
    own_roles: ClassVar[tuple[Role, ...]] = (Role.COORDINATOR, Role.ORGANISER, Role.PARTNER_MANAGER)

    def visible_to(self, user: "User") -> Self:
        """Return the rows of campaigns the user works on for the lead, and the user's own organisation's."""
        return self._within(user, self.leading_readers)

    def changeable_by(self, user: "User") -> Self:
        """Return the rows the user may change: all of a led campaign, the own organisation's elsewhere."""
        return self._within(user, self.leading_changers)

    def _within(self, user: "User", leading: tuple[Role, ...]) -> Self:
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        led = Campaign.objects.led_by(user, *leading).values("pk")
        taking_part = Campaign.objects.visible_to(user).values("pk")
        mine = user.memberships.filter(role__in=self.own_roles).values("organisation")
        own = Q(**{f"{self.organisation_path}__in": mine, f"{self.campaign_path}__in": taking_part})
        return self.filter(Q(**{f"{self.campaign_path}__in": led}) | (own & ~Exists(self._shut_out())))

    def _shut_out(self) -> "models.QuerySet[Partnership]":
        """Return the row's own partnership where it may see nobody."""
        pair = {"campaign": OuterRef(self.campaign_path), "organisation": OuterRef(self.organisation_path)}
        return Partnership.objects.shut_out().filter(**pair)
