"""Which announcements somebody writes, and which somebody reads."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from campaigns.models import Campaign, Partnership
from coalition.announcement_enums import ADDRESSED, CURRENT_FOR, READERS, AnnouncementStatus
from coalition.querysets import KEEPERS

if TYPE_CHECKING:
    from accounts.models import User


def partnerships_read_for(user: "User") -> QuerySet[Partnership]:
    """Return the partnerships somebody reads for: of organisations they work for that take part and do not lead."""
    if not user.is_authenticated:
        return Partnership.objects.none()
    mine = user.memberships.filter(role__in=READERS).values("organisation")
    return Partnership.objects.active().filter(organisation__in=mine, role__in=ADDRESSED)


class AnnouncementQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return those of campaigns the user coordinates or watches for the lead, whatever their state."""
        return self.filter(campaign__in=Campaign.objects.led_by(user, *KEEPERS).values("pk"))

    def changeable_by(self, user: "User") -> Self:
        """Return those of campaigns the user coordinates."""
        return self.filter(campaign__in=Campaign.objects.changeable_by(user).values("pk"))

    def published(self) -> Self:
        return self.filter(status=AnnouncementStatus.PUBLISHED)

    def addressed_to(self, partnerships: QuerySet[Partnership]) -> Self:
        """Return what is published and addressed to one of these partners.

        That is what went to it; and of what it would have got, had it taken part then, what is pinned and what was
        published in the thirty days before it joined, or since.
        """
        went_to = partnerships.filter(
            announcements_received__announcement=OuterRef("pk"), announcements_received__is_late=False
        )
        since = ExpressionWrapper(F("published_at") + Value(CURRENT_FOR), output_field=models.DateTimeField())
        kind = partnerships.filter(campaign=OuterRef("campaign")).alias(
            roles=Cast(OuterRef("to_roles"), TextField()), countries=Cast(OuterRef("to_countries"), TextField())
        )
        kind = kind.filter(
            Q(roles="[]") | Q(roles__contains=_quoted("role")),
            Q(countries="[]") | Q(countries__contains=_quoted("organisation__country")),
        )
        is_current = Q(is_pinned=True) | Exists(kind.filter(created_at__lte=OuterRef("current_until")))
        rows = self.published().alias(current_until=since)
        return rows.filter(Exists(went_to) | (Exists(kind) & is_current))

    def readable_by(self, user: "User") -> Self:
        """Return what is addressed to a partner the user works for (`addressed_to`)."""
        return self.addressed_to(partnerships_read_for(user))

    def unread_by(self, user: "User") -> Self:
        """Return those the user has not opened."""
        return self.exclude(readings__user=user)


def _quoted(column: str) -> Concat:
    """Return a column's value as it stands in a list written as JSON."""
    return Concat(Value('"'), F(column), Value('"'), output_field=TextField())
