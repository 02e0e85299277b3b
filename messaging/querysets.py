"""Which messages somebody of the staff sees."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.enums import Role
from core.scopes import scope_condition
from messaging.enums import InboundStatus, MessageStatus

if TYPE_CHECKING:
    from accounts.models import User


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

    def waiting(self) -> Self:
        """Return what waits for a human."""
        return self.filter(status=InboundStatus.FOR_A_HUMAN)
