"""What events let staff see of the packages below (settings.STAFF_SCOPES names these functions)."""

from typing import TYPE_CHECKING

from django.db.models import Q

from events.models import Rsvp

if TYPE_CHECKING:
    from accounts.models import User


def supporters_who_come(user: "User") -> Q:
    """People who registered for events the user looks after."""
    return Q(pk__in=Rsvp.objects.visible_to(user).values("supporter"))
