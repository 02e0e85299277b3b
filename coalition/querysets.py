"""Who sees and who changes what belongs to a partner."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.enums import Role
from campaigns.models import Campaign, Partnership

if TYPE_CHECKING:
    from accounts.models import User

KEEPERS = (Role.COORDINATOR, Role.DATA_PROTECTION_OFFICER)


class OfPartnerQuerySet(models.QuerySet):
    """Rows of one partnership: the campaign's coordinators have all, a partner its own while it takes part."""

    def visible_to(self, user: "User") -> Self:
        """Return those of campaigns the user keeps for the lead, and of partnerships the user manages."""
        if user.is_authenticated and user.is_superuser:
            return self
        led = Campaign.objects.led_by(user, *KEEPERS).values("pk")
        own = Partnership.objects.managed_by(user).values("pk")
        return self.filter(Q(partnership__campaign__in=led) | Q(partnership__in=own))

    def changeable_by(self, user: "User") -> Self:
        """Return those of campaigns the user coordinates, and of partnerships the user manages."""
        if user.is_authenticated and user.is_superuser:
            return self
        led = Campaign.objects.changeable_by(user).values("pk")
        own = Partnership.objects.managed_by(user).values("pk")
        return self.filter(Q(partnership__campaign__in=led) | Q(partnership__in=own))

    def in_force(self) -> Self:
        """Return the agreements that have not ended."""
        return self.filter(ended_at__isnull=True)


class SettingsQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the rules of the campaigns the user coordinates."""
        return self.changeable_by(user)

    def changeable_by(self, user: "User") -> Self:
        return self.filter(campaign__in=Campaign.objects.changeable_by(user).values("pk"))


class AgreementTextQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the wordings of organisations the user works for, and of the leads of campaigns the user sees."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        leads = Campaign.objects.visible_to(user).values("organisation")
        return self.filter(Q(organisation__in=user.memberships.values("organisation")) | Q(organisation__in=leads))

    def newest(self) -> Self:
        """Return only the latest version of each kind, organisation and language."""
        later: models.QuerySet = self.model._default_manager.filter(
            organisation=models.OuterRef("organisation"),
            kind=models.OuterRef("kind"),
            language=models.OuterRef("language"),
            version__gt=models.OuterRef("version"),
        )
        return self.filter(~models.Exists(later))


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the applications to campaigns the user coordinates or watches for the lead."""
        return self.filter(campaign__in=Campaign.objects.led_by(user, *KEEPERS).values("pk"))

    def changeable_by(self, user: "User") -> Self:
        """Return the applications to campaigns the user coordinates."""
        return self.filter(campaign__in=Campaign.objects.changeable_by(user).values("pk"))


class PartnerImportQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the imports into campaigns the user coordinates."""
        return self.filter(campaign__in=Campaign.objects.changeable_by(user).values("pk"))

    def forgotten(self, before: datetime) -> Self:
        """Return the files somebody looked at and left."""
        return self.filter(status="uploaded", created_at__lt=before)
