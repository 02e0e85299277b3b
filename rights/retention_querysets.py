from typing import TYPE_CHECKING, Self

from django.db import models

from campaigns.models import Campaign
from rights.querysets import KEEPERS

if TYPE_CHECKING:
    from accounts.models import User


class OfLedCampaignQuerySet(models.QuerySet):
    """Rows of a campaign, for those who coordinate it or watch over its data for the leading organisation."""

    def visible_to(self, user: "User") -> Self:
        """Return the rows of campaigns the user keeps."""
        return self.filter(campaign__in=Campaign.objects.led_by(user, *KEEPERS).values("pk"))


class RetentionRuleQuerySet(OfLedCampaignQuerySet):
    def active(self) -> Self:
        """Return the rules that are applied by themselves."""
        return self.filter(is_active=True)


class RetentionRunQuerySet(OfLedCampaignQuerySet):
    def unfinished(self) -> Self:
        """Return those that have not come to their end."""
        return self.filter(finished_at__isnull=True)
