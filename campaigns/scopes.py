"""What a campaign lets its staff see of the packages below (settings.STAFF_SCOPES names these functions)."""

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Role
from campaigns.actions.pledges import KIND as PLEDGE
from campaigns.actions.signatures import KIND
from campaigns.agreeing import partner_purpose, people_agreeing_to
from campaigns.models import Campaign, Partnership, Petition, Pledge, PledgeKind, Signature
from people.consent import consenting_points
from people.enums import Channel

if TYPE_CHECKING:
    from accounts.models import User

KEEPERS = (Role.COORDINATOR, Role.DATA_PROTECTION_OFFICER)


def supporters_of_led_campaigns(user: "User") -> Q:
    """People who signed or pledged under a campaign the user coordinates or watches for its leading organisation."""
    return _by_led_campaigns(user, OuterRef("pk"))


def supporters_of_partners(user: "User") -> Q:
    """People credited to a partner the user manages, by signature or pledge, who consented to that very partner.

    Suppressions do not hide a person from the partner who was given the address, they only stop messages
    (`campaigns.agreeing`).
    """
    found = Q(pk__in=[])
    for partnership in Partnership.objects.entrusted_to(user).select_related("campaign"):
        found |= people_agreeing_to(partnership, timezone.now())
    return found


def points_of_led_campaigns(user: "User") -> Q:
    """All addresses and numbers of people who signed or pledged, for who keeps the campaign they did it in."""
    return _by_led_campaigns(user, OuterRef("supporter"))


def _by_led_campaigns(user: "User", supporter: OuterRef) -> Q:
    # Asked person by person: a database would work out all people who signed anything before it looks at fifty.
    led = Campaign.objects.led_by(user, *KEEPERS).values("pk")
    petitions = Petition.objects.filter(campaign__in=led).values("pk")
    signed = Signature.objects.filter(petition__in=petitions, supporter=supporter)
    pledged = Pledge.objects.filter(campaign__in=led, supporter=supporter)
    return Q(Exists(signed.order_by())) | Q(Exists(pledged.order_by()))


def points_of_partners(user: "User") -> Q:
    """The addresses and numbers on which people let a partner the user manages write to them, each on its own."""
    found = Q(pk__in=[])
    for partnership in Partnership.objects.entrusted_to(user).select_related("campaign"):
        for channel in Channel:
            allowed = consenting_points(partner_purpose(partnership, channel), timezone.now())
            found |= Q(Exists(allowed.filter(pk=OuterRef("pk")).order_by()))
    return found


def pledges_of_partners(user: "User") -> Q:
    """Pledges credited to a partner the user manages, of people whose consent to that very partner is in force now."""
    found = Q(pk__in=[])
    for partnership in Partnership.objects.entrusted_to(user).select_related("campaign"):
        consenting = consenting_points(partner_purpose(partnership), timezone.now())
        found |= Q(partnership=partnership, supporter__in=consenting.values("supporter"))
    return found


def messages_of_led_campaigns(user: "User") -> Q:
    """Confirmations of signatures and pledges in campaigns the user coordinates or watches, while the form is kept."""
    led = Campaign.objects.led_by(user, *KEEPERS).values("pk")
    petitions = Petition.objects.filter(campaign__in=led).values("pk")
    kinds = PledgeKind.objects.filter(campaign__in=led).values("pk")
    return Q(submission__kind=KIND, submission__target_id__in=petitions) | Q(
        submission__kind=PLEDGE, submission__target_id__in=kinds
    )
