"""What a conversation lets staff see of the packages below (settings.STAFF_SCOPES names these functions)."""

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.enums import Role
from campaigns.models import Campaign, Partnership
from outreach.enums import MatchStatus
from outreach.models import ContactIdentity
from people.consent import ContactPurpose, consenting_points
from people.enums import Channel, Purpose

if TYPE_CHECKING:
    from accounts.models import User

_KEEPERS = (Role.COORDINATOR, Role.DATA_PROTECTION_OFFICER)
_FOUND = (MatchStatus.MATCHED, MatchStatus.CREATED)


def supporters_met(user: "User") -> Q:
    """People a mobiliser of a campaign spoke with, for those who coordinate or watch it for its leading organisation;
    and for a partner's manager those its own mobilisers met who consented to that very partner.
    """
    known = ContactIdentity.objects.filter(status__in=_FOUND)
    found = Q(Exists(_met_by_led_campaigns(user).filter(supporter=OuterRef("pk")).order_by()))
    managed = user.memberships.filter(role=Role.PARTNER_MANAGER).values_list("organisation", flat=True)
    for organisation_id in managed:
        own = known.filter(
            contact__organisation=organisation_id,
            contact__effort__campaign__partnerships__in=Partnership.objects.in_force()
            .filter(organisation=organisation_id)
            .values("pk"),
        )
        for slug in own.values_list("contact__effort__campaign__slug", flat=True).order_by().distinct():
            met = own.filter(contact__effort__campaign__slug=slug).values("supporter")
            for channel in Channel:
                purpose = ContactPurpose(Purpose.PARTNER_NEWS, channel, organisation_id, slug)
                consenting = consenting_points(purpose, timezone.now()).values("supporter")
                found |= Q(pk__in=met) & Q(pk__in=consenting)
    return found


def points_of_people_met(user: "User") -> Q:
    """All addresses and numbers of people met, for who keeps the campaign; a partner's are its consents' alone
    (`campaigns.scopes.points_of_partners`: a partnership of the same campaign).
    """
    return Q(Exists(_met_by_led_campaigns(user).filter(supporter=OuterRef("supporter")).order_by()))


def _met_by_led_campaigns(user: "User") -> QuerySet[ContactIdentity]:
    led = Campaign.objects.led_by(user, *_KEEPERS).values("pk")
    return ContactIdentity.objects.filter(status__in=_FOUND, contact__effort__campaign__in=led)
