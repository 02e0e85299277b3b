"""Who sees which journeys, people on their way, and tasks."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.enums import Role
from audiences.journey_enums import JourneyStatus, RunStatus, TaskStatus

if TYPE_CHECKING:
    from accounts.models import User
    from audiences.models import Segment

WRITERS = (Role.COORDINATOR, Role.PARTNER_MANAGER)
READERS = (*WRITERS, Role.ANALYST, Role.DATA_PROTECTION_OFFICER)
WORKERS = (Role.COORDINATOR, Role.PARTNER_MANAGER, Role.ORGANISER)


class _OfOrganisationQuerySet(models.QuerySet[Any]):
    """Rows of an organisation; ``path`` leads there."""

    path: ClassVar[str] = "organisation"

    def _of(self, user: "User", roles: tuple[Role, ...]) -> Self:
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        own = user.memberships.filter(role__in=roles).values("organisation")
        return self.filter(**{f"{self.path}__in": own})


class AutomationQuerySet(_OfOrganisationQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the journeys of the organisations the user works for."""
        return self._of(user, READERS)

    def changeable_by(self, user: "User") -> Self:
        """Return the journeys of organisations the user coordinates, or manages as a partner."""
        return self._of(user, WRITERS)

    def asking(self, segment: "Segment") -> Self:
        """Return those that a segment begins, ends or that a step asks."""
        return self.filter(Q(uses__segment=segment) | Q(leave_segment=segment)).distinct().order_by("name")

    def running(self) -> Self:
        """Return those that take people in and lead them on."""
        return self.filter(status=JourneyStatus.RUNNING)


class AutomationRunQuerySet(_OfOrganisationQuerySet):
    path = "automation__organisation"

    def visible_to(self, user: "User") -> Self:
        """Return the ways of people through journeys the user may look into, one by one: not analysts."""
        return self._of(user, (*WRITERS, Role.DATA_PROTECTION_OFFICER))

    def changeable_by(self, user: "User") -> Self:
        """Return those the user may move or take out."""
        return self._of(user, WRITERS)

    def due(self, at: datetime) -> Self:
        """Return who is to go on, in journeys that run."""
        return self.filter(status=RunStatus.WAITING, next_at__lte=at, automation__status=JourneyStatus.RUNNING)


class StaffTaskQuerySet(_OfOrganisationQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the tasks of organisations the user works for, and whatever was given to the user."""
        return self._of(user, WORKERS) | self.filter(owner_id=user.pk) if user.is_authenticated else self.none()

    def changeable_by(self, user: "User") -> Self:
        """Return the same: whoever sees a task may do it, hand it on or put it off."""
        return self.visible_to(user)

    def open(self) -> Self:
        """Return those nobody has done or dropped."""
        return self.filter(status=TaskStatus.OPEN)

    def owned_by(self, user: "User") -> Self:
        """Return those of one person."""
        return self.filter(Q(owner=user))
