"""What events let staff see of the packages below (settings.STAFF_SCOPES names these functions)."""

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.models import Campaign
from campaigns.scopes import KEEPERS
from events.actions.rsvps import KIND
from events.models import Event, Rsvp

if TYPE_CHECKING:
    from accounts.models import User


def supporters_who_come(user: "User") -> Q:
    """People who registered for events the user looks after and proved their address.

    Without proof anybody could open a stranger's record to an organiser by typing their address into a form.
    """
    return Q(Exists(_proved(user).filter(supporter=OuterRef("pk")).order_by()))


def points_of_who_comes(user: "User") -> Q:
    """Their addresses and numbers: whoever looks after an event has to reach those who come."""
    return Q(Exists(_proved(user).filter(supporter=OuterRef("supporter")).order_by()))


def _proved(user: "User") -> QuerySet[Rsvp]:
    found: QuerySet[Rsvp] = Rsvp.objects.visible_to(user).filter(is_proved=True)
    return found


def messages_about_rsvps(user: "User") -> Q:
    """Letters about RSVPs to events of campaigns the user coordinates or watches."""
    led = Campaign.objects.led_by(user, *KEEPERS)
    events = Event.objects.filter(campaign__in=led.values("pk")).values("pk")
    return Q(submission__kind=KIND, submission__target_id__in=events) | Q(
        template__startswith="rsvp_", scope__in=led.values("slug")
    )
