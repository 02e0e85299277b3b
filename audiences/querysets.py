"""Who sees which segments."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from accounts.enums import Role

if TYPE_CHECKING:
    from accounts.models import User

WRITERS = (Role.COORDINATOR, Role.PARTNER_MANAGER)
SEE_PEOPLE = (*WRITERS, Role.DATA_PROTECTION_OFFICER)
READERS = (*SEE_PEOPLE, Role.ANALYST)


class SegmentQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Return the segments of the organisations the user works for; another organisation's are its own matter."""
        return self._of(user, READERS)

    def changeable_by(self, user: "User") -> Self:
        """Return the segments of organisations the user coordinates, or manages as a partner."""
        return self._of(user, WRITERS)

    def showing_people_to(self, user: "User") -> Self:
        """Return those whose people the user may see; the others' figures tell nothing of a few."""
        return self._of(user, SEE_PEOPLE)

    def _of(self, user: "User", roles: tuple[Role, ...]) -> Self:
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(organisation__in=user.memberships.filter(role__in=roles).values("organisation"))
