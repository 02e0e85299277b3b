from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, Max, OuterRef, Q

from accounts.models import Role
from campaigns.transparency_enums import LedgerPlace

if TYPE_CHECKING:
    from accounts.models import User

READERS = (Role.COORDINATOR, Role.DATA_PROTECTION_OFFICER, Role.ANALYST)


class LedgerQuerySet(models.QuerySet):
    def public(self) -> Self:
        """Return the ledgers with a page on the public site."""
        return self.filter(is_public=True)

    def running(self, on: date) -> Self:
        """Return the ledgers whose duty to be brought up to date is not over on a day."""
        return self.filter(Q(ends_date__isnull=True) | Q(ends_date__gte=on))

    def visible_to(self, user: "User") -> Self:
        """Return the ledgers of campaigns the user coordinates, watches or analyses for the lead. Partners see none."""
        from campaigns.models import Campaign

        return self.filter(campaign__in=Campaign.objects.led_by(user, *READERS).values("pk"))

    def changeable_by(self, user: "User") -> Self:
        """Return the ledgers of campaigns the user coordinates."""
        from campaigns.models import Campaign

        return self.filter(campaign__in=Campaign.objects.changeable_by(user).values("pk"))

    def with_last_publications(self) -> Self:
        """Add ``register_date`` and ``site_date``: when the ledger was last brought up to date there; None: never."""
        standing = Q(publications__undone_at__isnull=True)
        return self.annotate(
            register_date=Max(
                "publications__published_date", filter=standing & Q(publications__place=LedgerPlace.REGISTER)
            ),
            site_date=Max("publications__published_date", filter=standing & Q(publications__place=LedgerPlace.SITE)),
        )


class SponsorQuerySet(models.QuerySet):
    def above(self) -> Self:
        """Return the sponsors whose cumulated sum is above the legal threshold."""
        return self.filter(crossed_at__isnull=False)

    def below(self) -> Self:
        """Return the sponsors who gave something, but not more than the threshold."""
        return self.filter(crossed_at__isnull=True, total__gt=0)

    def largest_first(self) -> Self:
        return self.order_by("-total", "pk")


class EntryQuerySet(models.QuerySet):
    """Rows of a ledger that are corrected by further rows and taken back, never changed."""

    def standing(self) -> Self:
        """Return the rows that hold: not taken back, and not corrected by a row that holds."""
        corrected = self.model._default_manager.filter(corrects=OuterRef("pk"), undone_at__isnull=True)
        return self.filter(~Exists(corrected), undone_at__isnull=True)


class PublicationQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Return the publications nobody took back."""
        return self.filter(undone_at__isnull=True)

    def newest_first(self) -> Self:
        return self.order_by("-published_date", "-pk")
