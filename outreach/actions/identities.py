"""Taking back what an identified conversation set going, and forgetting who it was with."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from core import audit
from core.audit import Actor
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from outreach.chains import Link, identity_in_force
from outreach.enums import MatchStatus
from outreach.models import ContactIdentity
from people.actions.consents import withdrawal_of
from people.enums import Channel
from people.models import ConsentEvent, ContactPoint, Supporter

if TYPE_CHECKING:
    from accounts.models import User

KEEP_UNMATCHED = timedelta(days=30)
# What still holds a name and an address as they were told.
OPEN_STATUSES = (MatchStatus.PENDING, MatchStatus.AMBIGUOUS)
_SETTLED = (MatchStatus.MATCHED, MatchStatus.CREATED, MatchStatus.AMBIGUOUS)
FORGET_BATCH = 1_000
_UNDONE, _REVOKED = "outreach-undone:", "outreach-revoked:"


def spoken_source(client_id: UUID) -> str:
    """Return the source of the consents one conversation brought."""
    return f"outreach:{client_id}"


def undone_source(client_id: UUID) -> str:
    """Return the source of the events that take such consents back because the mobiliser did."""
    return f"{_UNDONE}{client_id}"


def is_undone(event: ConsentEvent) -> bool:
    """Whether an event takes a consent back because a mobiliser or an organiser did, not because the person did."""
    return event.source.startswith((_UNDONE, _REVOKED))


def revoked_source(client_id: UUID) -> str:
    """Return the source of the events that take such consents back because an organiser revoked the session."""
    return f"{_REVOKED}{client_id}"


def confirmed_source(client_id: UUID) -> str:
    """Return the source of the consents the person then confirmed by pressing the button."""
    return f"follow-up:{client_id}"


def stopped_source(client_id: UUID) -> str:
    """Return the source of the events by which the person took them back, on the same page."""
    return f"follow-up-stop:{client_id}"


def message_key(identity: ContactIdentity, channel: str) -> str:
    """Return the idempotency key of the one follow-up on a channel."""
    return f"outreach-followup:identity:{identity.pk}:{channel}"


def blank(rows: QuerySet[ContactIdentity], status: MatchStatus) -> int:
    """Forget name and addresses of identities, leave them in ``status``, and return how many there were."""
    return rows.update(full_name="", email="", phone="", candidates=[], status=status)


def stop_superseded(*, mobiliser: "User", chains: dict[UUID, list[Link]], at: datetime) -> None:
    """Stop what was set going for people whom a later word of the same chain took back or replaced.

    The rows are locked first, so that a matching under way is waited for and then undone; one that comes later finds
    the chain as it is now. Pending ones are left to the matching, which looks at the chain.
    """
    identities = list(
        ContactIdentity.objects.select_for_update(of=("self",))
        .filter(contact__mobiliser=mobiliser, contact__root_id__in=chains)
        .select_related("contact")
        .order_by("pk")
    )
    identified = {identity.contact_id for identity in identities}
    in_force = {identity_in_force(chain, identified) for chain in chains.values()}
    stop_identities(
        identities=[each for each in identities if each.status in _SETTLED and each.contact_id not in in_force],
        by=mobiliser,
        at=at,
    )


@transaction.atomic
def stop_identities(*, identities: Iterable[ContactIdentity], by: Actor, at: datetime) -> int:
    """Take back the consents these identities brought and cancel follow-ups not yet sent; return how many there were.

    What the person has confirmed by the link since then stays theirs. A consent is annulled at the moment it was given,
    so that one given later (by the corrected record, or anywhere) stands. Safe to call twice.
    """
    rows = list(identities)
    if not rows:
        return 0
    keys = [message_key(identity, channel) for identity in rows for channel in Channel.values]
    waiting = OutboundMessage.objects.filter(idempotency_key__in=keys, status=MessageStatus.READY)
    waiting.update(status=MessageStatus.CANCELLED, reason="the mobiliser took it back")
    _annul_consents([identity.contact.client_id for identity in rows])
    blank(ContactIdentity.objects.filter(pk__in=[identity.pk for identity in rows]), MatchStatus.DISCARDED)
    audit.record("outreach.contact_identity.stopped", by=by, count=len(rows), at=at.isoformat())
    return len(rows)


def _annul_consents(client_ids: list[UUID]) -> None:
    events = ConsentEvent.objects.filter(
        source__in=[source(each) for each in client_ids for source in (spoken_source, undone_source, confirmed_source)]
    ).order_by("pk")
    by_source: dict[str, list[ConsentEvent]] = {}
    for event in events:
        by_source.setdefault(event.source, []).append(event)
    ConsentEvent.objects.bulk_create(
        withdrawal_of(event, source=undone_source(each), at=event.at)
        for each in client_ids
        if undone_source(each) not in by_source and confirmed_source(each) not in by_source
        for event in by_source.get(spoken_source(each), [])
    )


def forget_unmatched(*, at: datetime) -> int:
    """Blank people who could not be matched within 30 days of their record's arrival; return how many (a batch).

    Safe to call twice; the task calls it until nothing is left.
    """
    old = ContactIdentity.objects.filter(
        status__in=OPEN_STATUSES, contact__received_at__lt=at - KEEP_UNMATCHED
    ).order_by("pk")
    with transaction.atomic():
        ids = list(old.values_list("pk", flat=True)[:FORGET_BATCH])
        count = blank(ContactIdentity.objects.filter(pk__in=ids, status__in=OPEN_STATUSES), MatchStatus.DISCARDED)
        if count:
            audit.record("outreach.contact_identity.forgotten", by="job:forget_unmatched", count=count)
    return count


def move_identities(*, keep: Supporter, absorb: Supporter) -> None:
    """Hand the absorbed supporter's conversations to the kept one, in the transaction that merges them."""
    ContactIdentity.objects.filter(supporter=absorb).update(supporter=keep)


def follow_up_points(identity: ContactIdentity) -> dict[str, ContactPoint]:
    """Return where the follow-ups of a conversation went, by channel."""
    keys = [message_key(identity, channel) for channel in Channel.values]
    messages = OutboundMessage.objects.filter(idempotency_key__in=keys, contact_point__isnull=False)
    return {
        message.channel: message.contact_point
        for message in messages.select_related("contact_point")
        if message.contact_point is not None
    }
