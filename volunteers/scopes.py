"""What volunteering lets staff see of the packages below (settings.STAFF_SCOPES names these functions)."""

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from campaigns.models import Campaign
from campaigns.scopes import KEEPERS
from volunteers.actions.applications import KIND
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from accounts.models import User


def supporters_who_volunteer(user: "User") -> Q:
    """People who volunteer where the user looks after volunteers."""
    return Q(Exists(Volunteer.objects.visible_to(user).filter(supporter=OuterRef("pk")).order_by()))


def points_of_volunteers(user: "User") -> Q:
    """Their addresses and numbers: whoever looks after volunteers has to reach them."""
    return Q(Exists(Volunteer.objects.visible_to(user).filter(supporter=OuterRef("supporter")).order_by()))


def messages_of_applications(user: "User") -> Q:
    """Confirmations of applications to campaigns the user coordinates or watches, while their form is kept."""
    led = Campaign.objects.led_by(user, *KEEPERS).values("pk")
    return Q(submission__kind=KIND, submission__target_id__in=led)
