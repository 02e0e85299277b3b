"""Which keys, files and standing exports of partners there are, and who sees them."""

from datetime import datetime
from typing import Self

from django.db.models import Exists, OuterRef

from campaigns.models import Partnership
from coalition.export_enums import Delivery, PartnerExportStatus
from coalition.querysets import OfPartnerQuerySet


class PartnerKeyQuerySet(OfPartnerQuerySet):
    def standing(self) -> Self:
        """Return those nobody retired."""
        return self.filter(retired_at__isnull=True)

    def usable(self, at: datetime) -> Self:
        """Return those files may be encrypted to; the newest of a partner is the one in use."""
        return self.standing().filter(usable_at__lte=at).order_by("-pk")


class StandingExportQuerySet(OfPartnerQuerySet):
    def standing(self) -> Self:
        """Return those that have not ended."""
        return self.filter(ended_at__isnull=True)

    def due(self, at: datetime) -> Self:
        """Return those a second person agreed to and whose turn has come."""
        return self.standing().filter(confirmed_at__isnull=False, next_at__lte=at)


class PartnerExportQuerySet(OfPartnerQuerySet):
    def under_way(self) -> Self:
        """Return those that are being made, at most one of each partner."""
        return self.filter(status__in=[PartnerExportStatus.ASKED, PartnerExportStatus.PREPARING])

    def collectable(self, at: datetime) -> Self:
        """Return the files that are there, of partners that still may have them."""
        in_force = Partnership.objects.in_force().filter(pk=OuterRef("partnership"))
        return self.filter(
            Exists(in_force), status=PartnerExportStatus.READY, expires_at__gt=at, key__retired_at__isnull=True
        )

    def to_send(self, at: datetime) -> Self:
        """Return those whose turn it is to be sent to a partner's system."""
        return self.filter(status=PartnerExportStatus.READY, standing__delivery=Delivery.WEBHOOK, next_at__lte=at)
