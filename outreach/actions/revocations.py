"""Taking a mobiliser's session out of the figures, and giving it back: nothing is deleted.

A session's records are the chains that began in it: its contacts, with their corrections and undos from whatever
session. A correction made in it to a record of another session stays with that other one.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from core import audit
from outreach.enums import RecordType
from outreach.models import OutreachContact, Revocation

if TYPE_CHECKING:
    from accounts.models import User


class NothingToRevoke(Exception):
    """The session has no record that counts or could count."""


@dataclass(frozen=True)
class Session:
    """One sitting of one mobiliser in one effort, for one organisation."""

    effort_id: int
    mobiliser_id: int
    organisation_id: int
    session_id: uuid.UUID


def records_of(session: Session) -> QuerySet[OutreachContact]:
    """Return every record of the chains that began in a session."""
    begun = OutreachContact.objects.filter(
        effort=session.effort_id,
        mobiliser=session.mobiliser_id,
        organisation=session.organisation_id,
        session_id=session.session_id,
        record_type=RecordType.CONTACT,
    )
    return OutreachContact.objects.filter(
        mobiliser=session.mobiliser_id, root_id__in=begun.order_by().values("client_id")
    ).order_by()


@transaction.atomic
def revoke_session(*, session: Session, reason: str, by: "User", at: datetime) -> Revocation:
    """Take a session's records out of the figures and return what remembers it.

    A second call, also at the same moment, returns the first revocation while it stands. Raises NothingToRevoke when
    the session has no record, ValueError without a reason. Records that arrive later join it (`apply_revocations`).
    """
    if not reason.strip():
        raise ValueError("a revocation needs a reason")
    standing = _standing(session).first()
    if standing is not None:
        return standing
    try:
        with transaction.atomic():
            revocation = Revocation.objects.create(
                effort_id=session.effort_id,
                mobiliser_id=session.mobiliser_id,
                organisation_id=session.organisation_id,
                session_id=session.session_id,
                reason=reason.strip(),
                by=by,
            )
    except IntegrityError:
        return _standing(session).get()
    taken = records_of(session).filter(revocation__isnull=True).update(revocation=revocation)
    if not taken:
        raise NothingToRevoke
    revocation.count = taken
    revocation.save(update_fields=["count"])
    audit.record("outreach.session.revoked", by=by, target=revocation, count=taken, effort=session.effort_id)
    return revocation


@transaction.atomic
def undo_revocation(*, revocation: Revocation, by: "User", at: datetime) -> int:
    """Give every record of a revoked session back to the figures, and return how many; 0 when it was undone before."""
    claimed = Revocation.objects.filter(pk=revocation.pk, undone_at__isnull=True).update(undone_at=at)
    if not claimed:
        return 0
    restored = OutreachContact.objects.filter(revocation=revocation).order_by().update(revocation=None)
    revocation.refresh_from_db()
    audit.record("outreach.session.restored", by=by, target=revocation, count=restored)
    return restored


def apply_revocations(roots: Iterable[uuid.UUID]) -> int:
    """Let records that were just stored join the revocation of their session, and return how many did.

    ``roots`` are their chains' first records. Call it in the transaction that stored them. One query when no session
    among them was revoked.
    """
    begun = OutreachContact.objects.filter(client_id__in=set(roots)).order_by()
    sessions = begun.values("session_id")
    return sum(_join(each) for each in Revocation.objects.standing().filter(session_id__in=sessions).order_by("pk"))


@transaction.atomic
def settle_revocations() -> int:
    """Let every record that slipped past a revocation join it, and return how many did.

    A batch may be stored in the very moment its session is revoked, each unseen by the other's transaction.
    """
    standing = Revocation.objects.standing()
    outside = OutreachContact.objects.filter(revocation__isnull=True).order_by()
    begun = outside.filter(record_type=RecordType.CONTACT, session_id__in=standing.order_by().values("session_id"))
    revoked = OutreachContact.objects.filter(revocation__isnull=False).order_by()
    followed = revoked.filter(client_id__in=outside.filter(root_id__in=revoked.values("client_id")).values("root_id"))
    concerned = Q(session_id__in=begun.values("session_id")) | Q(pk__in=followed.values("revocation"))
    return sum(_join(each) for each in standing.filter(concerned).order_by("pk"))


def _join(revocation: Revocation) -> int:
    if revocation.mobiliser_id is None or revocation.organisation_id is None:
        return 0  # erased: nobody can send for them any more
    session = Session(revocation.effort_id, revocation.mobiliser_id, revocation.organisation_id, revocation.session_id)
    joined = records_of(session).filter(revocation__isnull=True).update(revocation=revocation)
    if joined:
        Revocation.objects.filter(pk=revocation.pk).update(count=F("count") + joined)
        audit.record("outreach.session.joined", by="outreach.sync", target=revocation, count=joined)
    return joined


def _standing(session: Session) -> Any:
    return Revocation.objects.standing().filter(
        effort=session.effort_id, mobiliser=session.mobiliser_id, session_id=session.session_id
    )
