"""Confirmations and their reminders: made from submission rows, never from the request."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet, Sum

from core.batch_inserts import insert_new_rows
from messaging.actions.address_limits import suppress_excess
from messaging.actions.queue import Draft, queue_service_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.actions.submissions import KEEP_UNCONFIRMED
from people.canonical import canonical_email
from people.consent import ContactPurpose
from people.enums import Channel, Purpose, SubmissionStatus
from people.kinds import submission_kind, template_of
from people.models import Submission

BATCH = 1000
FORGET_BATCH = 5_000
REMIND_AFTER = (timedelta(days=2), timedelta(days=4), timedelta(days=6))
# The same form sent twice within this time is one wish (a double press, a reload of the page).
SAME_WISH = timedelta(minutes=10)
# More confirmations than this to one person for one target in an hour help nobody but a prankster.
CONFIRMATIONS_PER_HOUR = 3

_SERVICE_MAIL = ContactPurpose(Purpose.SERVICE, Channel.EMAIL)
_LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


class Form(NamedTuple):
    """What a drain needs to know of one submission: thousands are read at a time, and none is changed by itself."""

    pk: int
    public_id: UUID
    kind: str
    status: str
    email: str
    phone: str
    subject_index: str
    payload: dict[str, Any]
    consents: list[dict[str, Any]]
    locale: str
    needs_confirmation: bool
    created_at: datetime


@transaction.atomic
def drain_submissions(*, at: datetime, limit: int = BATCH) -> int:
    """Queue the confirmation of up to ``limit`` fresh submissions and return how many rows were taken.

    Rows are claimed and their messages written in one transaction: a crash leaves both undone. Several drains at once
    take different rows (SKIP LOCKED) or queue up (SQLite). An identical form sent again within ten minutes, and more
    than three different ones in an hour, get no mail of their own; the row stays and its first link confirms.
    Where the target counts without confirmation, that happens here too.
    """
    fresh = _read(_locked(Submission.objects.filter(queued_at__isnull=True).order_by("id"))[:limit])
    if not fresh:
        return 0
    repeats = _repeats_among(fresh)
    pending = [row for row in fresh if row.status == SubmissionStatus.PENDING]
    _accept([row.pk for row in pending if not row.needs_confirmation], at)
    drafts = [
        _draft(row, "confirm_signature", "first", at, expires_at=row.created_at + KEEP_UNCONFIRMED)
        for row in pending
        if row.pk not in repeats
    ]
    queue_service_messages(drafts=suppress_excess(drafts=drafts, at=at))
    Submission.objects.filter(pk__any_of=[row.pk for row in fresh]).update(queued_at=at)
    return len(fresh)


def _read(rows: QuerySet[Submission]) -> list[Form]:
    return [Form._make(values) for values in rows.values_list(*Form._fields)]


def _accept(ids: list[int], at: datetime) -> None:
    """Count what its target counts without confirmation."""
    if ids:
        for submission in Submission.objects.filter(pk__in=ids).order_by("id"):
            submission_kind(submission.kind).accept(submission, at=at)


def _locked(rows: QuerySet[Submission]) -> QuerySet[Submission]:
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True, of=("self",))
    return rows  # SQLite: the transaction took the write lock when it began


def _repeats_among(fresh: list[Form]) -> set[int]:
    """Return the ids of rows that repeat an earlier one, or exceed what one address may be sent."""
    repeats: set[int] = set()
    mailed: dict[str, list[Form]] = {}
    for row in [*_earlier_than(fresh), *fresh]:
        before = mailed.setdefault(row.subject_index, [])
        if before and _is_repeat(row, before):
            repeats.add(row.pk)
        else:
            before.append(row)
    return repeats


def _earlier_than(fresh: list[Form]) -> list[Form]:
    """Return what the same people sent to the same targets lately and a drain has seen.

    The moment is looked at here and not in the query: the index of persons finds few rows, while that of moments,
    which PostgreSQL would sometimes rather take, holds everybody's of the last hours.
    """
    # Twice the hour: whether a row of an hour ago was mailed hangs on the hour before it.
    earliest = min(row.created_at for row in fresh) - timedelta(hours=2)
    seen = Submission.objects.filter(
        subject_index__any_of={row.subject_index for row in fresh}, queued_at__isnull=False
    )
    lately = [pk for pk, at in seen.order_by().values_list("pk", "created_at") if at >= earliest]
    return _read(Submission.objects.filter(pk__any_of=lately).order_by("id")) if lately else []


def _is_repeat(row: Form, mailed: Iterable[Form]) -> bool:
    lately = [other for other in mailed if row.created_at - other.created_at < timedelta(hours=1)]
    return len(lately) >= CONFIRMATIONS_PER_HOUR or any(_same_wish(other, row) for other in lately)


def _same_wish(first: Form, second: Form) -> bool:
    def wish(row: Form) -> tuple[Any, ...]:
        return row.status, row.email, row.phone, row.locale, row.payload, row.consents

    if not second.email:  # disowned and wiped: nobody knows any more what it asked
        return False
    return abs(second.created_at - first.created_at) <= SAME_WISH and wish(first) == wish(second)


def _draft(row: Form | Submission, template: str, occasion: str, at: datetime, *, expires_at: datetime) -> Draft:
    return Draft(
        idempotency_key=f"confirmation:submission:{row.public_id}:{occasion}",
        purpose=_SERVICE_MAIL,
        template=template_of(row.kind, template),
        address=row.email,
        canonical=canonical_email(row.email),
        language=row.locale if row.locale in _LANGUAGES else settings.LANGUAGE_CODE,
        not_before=at,
        expires_at=expires_at,
        submission_id=row.pk,
        context=_words(
            str(row.payload.get("campaign_name") or ""),
            str(row.payload.get("organisation_name") or ""),
            max((row.created_at + KEEP_UNCONFIRMED - at).days, 0),
        ),
    )


@lru_cache(maxsize=100)
def _words(campaign_name: str, organisation_name: str, days_left: int) -> dict[str, Any]:
    """Return what a text needs beside the submission: one object for many rows, which is then written out once."""
    return {"campaign_name": campaign_name, "organisation_name": organisation_name, "days_left": days_left}


def queue_resend(*, submission: Submission, number: int, at: datetime) -> None:
    """Queue the confirmation once more because the person asked for it; ``number`` comes from `claim_resend`.

    Whoever hands in the same address many times may not have each form mailed three times more: beyond three in an
    hour to one person for one target the message is written down as SUPPRESSED, and the answer is the same.
    """
    expires_at = submission.created_at + KEEP_UNCONFIRMED
    draft = _draft(submission, "confirm_signature", f"resend-{number}", at, expires_at=expires_at)
    siblings = Submission.objects.filter(subject_index=submission.subject_index)
    lately = siblings.filter(last_resend_at__gt=at - timedelta(hours=1)).aggregate(n=Sum("resends"))["n"] or 0
    if lately > CONFIRMATIONS_PER_HOUR:
        insert_new_rows(OutboundMessage, [draft.as_values("sent often enough")])
    else:
        queue_service_messages(drafts=suppress_excess(drafts=[draft], at=at))


@transaction.atomic
def remind_unconfirmed(*, at: datetime, limit: int = BATCH) -> int:
    """Remind people who have not confirmed after 2, 4 and 6 days; return how many rows were reminded.

    After an outage only the latest reminder due is sent, and each at most once. Rows are claimed in the transaction
    that writes the message. Repeats of one person are reminded once: by their first submission. Where the target
    counts without confirmation nothing hangs on it, and nobody is reminded.
    """
    reminded = 0
    ends = (*REMIND_AFTER[1:], KEEP_UNCONFIRMED)
    for number, (since, until) in enumerate(zip(REMIND_AFTER, ends, strict=True), start=1):
        due = Submission.objects.filter(
            status=SubmissionStatus.PENDING,
            needs_confirmation=True,
            queued_at__isnull=False,
            reminders_sent__lt=number,
            created_at__lte=at - since,
            created_at__gt=at - until,
        ).order_by("id")
        rows = _read(_locked(due)[:limit])
        first_ids = _first_of_each_person(rows)
        queue_service_messages(
            drafts=[
                _draft(row, "confirm_reminder", f"reminder-{number}", at, expires_at=at + timedelta(days=2))
                for row in rows
                if row.pk in first_ids
            ]
        )
        Submission.objects.filter(pk__any_of=[row.pk for row in rows]).update(reminders_sent=number)
        reminded += len(rows)
    return reminded


def _first_of_each_person(rows: list[Form]) -> set[int]:
    pending = Submission.objects.filter(
        subject_index__any_of={row.subject_index for row in rows}, status=SubmissionStatus.PENDING
    ).order_by("-id")
    return set(dict(pending.values_list("subject_index", "pk")).values())


def forget_addresses(*, at: datetime) -> int:
    """Blank the addresses of answers to forms that are gone or were disowned, and return how many.

    Who never confirmed, or never sent the form at all, is not kept in the ledger longer than in the form itself. The
    row stays, without the person: it proves that the occasion was used. Safe to call twice. What is still to be sent
    is cancelled first.
    """
    answers = OutboundMessage.objects.filter(purpose=Purpose.SERVICE, contact_point__isnull=True).exclude(address="")
    gone = answers.filter(
        Q(submission__isnull=True, created_at__lt=at - KEEP_UNCONFIRMED)
        | Q(submission__status=SubmissionStatus.DISOWNED)
    )
    ids = list(gone.exclude(status=MessageStatus.SENDING).order_by("pk").values_list("pk", flat=True)[:FORGET_BATCH])
    forgotten = OutboundMessage.objects.filter(pk__in=ids)
    forgotten.filter(status=MessageStatus.READY).update(status=MessageStatus.CANCELLED, reason="not needed any more")
    return forgotten.update(address="", context={}, answer="")
