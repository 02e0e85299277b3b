"""What partner screens read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Partnership, Signature, Source
from coalition.actions.leaving import people_losing_access, takes_part_elsewhere
from coalition.models import CoalitionSettings, PartnerAgreement
from coalition.querysets import KEEPERS
from coalition.selectors.toolkit import partner_places

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


@dataclass(frozen=True)
class Standing:
    """What a viewer is to one partner. Inside is who keeps the campaign for its lead, or manages this partner.

    ``sees``: the partner is in the viewer's lists; ``has_toolkit``: may take its materials.
    """

    is_inside: bool = False
    is_manager: bool = False
    is_coordinator: bool = False
    sees: bool = False
    has_toolkit: bool = False


def standing_of(partnership: Partnership, user: "User | AnonymousUser") -> Standing:
    """Return what ``user`` is to a partner. Read once for each row that was loaded, so for each request."""
    known: dict[int | None, Standing] = partnership.__dict__.setdefault("_standings", {})
    if user.pk not in known:
        known[user.pk] = _standing(partnership, user) if isinstance(user, User) else Standing()
    return known[user.pk]


def _standing(partnership: Partnership, user: User) -> Standing:
    kept = Q(campaign__in=Campaign.objects.led_by(user, *KEEPERS).values("pk"))
    managed = Q(pk__in=Partnership.objects.managed_by(user).values("pk"))
    led = Q(campaign__in=Campaign.objects.changeable_by(user).values("pk"))
    seen = Q(pk__in=Partnership.objects.visible_to(user).values("pk"))
    equipped = Q(pk__in=partner_places(user).values("pk"))
    asked = (_yes(kept | managed), _yes(managed), _yes(led), _yes(seen), _yes(equipped))
    found = Partnership.objects.filter(pk=partnership.pk).values_list(*asked).first()
    return Standing(*found) if found else Standing()


def _yes(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())


def sees_inside(partnership: Partnership, user: "User | AnonymousUser") -> bool:
    """Return whether ``user`` sees who the contact persons are: who keeps the campaign, or manages this partner."""
    return standing_of(partnership, user).is_inside


def manages(partnership: Partnership, user: User) -> bool:
    return standing_of(partnership, user).is_manager


def coordinates(partnership: Partnership, user: User) -> bool:
    return standing_of(partnership, user).is_coordinator


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
