from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.enums import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

MAKERS = (Role.COORDINATOR, Role.PARTNER_MANAGER)
WATCHERS = (*MAKERS, Role.DATA_PROTECTION_OFFICER)


class ApiTokenQuerySet(models.QuerySet[Any]):
    def usable(self, at: datetime) -> Self:
        """Return those in force whose maker still works there in a role that may make one."""
        from accounts.models import Membership

        held = Membership.objects.filter(user=OuterRef("maker"), organisation=OuterRef("organisation"), role__in=MAKERS)
        return self.standing().filter(Q(expires_at__gt=at), Exists(held), maker__is_active=True)

    def standing(self) -> Self:
        """Return those nobody revoked, whether or not their time is over."""
        return self.filter(revoked_at__isnull=True)

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Return those of organisations the user manages, coordinates or watches, and of the coalition's partners."""
        return self._reached(user, *WATCHERS)

    def changeable_by(self, user: "User | AnonymousUser") -> Self:
        """Return those the user may revoke: of organisations managed or coordinated, and of the coalition's."""
        return self._reached(user, *MAKERS)

    def _reached(self, user: "User | AnonymousUser", *roles: Role) -> Self:
        from accounts.models import Organisation

        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        reached = Organisation.objects.reached_by(user, [role.value for role in roles])
        return self.filter(organisation__in=reached.values("pk"))
