"""Withdrawing the consents a revoked session recorded. Revoking takes out the figures only; this is asked apart."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from core import audit
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from outreach.actions.identities import (
    confirmed_source,
    message_key,
    revoked_source,
    spoken_source,
    undone_source,
)
from outreach.models import ContactIdentity, Revocation
from people.actions.consents import withdrawal_of
from people.enums import Channel, ConsentState
from people.models import ConsentEvent

if TYPE_CHECKING:
    from accounts.models import User


class RevocationUndone(ValueError):
    """The session was given back: what it recorded stands."""


@dataclass(frozen=True)
class RecordedConsents:
    """Consents a session recorded: ``recorded`` in all, of how many ``people``, and how many a withdrawal would take.

    The rest the person confirmed by the link, was taken back before, or had allowed already by themselves.
    """

    recorded: int
    people: int
    standing: list[ConsentEvent]


def consents_of(revocation: Revocation) -> RecordedConsents:
    """Return what the records of a revoked session made people's consents, in a fixed number of queries."""
    ids = list(_identities(revocation).values_list("contact__client_id", flat=True))
    spoken = {spoken_source(each): each for each in ids}
    events = list(ConsentEvent.objects.filter(source__in=spoken, state=ConsentState.GRANTED).order_by("pk"))
    settling = {source(each) for each in ids for source in (undone_source, revoked_source, confirmed_source)}
    settled = set(ConsentEvent.objects.filter(source__in=settling).order_by().values_list("source", flat=True))
    open_ones = [event for event in events if not _settled_by(spoken[event.source]) & settled]
    own = _allowed_before(open_ones, set(spoken))
    return RecordedConsents(
        recorded=len(events),
        people=len({event.contact_point_id for event in events}),
        standing=[event for event in open_ones if event.pk not in own],
    )


@transaction.atomic
def withdraw_recorded_consents(*, revocation: Revocation, by: "User", at: datetime) -> int:
    """Withdraw the consents a revoked session recorded, cancel follow-ups not yet sent, and return how many consents.

    What the person confirmed by the link, or allowed elsewhere before or after, stands: each consent is annulled at the
    moment it was given. Why stands in the revocation. The figures stay as they are. A second call withdraws nothing.
    Raises RevocationUndone.
    """
    locked = Revocation.objects.select_for_update().get(pk=revocation.pk)
    if locked.undone_at is not None:
        raise RevocationUndone
    standing = consents_of(locked).standing
    by_source = {spoken_source(each): each for each in _identities(locked).values_list("contact__client_id", flat=True)}
    ConsentEvent.objects.bulk_create(
        withdrawal_of(event, source=revoked_source(by_source[event.source]), at=event.at) for event in standing
    )
    keys = [message_key(identity, channel) for identity in _identities(locked) for channel in Channel.values]
    OutboundMessage.objects.filter(idempotency_key__in=keys, status=MessageStatus.READY).update(
        status=MessageStatus.CANCELLED, reason="the session was taken out of the figures"
    )
    if standing:
        audit.record(
            "outreach.session.consents_withdrawn", by=by, target=locked, count=len(standing), at=at.isoformat()
        )
    return len(standing)


def _identities(revocation: Revocation) -> QuerySet[ContactIdentity]:
    return ContactIdentity.objects.filter(contact__revocation=revocation).order_by("pk")


def _settled_by(client_id: UUID) -> set[str]:
    return {source(client_id) for source in (undone_source, revoked_source, confirmed_source)}


def _allowed_before(events: list[ConsentEvent], ours: set[str]) -> set[int]:
    """Return the ids of those events whose consent the person had given before, by themselves."""
    earlier = ConsentEvent.objects.filter(contact_point__in={event.contact_point_id for event in events})
    known = [row for row in earlier.order_by("at", "pk") if row.source not in ours]
    found = set()
    for event in events:
        before = [
            row
            for row in known
            if (row.contact_point_id, row.purpose, row.channel, row.organisation_id)
            == (event.contact_point_id, event.purpose, event.channel, event.organisation_id)
            and row.scope in ("", event.scope)
            and (row.at, row.pk) < (event.at, event.pk)
        ]
        if before and before[-1].state == ConsentState.GRANTED:
            found.add(event.pk)
    return found
