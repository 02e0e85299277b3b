"""Who an ambiguous identity may be, side by side."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from outreach.actions.identities import KEEP_UNMATCHED
from outreach.actions.matching import Address, addresses_of, candidates_of, known_points
from outreach.models import ContactIdentity
from people.addresses import masked_address
from people.matching import are_names_compatible
from people.models import Supporter
from people.names import name_with_origin

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Candidate:
    """One supporter it may be. Of one the viewer may not see there is only what agrees, and no choosing."""

    supporter_id: int
    is_visible: bool
    name: str
    addresses: list[str]
    agrees: list[str]


@dataclass(frozen=True)
class Review:
    """An ambiguous identity as told, and who it may be. ``may_be_new``: some address is nobody's yet."""

    identity: ContactIdentity
    candidates: list[Candidate]
    may_be_new: bool


def days_left(identity: ContactIdentity, at: datetime) -> int:
    """Return in how many whole days an undecided identity is forgotten (never below 0)."""
    return max((identity.contact.received_at + KEEP_UNMATCHED - at).days, 0)


def review_of(identity: ContactIdentity, user: "User") -> Review:
    """Return what somebody who may decide is shown."""
    addresses = addresses_of(identity)
    owners = {(point.channel, point.canonical): point.supporter_id for point in known_points(addresses)}
    rows = candidates_of(identity)
    visible = set(
        Supporter.objects.visible_to(user).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
    )
    return Review(
        identity,
        [_candidate(row, identity, addresses, owners, row.pk in visible) for row in rows],
        any((address.channel, address.canonical) not in owners for address in addresses),
    )


def _candidate(
    row: Supporter,
    identity: ContactIdentity,
    addresses: list[Address],
    owners: dict[tuple[str, str], int],
    is_visible: bool,
) -> Candidate:
    same = {address.channel for address in addresses if owners.get((address.channel, address.canonical)) == row.pk}
    words = {"email": gettext("the same e-mail address"), "sms": gettext("the same phone number")}
    agrees = [words[channel] for channel in sorted(same)]
    fits = are_names_compatible(identity.full_name, row.full_name)
    agrees.append(gettext("a name that fits") if fits else gettext("another name"))
    if not is_visible:
        return Candidate(row.pk, False, gettext("somebody you may not see"), [], agrees)
    known = [masked_address(point.channel, point.as_typed) for point in row.contact_points.order_by("channel", "pk")]
    return Candidate(row.pk, True, name_with_origin(row.full_name, row.is_generated), known, agrees)
