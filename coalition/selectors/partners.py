"""What partner screens read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Partnership, Signature, Source
from coalition.actions.leaving import people_losing_access, takes_part_elsewhere
from coalition.models import CoalitionSettings, PartnerAgreement
from coalition.querysets import KEEPERS

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def with_agreements(rows: QuerySet[Partnership]) -> QuerySet[Any]:
    """Add ``asked_kind`` (blank: nothing is asked) and ``agreed_at`` (none: not accepted) to partnerships."""
    asked = CoalitionSettings.objects.filter(campaign=OuterRef("campaign")).values("agreement_kind")
    agreed = PartnerAgreement.objects.in_force().filter(
        partnership=OuterRef("pk"),
        text__organisation=F("partnership__campaign__organisation"),
        text__kind=F("partnership__campaign__coalition_settings__agreement_kind"),
    )
    return rows.annotate(
        asked_kind=Subquery(asked[:1]),
        agreed_at=Subquery(agreed.order_by("-accepted_at").values("accepted_at")[:1]),
    )


def lacking_agreement() -> Q:
    """Return the condition on partnerships that they take part and have not accepted what is asked."""
    lacking = Partnership.objects.active().exclude(pk__in=Partnership.objects.in_force().values("pk"))
    return Q(pk__in=lacking.values("pk"))


def asked_agreement() -> Q:
    """Return the condition on partnerships that their campaign asks an agreement of them."""
    asking = CoalitionSettings.objects.filter(campaign=OuterRef("campaign")).exclude(agreement_kind="")
    return Q(Exists(asking)) & ~Q(role=PartnerRole.LEAD)


def sees_inside(partnership: Partnership, user: "User | AnonymousUser") -> bool:
    """Return whether ``user`` sees who the contact persons are: who keeps the campaign, or manages this partner."""
    if not isinstance(user, User):
        return False
    led = Campaign.objects.led_by(user, *KEEPERS).values("pk")
    inside = Q(campaign__in=led) | Q(pk__in=Partnership.objects.managed_by(user).values("pk"))
    return user.is_superuser or Partnership.objects.filter(inside, pk=partnership.pk).exists()


def manages(partnership: Partnership, user: User) -> bool:
    return Partnership.objects.managed_by(user).filter(pk=partnership.pk).exists()


def coordinates(partnership: Partnership, user: User) -> bool:
    return Campaign.objects.changeable_by(user).filter(pk=partnership.campaign_id).exists()


@dataclass(frozen=True)
class Ending:
    """What ends, and what stays, when a partner leaves."""

    people: int
    signed_out: int
    links: int
    signatures: int
    is_elsewhere: bool


def what_would_end(partnership: Partnership) -> Ending:
    """Return what leaving would mean for a partner now."""
    organisation = partnership.organisation
    return Ending(
        people=User.objects.filter(memberships__organisation=organisation).distinct().count(),
        signed_out=len(people_losing_access(partnership)),
        links=Source.objects.filter(partnership=partnership).count(),
        signatures=Signature.objects.counting().filter(partnership=partnership).count(),
        is_elsewhere=takes_part_elsewhere(organisation, partnership),
    )
