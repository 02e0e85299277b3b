from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef

from accounts.enums import Role
from campaigns.models import Campaign, Partnership
from rights.enums import WAITING
from rights.parts import takes_part

if TYPE_CHECKING:
    from accounts.models import User

KEEPERS = (Role.COORDINATOR, Role.DATA_PROTECTION_OFFICER)


class RightsRequestQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the requests that concern an organisation the user coordinates or watches as its officer.

        Whom a request concerned was written down when it came; whether a partner may still see anybody is asked now.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        theirs = user.memberships.filter(role__in=KEEPERS).values("organisation")
        return self.filter(pk__in=self.concerned().filter(organisation__in=theirs).values("rightsrequest"))

    def concerned(self) -> models.QuerySet[Any]:
        """Return which request concerns which organisation, without partners that left or have not agreed since."""
        field: Any = self.model._meta.get_field("organisations")
        rows: models.QuerySet[Any] = field.remote_field.through.objects.all()
        person = {"supporter": OuterRef(OuterRef("rightsrequest__supporter"))}
        is_gone = ~Exists(
            self.model._default_manager.filter(pk=OuterRef(OuterRef("rightsrequest")), supporter__isnull=False)
        )
        of_row = {"organisation": OuterRef("organisation")}
        those = Partnership.objects.filter(takes_part(person, "campaign") | is_gone, **of_row)
        leads = Campaign.objects.filter(takes_part(person, "pk") | is_gone, **of_row)
        return rows.filter(~Exists(those.shut_out()) | Exists(those.in_force()) | Exists(leads))

    def waiting(self) -> Self:
        """Return those somebody still has to answer."""
        return self.filter(status__in=WAITING)

    def overdue(self, on: date) -> Self:
        """Return those that should have been answered before a day."""
        return self.waiting().filter(due_date__lt=on)
