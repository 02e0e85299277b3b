"""Which materials there are, who looks after them, and to whom they are offered."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.functions import Concat, StrIndex

from accounts.enums import Role
from accounts.models import Membership
from campaigns.models import Campaign
from coalition.querysets import KEEPERS

if TYPE_CHECKING:
    from accounts.models import User

# Of the leading organisation: who sees all materials, also those that were retired, and how often they were taken.
READERS = (*KEEPERS, Role.ANALYST)


class MaterialQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return all materials of the campaigns the user keeps or analyses for the lead."""
        if user.is_authenticated and user.is_superuser:
            return self
        return self.filter(campaign__in=Campaign.objects.led_by(user, *READERS).values("pk"))

    def changeable_by(self, user: "User") -> Self:
        """Return those of the campaigns the user coordinates."""
        return self.filter(campaign__in=Campaign.objects.changeable_by(user).values("pk"))

    def standing(self) -> Self:
        """Return those nobody retired."""
        return self.filter(retired_at__isnull=True)

    def meant_for(self, country: str) -> Self:
        """Return those for partners of every country, or of this one."""
        return self.filter(Q(countries="") | Q(countries__contains=f",{country},"))

    def offered_to(self, user: "User") -> Self:
        """Return what the user may take: all of campaigns they work on for the lead, and what is meant for them of
        campaigns their organisation takes part in. No agreement is asked for that: materials hold no people."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self.standing()
        led = Campaign.objects.led_by(user).values("pk")
        taking_part = Membership.objects.filter(
            user=user,
            organisation__partnerships__campaign=OuterRef("campaign"),
            organisation__partnerships__left_at__isnull=True,
        )
        meant = taking_part.alias(
            countries=_of_outer("countries"),
            country_at=_place_of("organisation__country", "countries"),
            roles=_of_outer("roles"),
            role_at=_place_of("role", "roles"),
        ).filter(Q(countries="") | Q(country_at__gt=0), Q(roles="") | Q(role_at__gt=0))
        return self.standing().filter(Q(campaign__in=led) | Exists(meant))


def _of_outer(column: str) -> ExpressionWrapper:
    return ExpressionWrapper(OuterRef(column), output_field=models.TextField())


def _place_of(column: str, listed: str) -> StrIndex:
    """Return where ``,column,`` stands in the list of the outer row; 0: nowhere."""
    return StrIndex(OuterRef(listed), Concat(Value(","), F(column), Value(","), output_field=models.TextField()))


class MaterialVersionQuerySet(models.QuerySet):
    def offered(self) -> Self:
        """Return the newest of each language, of materials nobody retired."""
        return self.filter(ended_at__isnull=True, material__retired_at__isnull=True)

    def offered_to(self, user: "User") -> Self:
        """Return those the user may take as a partner's or the lead's person."""
        from coalition.models import Material

        return self.filter(ended_at__isnull=True, material__in=Material.objects.offered_to(user).values("pk"))

    def visible_to(self, user: "User") -> Self:
        """Return those offered to the user, and to who looks after the campaign the older and retired ones too."""
        from coalition.models import Material

        kept = Material.objects.visible_to(user).values("pk")
        offered = Material.objects.offered_to(user).values("pk")
        return self.filter(Q(material__in=kept) | Q(ended_at__isnull=True, material__in=offered))


class MaterialDownloadQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the counts of the campaigns the user keeps or analyses for the lead; partners see none."""
        from coalition.models import Material

        return self.filter(version__material__in=Material.objects.visible_to(user).values("pk"))
