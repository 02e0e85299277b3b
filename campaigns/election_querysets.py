"""Elections are public facts: whoever works on any campaign reads them; who leads one keeps them right."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Coalesce

from accounts.enums import Role

if TYPE_CHECKING:
    from accounts.models import User


def keeps_elections(user: Any) -> bool:
    """Whether somebody may correct what everybody reads: coordinators of an organisation that leads a campaign."""
    from campaigns.models import Campaign

    if not user.is_authenticated:
        return False
    return bool(user.is_superuser or Campaign.objects.led_by(user, Role.COORDINATOR).exists())


class PublicFactQuerySet(models.QuerySet[Any]):
    """Rows that belong to no campaign."""

    def visible_to(self, user: "User") -> Self:
        """Return all rows for whoever holds any role, none for others."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser or user.memberships.exists():
            return self
        return self.none()

    def changeable_by(self, user: "User") -> Self:
        """Return all rows for coordinators of an organisation that leads a campaign."""
        return self if keeps_elections(user) else self.none()


class ElectionQuerySet(PublicFactQuerySet):
    pass


class EligibilityRulesQuerySet(PublicFactQuerySet):
    def in_force(self) -> Self:
        """Return the version that counts of each election and region."""
        everywhere = Value(0)
        newer = self.model.objects.annotate(place=Coalesce("territory_id", everywhere)).filter(
            place=Coalesce(OuterRef("territory_id"), everywhere),
            election=OuterRef("election"),
            version__gt=OuterRef("version"),
        )
        return self.filter(~Exists(newer))


class EligibilityCaseQuerySet(PublicFactQuerySet):
    pass


class CommuneOfficeQuerySet(PublicFactQuerySet):
    pass
