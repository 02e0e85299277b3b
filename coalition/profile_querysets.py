"""Which versions of partners' pages are public, which are being worked on, and which logos anybody may see."""

from typing import Self

from django.db import models

from campaigns.models import Partnership
from coalition.profile_enums import OPEN, ProfileStatus
from coalition.querysets import OfPartnerQuerySet


class ProfileQuerySet(OfPartnerQuerySet):
    def public(self) -> Self:
        """Return what stands on the site: approved, of partners that take part and agreed to what they are asked."""
        return self.filter(status=ProfileStatus.PUBLIC, partnership__in=Partnership.objects.in_force().values("pk"))

    def open(self) -> Self:
        """Return what can still become public: drafts, those that wait, those that were returned."""
        return self.filter(status__in=OPEN)

    def with_logos(self) -> Self:
        """Return them with the logo's name and size, without its pictures."""
        pictures = ("logo__small", "logo__large", "logo__card")
        return self.select_related("logo").defer(*pictures)


class LogoQuerySet(models.QuerySet):
    def public(self) -> Self:
        """Return the logos of pages that stand on the site."""
        from coalition.models import PartnerProfile

        return self.filter(pk__in=PartnerProfile.objects.public().values("logo"))

    def unused(self) -> Self:
        """Return the logos of no version any more."""
        return self.filter(profiles__isnull=True)
