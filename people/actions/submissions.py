"""The life of a submission: accepted, then confirmed, disowned or purged."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import Case, Q, QuerySet, Value, When

from core import audit
from core.inserts import insert_row
from core.locks import write_with_retries
from core.statements import compiled_select, compiled_update
from people.addresses import subject_index
from people.canonical import canonical_email
from people.enums import SubmissionStatus
from people.kinds import submission_kind
from people.models import Submission
from people.tokens import CONFIRM, InvalidToken, read_uuid

KEEP_UNCONFIRMED = timedelta(days=21)
# A second press of the button within this time is the same press, not a replayed link.
SAME_PRESS = timedelta(minutes=10)
RESEND_LIMIT = 3
RESEND_PAUSE = timedelta(minutes=2)


class SubmissionGone(LookupError):
    """The submission was purged, or never was."""


class SubmissionDisowned(ValueError):
    """Somebody said "this was not me"."""


class AlreadyConfirmed(ValueError):
    """The link has done its work before."""

    def __init__(self, submission: Submission) -> None:
        super().__init__()
        self.submission = submission


@dataclass(frozen=True)
class Intake:
    """A valid public form. ``consents`` holds {"text": ConsentText id, "granted": bool} as shown and chosen."""

    kind: str
    target_id: int
    target_title: str
    email: str
    locale: str
    phone: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    consents: list[dict[str, Any]] = field(default_factory=list)
    source: str = ""
    bucket: str = ""
    address_hash: str = ""
    needs_confirmation: bool = True


@dataclass(frozen=True)
class Confirmed:
    """A confirmed submission, and what its kind made of it at this very call (None for a repeat)."""

    submission: Submission
    made: models.Model | None = None


def accept_submission(*, intake: Intake, at: datetime) -> Submission:
    """Keep one public form for good: a single durable INSERT, which is also the promise of its confirmation.

    Nothing is looked up, so the answer cannot reveal whether an address is known. Two calls make two rows; the
    drain sends one confirmation for an identical form sent twice (`messaging.actions.confirmations`).
    """
    submission = Submission(
        kind=intake.kind,
        target_id=intake.target_id,
        target_title=intake.target_title,
        email=intake.email,
        phone=intake.phone,
        subject_index=subject_index(intake.kind, intake.target_id, canonical_email(intake.email)),
        payload=intake.payload,
        consents=intake.consents,
        locale=intake.locale,
        source=intake.source,
        bucket=intake.bucket,
        address_hash=intake.address_hash,
        needs_confirmation=intake.needs_confirmation,
        created_at=at,
    )
    return insert_row(submission)


def find_submission(token: str, salt: str = CONFIRM) -> Submission:
    """Return the submission a link speaks of. Raises InvalidToken, SubmissionGone."""
    submission = Submission.objects.filter(public_id=read_uuid(token, salt)).first()
    if submission is None:
        raise SubmissionGone
    return submission


def find_confirmable_submission(*, token: str, at: datetime) -> Submission:
    """Return the submission whose link still waits to be pressed; changes nothing.

    Raises what `confirm_submission` raises, and AlreadyConfirmed at once.
    """
    submission = find_submission(token)
    _refuse_unless_confirmable(submission, at)
    if submission.status != SubmissionStatus.PENDING:
        raise AlreadyConfirmed(submission)
    return submission


def confirm_submission(*, token: str, at: datetime) -> Confirmed:
    """Do what the submission asks, once, and return it with what was made.

    Locks this person's submissions to the target, runs the kind's action in the same transaction, and
    settles the person's other pending ones so that nobody is reminded of what is done; what those say and
    allow is dropped, because only the pressed form is proved to be this person's (docs/adr/0011). A second call
    within ten minutes returns the first result; later ones raise AlreadyConfirmed. Raises InvalidToken,
    SubmissionGone (purged or older than 21 days), SubmissionDisowned.
    """
    # The same person may confirm something else at this moment, or a drain count them.
    return write_with_retries(lambda: _confirm_once(token, at))


@transaction.atomic
def _confirm_once(token: str, at: datetime) -> Confirmed:
    submission = _lock_with_its_siblings(token)
    _refuse_unless_confirmable(submission, at)
    if submission.status != SubmissionStatus.PENDING:
        return Confirmed(submission)
    submission.status = SubmissionStatus.CONFIRMED
    submission.confirmed_at = at
    made = submission_kind(submission.kind).confirm(submission, at=at)
    _write_supporter(
        pk=submission.pk, subject_index=submission.subject_index, supporter=submission.supporter_id, confirmed_at=at
    )
    return Confirmed(submission, made)


def _lock_with_its_siblings(token: str) -> Submission:
    """Lock all of one person's submissions to one target, always in the same order, and return this one as it is now.

    Two links of one person pressed at once would otherwise each hold its own row and wait for the other's. (On SQLite
    the transaction is the one writer already.)
    """
    public_id = read_uuid(token, CONFIRM)
    found = {row.public_id: row for row in _siblings_to_lock(public_id=public_id)}.get(public_id)
    if found is None:
        raise SubmissionGone
    return found


@compiled_select
def _siblings_to_lock(*, public_id: UUID) -> QuerySet[Submission]:
    same_person = Submission.objects.filter(public_id=public_id).values("subject_index")
    return Submission.objects.select_for_update(of=("self",)).filter(subject_index__in=same_person).order_by("pk")


@compiled_update
def _write_supporter(
    *, pk: int, subject_index: str, supporter: int | None, confirmed_at: datetime
) -> tuple[QuerySet[Submission], dict[str, Any]]:
    """Mark the row CONFIRMED with its supporter, and settle the same person's pending ones, in one statement."""
    pending = Q(subject_index=subject_index, status=SubmissionStatus.PENDING)
    status = Case(When(pk=pk, then=Value(SubmissionStatus.CONFIRMED)), default=Value(SubmissionStatus.SETTLED))
    changes = {"status": status, "confirmed_at": confirmed_at, "supporter": supporter}
    return Submission.objects.filter(Q(pk=pk) | pending), changes


def _refuse_unless_confirmable(submission: Submission, at: datetime) -> None:
    if submission.status == SubmissionStatus.DISOWNED:
        raise SubmissionDisowned
    if submission.confirmed_at is not None and at - submission.confirmed_at > SAME_PRESS:
        raise AlreadyConfirmed(submission)
    if submission.confirmed_at is None and at - submission.created_at > KEEP_UNCONFIRMED:
        raise SubmissionGone


@transaction.atomic
def disown_submission(*, token: str, at: datetime) -> None:
    """Wipe a submission its addressee did not send: the personal data goes, the row stays as a stub until purged.

    Safe to call twice. Raises InvalidToken, SubmissionGone, AlreadyConfirmed (then withdrawing is the way).
    """
    submission = find_submission(token)
    if submission.status in (SubmissionStatus.CONFIRMED, SubmissionStatus.SETTLED):
        raise AlreadyConfirmed(submission)
    wiped = Submission.objects.filter(pk=submission.pk, status=SubmissionStatus.PENDING).update(
        status=SubmissionStatus.DISOWNED, email="", phone="", payload={}, consents=[], queued_at=at
    )
    if wiped:
        submission_kind(submission.kind).disown(submission, at=at)
        audit.record("people.submission.disowned", target=submission)


def claim_resend(*, submission: Submission, at: datetime) -> int:
    """Reserve one more sending of the confirmation and return its number (1 to 3).

    Raises ResendRefused when there were three, or the last was less than two minutes ago.
    """
    if submission.status != SubmissionStatus.PENDING or submission.resends >= RESEND_LIMIT:
        raise ResendRefused("no_more")
    last = submission.last_resend_at or submission.created_at
    if at - last < RESEND_PAUSE:
        raise ResendRefused("too_soon")
    claimed = Submission.objects.filter(
        pk=submission.pk, resends=submission.resends, status=SubmissionStatus.PENDING
    ).update(resends=submission.resends + 1, last_resend_at=at)
    if not claimed:
        raise ResendRefused("too_soon")
    return submission.resends + 1


class ResendRefused(ValueError):
    """No further confirmation is sent now; the argument says why (``too_soon`` or ``no_more``)."""


def purge_submissions(*, at: datetime, limit: int = 10_000) -> int:
    """Delete submissions older than 21 days, whatever became of them, and return how many (at most ``limit``).

    What was confirmed lives on in supporter, consents and signature; the form itself is no longer needed.
    """
    old = list(
        Submission.objects.filter(created_at__lt=at - KEEP_UNCONFIRMED)
        .order_by("id")
        .values_list("pk", flat=True)[:limit]
    )
    if not old:
        return 0
    with transaction.atomic():
        deleted = Submission.objects.filter(pk__in=old).delete()[1].get("people.Submission", 0)
        audit.record("people.submission.purged", by="job:purge_submissions", count=deleted)
    return deleted


__all__ = [
    "AlreadyConfirmed",
    "Intake",
    "InvalidToken",
    "ResendRefused",
    "SubmissionDisowned",
    "SubmissionGone",
    "accept_submission",
    "claim_resend",
    "confirm_submission",
    "disown_submission",
    "find_confirmable_submission",
    "find_submission",
    "purge_submissions",
]
