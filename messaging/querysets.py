"""Which messages somebody of the staff sees."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.lookups import IsNull

from accounts.enums import Role
from core.scopes import scope_condition
from messaging.enums import InboundStatus, MessageStatus

if TYPE_CHECKING:
    from accounts.models import User


def _watched_only(user: "User") -> "models.QuerySet[Any]":
    """Return the organisations whose data the user watches over without coordinating them."""
    coordinated = user.memberships.filter(role=Role.COORDINATOR).values("organisation")
    watched = user.memberships.filter(role=Role.DATA_PROTECTION_OFFICER)
    return watched.exclude(organisation__in=coordinated).values("organisation")


class OutboundMessageQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the messages sent for organisations the user keeps, and those the packages above say.

        The keepers of an organisation are its coordinators and data-protection officers.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        own = user.memberships.filter(role__in=[Role.COORDINATOR, Role.DATA_PROTECTION_OFFICER]).values("organisation")
        return self.filter(Q(organisation__in=own) | scope_condition("messaging.outboundmessage", user))

    def changeable_by(self, user: "User") -> Self:
        """Return the messages the user may settle: what they see, but for organisations they only watch over."""
        seen = self.visible_to(user)
        if not user.is_authenticated or user.is_superuser:
            return seen
        return seen.filter(Q(organisation__isnull=True) | ~Q(organisation__in=_watched_only(user)))

    def due(self, at: datetime) -> Self:
        """Return what should have been sent by ``at`` and waits."""
        return self.filter(status=MessageStatus.READY, not_before__lte=at)


class InboundMessageQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the texts that answer messages of organisations the user keeps.

        What comes from a number nobody here wrote to is for the coordinators of organisations that no other leads.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        kept = user.memberships.filter(role__in=[Role.COORDINATOR, Role.DATA_PROTECTION_OFFICER])
        seen = Q(organisation__in=kept.values("organisation"))
        if kept.filter(role=Role.COORDINATOR, organisation__led_by__isnull=True).exists():
            seen |= Q(organisation__isnull=True)
        return self.filter(seen)

    def changeable_by(self, user: "User") -> Self:
        """Return the texts the user may answer: what they see, but for organisations they only watch over."""
        seen = self.visible_to(user)
        if not user.is_authenticated or user.is_superuser:
            return seen
        return seen.filter(Q(organisation__isnull=True) | ~Q(organisation__in=_watched_only(user)))

    def deletable_by(self, user: "User") -> Self:
        """Return the texts whose words the user may delete: of organisations whose data they watch over."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        watched = user.memberships.filter(role=Role.DATA_PROTECTION_OFFICER)
        return self.filter(organisation__in=watched.values("organisation"))

    def waiting(self) -> Self:
        """Return what waits for a human."""
        return self.filter(status=InboundStatus.FOR_A_HUMAN)

    def latest_of_threads(self) -> Self:
        """Return the last text of each thread: of one number, in answer to one organisation (or to none)."""
        return self.filter(~Exists(self._same_thread().filter(pk__gt=OuterRef("pk"))))

    def with_waiting(self) -> Self:
        """Add ``has_waiting``: whether any text of its thread waits for a human."""
        return self.annotate(has_waiting=Exists(self._same_thread().waiting()))

    def _same_thread(self) -> Self:
        rows = self.model._default_manager.filter(channel=OuterRef("channel"), address_index=OuterRef("address_index"))
        nobodys = Q(organisation__isnull=True) & Q(IsNull(OuterRef("organisation_id"), True))
        return rows.filter(Q(organisation=OuterRef("organisation_id")) | nobodys)  # type: ignore[return-value]


class MessageTextQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the texts of organisations the user works for."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_superuser else self.filter(organisation__in=user.memberships.values("organisation"))

    def changeable_by(self, user: "User") -> Self:
        """Return the texts of organisations the user coordinates."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        writes = user.memberships.filter(role__in=[Role.COORDINATOR, Role.PARTNER_MANAGER])
        return self.filter(organisation__in=writes.values("organisation"))
