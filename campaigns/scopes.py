"""What a campaign lets its staff see of the packages below (settings.STAFF_SCOPES names these functions)."""

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from accounts.models import Role
from campaigns.actions.signatures import KIND
from campaigns.models import Campaign, Partnership, Petition, Signature
from people.consent import ContactPurpose, consenting_points
from people.enums import Channel, Purpose

if TYPE_CHECKING:
    from accounts.models import User

KEEPERS = (Role.COORDINATOR, Role.DATA_PROTECTION_OFFICER)


def supporters_of_led_campaigns(user: "User") -> Q:
    """People who signed under a campaign the user coordinates or watches for its leading organisation."""
    led = Campaign.objects.led_by(user, *KEEPERS).values("pk")
    return Q(pk__in=Signature.objects.filter(petition__campaign__in=led).values("supporter"))


def supporters_of_partners(user: "User") -> Q:
    """People whose signature is credited to a partner the user manages and who consented to that very partner.

    The consent is the partner's own, in force now, for the campaign or for all of the partner's; suppressions do not
    hide a person from the partner who was given the address, they only stop messages.
    """
    found = Q(pk__in=[])
    for partnership in Partnership.objects.managed_by(user).select_related("campaign"):
        signed = Signature.objects.filter(partnership=partnership)
        consenting = consenting_points(partner_purpose(partnership), timezone.now())
        found |= Q(pk__in=signed.values("supporter")) & Q(pk__in=consenting.values("supporter"))
    return found


def partner_purpose(partnership: Partnership, channel: Channel = Channel.EMAIL) -> ContactPurpose:
    """Return what a partner asks its own consent for on the forms of a campaign."""
    return ContactPurpose(Purpose.PARTNER_NEWS, channel, partnership.organisation_id, partnership.campaign.slug)


def messages_of_led_campaigns(user: "User") -> Q:
    """Confirmations of the petitions of campaigns the user coordinates or watches, while their form is kept."""
    led = Campaign.objects.led_by(user, *KEEPERS).values("pk")
    petitions = Petition.objects.filter(campaign__in=led).values("pk")
    return Q(submission__kind=KIND, submission__target_id__in=petitions)
