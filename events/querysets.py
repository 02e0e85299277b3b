from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Cast

from accounts.enums import Role
from campaigns.models import Campaign
from campaigns.scoped import CampaignScopedQuerySet
from events.enums import HOLDING, EventStatus, RsvpStatus

if TYPE_CHECKING:
    from accounts.models import User

SHOWN = (EventStatus.PUBLISHED, EventStatus.CLOSED, EventStatus.REPORTED)
PLANNERS = (Role.COORDINATOR, Role.ORGANISER)


class EventTypeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Return the types of every campaign the user takes part in: partners plan with them too."""
        return self.filter(campaign__in=Campaign.objects.visible_to(user).values("pk"))

    def changeable_by(self, user: "User") -> Self:
        """Return the types of campaigns the user leads."""
        if user.is_superuser:
            return self
        return self.filter(campaign__in=Campaign.objects.led_by(user, *PLANNERS).values("pk"))


class OfTypeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(event_type__campaign__in=Campaign.objects.visible_to(user).values("pk"))

    def changeable_by(self, user: "User") -> Self:
        """Return the rows of types of campaigns the user leads."""
        if user.is_superuser:
            return self
        return self.filter(event_type__campaign__in=Campaign.objects.led_by(user, *PLANNERS).values("pk"))


class EventQuerySet(CampaignScopedQuerySet):
    def summed_for(self, user: "User") -> Self:
        """Return the events whose sums a user may read: those seen one by one, and for analysts without names."""
        seen = self.visible_to(user)
        if not user.is_authenticated or user.is_superuser:
            return seen
        led = Campaign.objects.led_by(user, Role.ANALYST).values("pk")
        taking_part = Campaign.objects.visible_to(user).values("pk")
        mine = user.memberships.filter(role=Role.ANALYST).values("organisation")
        return seen | self.filter(Q(campaign__in=led) | Q(organisation__in=mine, campaign__in=taking_part))

    def public(self) -> Self:
        """Return the events anybody may read about: published once, shown on the site, cancelled ones included."""
        return self.filter(is_public=True, published_at__isnull=False).exclude(status=EventStatus.DRAFT)

    def going_on(self) -> Self:
        """Return the events that are to take place or did."""
        return self.filter(status__in=SHOWN)

    def between(self, since: datetime, until: datetime) -> Self:
        """Return the events with a timeslot that touches the time from ``since`` (included) to ``until`` (not)."""
        from events.models import Timeslot

        slots = Timeslot.objects.filter(event=OuterRef("pk"), starts_at__lt=until, ends_at__gt=since)
        return self.filter(Exists(slots))

    def speaking(self, language: str) -> Self:
        """Return the events at which a language is spoken, by its code."""
        return self._listing("spoken", language)

    def with_feature(self, feature: str) -> Self:
        """Return the events whose venue has an accessibility feature (a value of AccessFeature)."""
        return self._listing("venue__features", feature)

    def _listing(self, column: str, value: str) -> Self:
        # SQLite's JSON knows no "contains". Codes hold no quotes, so a quoted one is found in the list as text.
        name = f"{column.replace('__', '_')}_as_text"
        return self.alias(**{name: Cast(column, models.TextField())}).filter(**{f"{name}__contains": f'"{value}"'})

    def in_commune(self, code: str) -> Self:
        """Return the events of a commune; the venue says which where the event does not."""
        return self.filter(Q(territory__code=code) | Q(territory=None, venue__territory__code=code))

    def upcoming(self, at: datetime) -> Self:
        """Return the published events that are not over."""
        return self.filter(status=EventStatus.PUBLISHED, ends_at__gt=at)


class OfEventQuerySet(CampaignScopedQuerySet):
    campaign_path = "event__campaign"
    organisation_path = "event__organisation"


class RsvpQuerySet(OfEventQuerySet):
    def holding(self) -> Self:
        """Return the RSVPs that hold places."""
        return self.filter(status__in=HOLDING)

    def waiting(self) -> Self:
        """Return the waiting ones, the first in line first."""
        return self.filter(status=RsvpStatus.WAITING).order_by("waiting_since_at", "pk")

    def lapsed(self, at: datetime) -> Self:
        """Return the offers nobody took in time."""
        return self.filter(status=RsvpStatus.OFFERED, offer_expires_at__lte=at)


class OfRsvpQuerySet(CampaignScopedQuerySet):
    campaign_path = "rsvp__event__campaign"
    organisation_path = "rsvp__event__organisation"


class AttendanceQuerySet(OfEventQuerySet):
    def standing(self) -> Self:
        """Return the attendances that were not undone."""
        return self.filter(undone_at__isnull=True)


class VenueQuerySet(CampaignScopedQuerySet):
    def with_pin(self) -> Self:
        return self.filter(Q(latitude__isnull=False) & Q(longitude__isnull=False))
