from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from campaigns.enums import RegistrationImportStatus

if TYPE_CHECKING:
    from accounts.models import User


class RegistrationCountQuerySet(models.QuerySet[Any]):
    """The vocabulary of official figures."""

    def standing(self) -> Self:
        """The readings no later one corrects."""
        return self.filter(corrected_by__isnull=True)


class RegistrationImportQuerySet(models.QuerySet[Any]):
    """The vocabulary of files of official figures."""

    def visible_to(self, user: "User") -> Self:
        """The imports of the elections of campaigns the user coordinates."""
        from campaigns.models import Campaign

        if user.is_authenticated and user.is_superuser:
            return self
        return self.filter(election__in=Campaign.objects.changeable_by(user).values("election"))

    def forgotten(self, before: datetime) -> Self:
        """Files that were looked at before a moment and never applied."""
        return self.filter(status=RegistrationImportStatus.UPLOADED, created_at__lt=before)
