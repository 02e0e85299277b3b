"""From who somebody said to be at a stall to a supporter: matched, made, or left for staff to decide."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q

from core import audit
from core.inserts import insert_row
from outreach.actions.follow_up import queue_follow_ups
from outreach.actions.identities import blank, is_undone, spoken_source
from outreach.chains import Link, by_root, identity_in_force
from outreach.enums import MatchStatus
from outreach.models import ContactIdentity, OutreachContact
from outreach.selectors.efforts import country_of
from people.canonical import UnreadableAddress, canonical_email, canonical_phone
from people.consent import event_in_force
from people.enums import Channel, ConsentState
from people.matching import are_names_compatible
from people.models import ConsentEvent, ConsentText, ContactPoint, Supporter

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)
BATCH = 200
JOB = "job:match_identities"


class NotAmbiguous(ValueError):
    """Somebody decided before, or the mobiliser took it back."""


class CannotDecide(ValueError):
    """The decision does not fit: not one of the candidates, or no address would be left for a new person."""


@dataclass(frozen=True)
class Address:
    """One address as told, with its form for matching."""

    channel: Channel
    canonical: str
    as_typed: str


def match_pending(*, at: datetime, after: int = 0, limit: int = BATCH) -> int:
    """Match up to ``limit`` pending identities with ids above ``after``; return the last id looked at, 0: none left.

    Each in a transaction of its own; one that breaks is logged and left for the next round, the others go on.
    """
    waiting = ContactIdentity.objects.filter(status=MatchStatus.PENDING, contact__revocation__isnull=True, pk__gt=after)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:limit])
    for pk in ids:
        try:
            match_identity(identity_id=pk, at=at)
        except Exception:
            logger.exception("identity %s cannot be matched", pk)
    return ids[-1] if ids else 0


def match_identity(*, identity_id: int, at: datetime) -> MatchStatus:
    """Find out who a pending identity is, once, and return where it stands.

    Nobody known by the addresses: a new supporter, its contact points unverified. Exactly one, whose name does not
    speak against it: that one. Two supporters, or a clearly different name: AMBIGUOUS, for staff. What a later record
    of the chain took back or replaced is discarded. Whoever is found gets the consents, a follow-up per channel they
    agreed to, and the name and addresses as told are blanked. A second call changes nothing.
    """
    try:
        return _match_once(identity_id, at)
    except IntegrityError:
        # At this moment a form or another drain made the very contact point; the second look finds it.
        return _match_once(identity_id, at)


@transaction.atomic
def _match_once(identity_id: int, at: datetime) -> MatchStatus:
    identity = _locked(identity_id)
    if identity.status != MatchStatus.PENDING or _is_revoked(identity):
        return MatchStatus(identity.status)
    if not is_in_force(identity):
        blank(ContactIdentity.objects.filter(pk=identity.pk), MatchStatus.DISCARDED)
        return MatchStatus.DISCARDED
    addresses = addresses_of(identity)
    points = known_points(addresses)
    candidates = {point.supporter_id: point.supporter for point in points}
    if len(candidates) > 1 or not all(
        are_names_compatible(identity.full_name, each.full_name) for each in candidates.values()
    ):
        ContactIdentity.objects.filter(pk=identity.pk).update(
            status=MatchStatus.AMBIGUOUS, candidates=sorted(candidates)
        )
        return MatchStatus.AMBIGUOUS
    status = MatchStatus.MATCHED if candidates else MatchStatus.CREATED
    supporter = next(iter(candidates.values()), None) or _create_supporter(identity)
    _settle(identity, supporter, addresses, status, at)
    audit.record(f"outreach.contact_identity.{status.value}", by=JOB, target=identity, supporter=supporter.pk)
    return status


def _locked(identity_id: int) -> ContactIdentity:
    return (
        ContactIdentity.objects.select_for_update(of=("self",))
        .select_related(
            "contact__mobiliser",
            "contact__organisation",
            "contact__effort__organisation",
            "contact__effort__campaign__organisation",
        )
        .get(pk=identity_id)
    )


def _chain(identity: ContactIdentity) -> list[OutreachContact]:
    contact = identity.contact
    return list(
        OutreachContact.objects.filter(mobiliser=contact.mobiliser_id, root_id=contact.root_id).select_related(
            "identity"
        )
    )


def is_in_force(identity: ContactIdentity) -> bool:
    """Whether no later record of the chain took this person back or named another."""
    rows = _chain(identity)
    links = [
        Link(row.pk, row.client_id, row.root_id, row.record_type, row.device_at, row.occurred_at, row.is_current)
        for row in rows
    ]
    identified = {row.pk for row in rows if hasattr(row, "identity")}
    chain = by_root(links).get(identity.contact.root_id, [])
    return identity_in_force(chain, identified) == identity.contact_id


def _is_revoked(identity: ContactIdentity) -> bool:
    """Whether an organiser took the session out of the figures; the identity then waits, or is forgotten in time."""
    return any(row.is_current and row.revocation_id for row in _chain(identity))


def addresses_of(identity: ContactIdentity) -> list[Address]:
    """Return the addresses as told that can be read."""
    found = []
    country = country_of(identity.contact.effort)
    for channel, typed in ((Channel.EMAIL, identity.email), (Channel.SMS, identity.phone)):
        if not typed:
            continue
        try:
            canonical = canonical_email(typed) if channel == Channel.EMAIL else canonical_phone(typed, country)
        except UnreadableAddress:
            # It was readable when it was taken; rules of numbers change with a release, and the other address stays.
            logger.warning("identity %s: an address is not readable any more", identity.pk)
            continue
        found.append(Address(channel, canonical, typed))
    return found


def known_points(addresses: list[Address]) -> list[ContactPoint]:
    """Return the contact points that are these addresses, with their supporters."""
    condition = Q(pk__in=[])
    for address in addresses:
        condition |= Q(channel=address.channel, canonical=address.canonical)
    return list(ContactPoint.objects.filter(condition).select_related("supporter").order_by("channel"))


def _create_supporter(identity: ContactIdentity) -> Supporter:
    contact = identity.contact
    return insert_row(
        Supporter(
            full_name=identity.full_name,
            language=identity.language,
            territory_id=contact.territory_id,
            is_generated=contact.is_generated,
        )
    )


def _settle(
    identity: ContactIdentity, supporter: Supporter, addresses: list[Address], status: MatchStatus, at: datetime
) -> None:
    """Give a supporter the addresses that are nobody's, the consents and the follow-ups; forget what was told.

    Nothing known about the supporter is written over: a stranger may have told somebody else's address.
    """
    known = {(point.channel, point.canonical): point for point in known_points(addresses)}
    points: dict[str, ContactPoint] = {}
    for address in addresses:
        point = known.get((address.channel, address.canonical))
        if point is None:
            point = insert_row(
                ContactPoint(
                    supporter=supporter,
                    channel=address.channel,
                    canonical=address.canonical,
                    as_typed=address.as_typed,
                )
            )
        if point.supporter_id == supporter.pk:
            points[address.channel] = point
    texts = granted_texts(identity, points)
    _record_consents(identity, points, texts, at)
    queue_follow_ups(identity=identity, points=points, texts=texts, at=at)
    rows = ContactIdentity.objects.filter(pk=identity.pk)
    blank(rows, status)
    rows.update(supporter=supporter, decided_at=at)


def granted_texts(identity: ContactIdentity, channels: dict[str, ContactPoint]) -> list[ConsentText]:
    """Return the wordings the person agreed to, for the channels in ``channels``."""
    granted = [choice["text"] for choice in identity.consents if choice["granted"]]
    texts = ConsentText.objects.filter(pk__in=granted, channel__in=list(channels)).select_related("organisation")
    return list(texts.order_by("organisation_id", "purpose", "pk"))


def _record_consents(
    identity: ContactIdentity, points: dict[str, ContactPoint], texts: list[ConsentText], at: datetime
) -> None:
    """Write the spoken consents down, at the moment of the conversation: what the person did since then stands.

    Nor does a mobiliser's word lift a withdrawal made before; that waits for the person's own press of the button.
    """
    contact = identity.contact
    source = spoken_source(contact.client_id)
    for text in texts:
        point = points[text.channel]
        latest = event_in_force(point, text, at)
        is_withdrawn = latest is not None and latest.state == ConsentState.WITHDRAWN
        if is_withdrawn and latest is not None and not is_undone(latest):
            continue
        insert_row(
            ConsentEvent(
                contact_point=point,
                state=ConsentState.GRANTED,
                purpose=text.purpose,
                channel=text.channel,
                organisation_id=text.organisation_id,
                scope=text.scope,
                text=text,
                source=source,
                at=min(contact.occurred_at, at),
            )
        )


# --- Decided by staff ----------------------------------------------------------------------------


@transaction.atomic
def decide_identity(
    *, identity: ContactIdentity, supporter: Supporter | None, by: "User", at: datetime
) -> ContactIdentity:
    """Settle an ambiguous identity as ``supporter``, one of its candidates, or (None) as a new person.

    An address that is somebody else's stays theirs. Raises NotAmbiguous when it was settled or taken back meanwhile,
    CannotDecide for a supporter who is no candidate and for a new person whose every address is another's.
    """
    locked = _ambiguous(identity)
    addresses = addresses_of(locked)
    if supporter is None:
        taken = {(point.channel, point.canonical) for point in known_points(addresses)}
        if all((address.channel, address.canonical) in taken for address in addresses):
            raise CannotDecide("every address is another supporter's")
        chosen, status = _create_supporter(locked), MatchStatus.CREATED
    elif supporter.pk in {row.pk for row in candidates_of(locked)}:
        chosen, status = supporter, MatchStatus.MATCHED
    else:
        raise CannotDecide("not one of the candidates")
    _settle(locked, chosen, addresses, status, at)
    ContactIdentity.objects.filter(pk=locked.pk).update(decided_by=by)
    audit.record("outreach.contact_identity.decided", by=by, target=locked, status=status.value, supporter=chosen.pk)
    locked.refresh_from_db()
    return locked


@transaction.atomic
def discard_identity(*, identity: ContactIdentity, by: "User", at: datetime) -> ContactIdentity:
    """Forget an ambiguous identity; the anonymous record stays. Raises NotAmbiguous."""
    locked = _ambiguous(identity)
    rows = ContactIdentity.objects.filter(pk=locked.pk)
    blank(rows, MatchStatus.DISCARDED)
    rows.update(decided_by=by, decided_at=at)
    audit.record("outreach.contact_identity.discarded", by=by, target=locked)
    locked.refresh_from_db()
    return locked


def _ambiguous(identity: ContactIdentity) -> ContactIdentity:
    locked = _locked(identity.pk)
    if locked.status != MatchStatus.AMBIGUOUS or not is_in_force(locked):
        raise NotAmbiguous
    return locked


def candidates_of(identity: ContactIdentity) -> list[Supporter]:
    """Return the supporters an ambiguous identity may be; one merged meanwhile stands as the record that was kept."""
    rows = Supporter.objects.filter(pk__in=identity.candidates).select_related("merged_into")
    kept = {row.merged_into or row for row in rows}
    return sorted(kept, key=lambda row: row.pk)
