from typing import TYPE_CHECKING, Self

from django.db import models

from accounts.models import Organisation
from campaigns.models import Campaign
from rights.querysets import KEEPERS

if TYPE_CHECKING:
    from accounts.models import User


class OfOrganisationQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the rows of organisations whose record of processing the user keeps."""
        return self.filter(organisation__in=recorded_organisations(user).values("pk"))


def recorded_organisations(user: "User") -> models.QuerySet[Organisation]:
    """Return the organisations that lead a campaign and whose record of processing the user sees.

    Those whose campaigns they coordinate or whose data they watch over: each controller has a record of its own
    (Art. 30(1) GDPR), and a partner's people do not read the lead's.
    """
    leading = Organisation.objects.filter(campaigns__in=Campaign.objects.led_by(user, *KEEPERS).values("pk")).distinct()
    if user.is_superuser:
        return leading
    return leading.filter(memberships__user=user, memberships__role__in=KEEPERS)
