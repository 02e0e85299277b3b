from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import User


class InitiativeQuerySet(models.QuerySet):
    def public(self) -> Self:
        """Return the initiatives shown on the public site."""
        return self.filter(is_public=True)

    def visible_to(self, user: "User") -> Self:
        """Return public-register initiatives for every member of staff; a campaign's own for those who see it."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        if not user.memberships.exists():
            return self.none()
        from campaigns.models import Campaign

        seen = Campaign.objects.visible_to(user).values("pk")
        return self.filter(Q(campaign__isnull=True) | Q(campaign__in=seen))


class ProgressSnapshotQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Return the readings nobody set aside."""
        return self.filter(set_aside__isnull=True)

    def newest_first(self) -> Self:
        """Order by the day the figures speak of, then by arrival."""
        return self.order_by("-as_of_date", "-id")
