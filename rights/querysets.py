from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from accounts.enums import Role
from rights.enums import WAITING

if TYPE_CHECKING:
    from accounts.models import User

KEEPERS = (Role.COORDINATOR, Role.DATA_PROTECTION_OFFICER)


class RightsRequestQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the requests that concern an organisation the user coordinates or watches as its officer."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        theirs = user.memberships.filter(role__in=KEEPERS).values("organisation")
        field: Any = self.model._meta.get_field("organisations")
        between = field.remote_field.through
        concerned = between.objects.filter(organisation__in=theirs)
        return self.filter(pk__in=concerned.values("rightsrequest"))

    def waiting(self) -> Self:
        """Return those somebody still has to answer."""
        return self.filter(status__in=WAITING)

    def overdue(self, on: date) -> Self:
        """Return those that should have been answered before a day."""
        return self.waiting().filter(due_date__lt=on)
