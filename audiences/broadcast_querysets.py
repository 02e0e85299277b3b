"""Which broadcasts somebody of the staff sees, changes and approves."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.enums import Role
from audiences.enums import BroadcastStatus

if TYPE_CHECKING:
    from accounts.models import User


class BroadcastQuerySet(models.QuerySet[Any]):
    """An organisation's own broadcasts: how many people another may write to is none of anybody's business."""

    readers: ClassVar[tuple[Role, ...]] = (
        Role.COORDINATOR, Role.PARTNER_MANAGER, Role.DATA_PROTECTION_OFFICER, Role.ANALYST,
    )  # fmt: skip
    writers: ClassVar[tuple[Role, ...]] = (Role.COORDINATOR, Role.PARTNER_MANAGER)
    seers: ClassVar[tuple[Role, ...]] = (*writers, Role.DATA_PROTECTION_OFFICER)

    def visible_to(self, user: "User") -> Self:
        return self._of(user, self.readers)

    def changeable_by(self, user: "User") -> Self:
        return self._of(user, self.writers)

    def showing_people_to(self, user: "User") -> Self:
        """Return those whose people the user may see: not for who reads an organisation's figures only."""
        return self._of(user, self.seers)

    def approvable_by(self, user: "User") -> Self:
        """Return those that wait for a second person, which the user is: neither the author nor who handed it in."""
        mine = Q(author=user.pk) | Q(submitted_by=user.pk)
        return self.changeable_by(user).filter(status=BroadcastStatus.WAITING_FOR_APPROVAL).exclude(mine)

    def due(self, at: datetime) -> Self:
        """Return those that are to start by ``at``."""
        return self.filter(Q(scheduled_at__isnull=True) | Q(scheduled_at__lte=at), status=BroadcastStatus.SCHEDULED)

    def under_way(self) -> Self:
        return self.filter(status=BroadcastStatus.SENDING)

    def _of(self, user: "User", roles: tuple[Role, ...]) -> Self:
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(organisation__in=user.memberships.filter(role__in=roles).values("organisation"))


class BroadcastRecipientQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Return the recipients of broadcasts whose people the user may see: not for who reads figures only."""
        from audiences.models import Broadcast

        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(broadcast__in=Broadcast.objects.all().showing_people_to(user).values("pk"))
