"""From submissions to queued confirmations, and from the ledger to the sink."""

import time
from dataclasses import replace
from uuid import uuid4

from django.utils import timezone

from bench.context import Bench, chunks
from integrations.outbox.models import CaughtMessage
from integrations.outbox.sender import OutboxSender
from messaging.actions import deliver
from messaging.actions.confirmations import BATCH, drain_submissions
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.rendering import render_message
from people.addresses import subject_index
from people.canonical import canonical_email
from people.enums import SubmissionStatus
from people.models import Submission

DRAINED = 30_000


def measure_draining(bench: Bench) -> None:
    """Drain fresh submissions batch by batch, as the worker does, and prove that each has its message."""
    _add_submissions(bench, DRAINED)
    waiting = Submission.objects.filter(queued_at__isnull=True, status=SubmissionStatus.PENDING).count()
    before = OutboundMessage.objects.count()
    started = time.perf_counter()
    while drain_submissions(at=timezone.now()) >= BATCH:
        pass
    seconds = time.perf_counter() - started
    made = OutboundMessage.objects.count() - before
    if made != waiting:
        raise AssertionError(f"{waiting} submissions waited, {made} messages were queued")
    rate = waiting / seconds
    is_target = bench.database == "PostgreSQL"
    bench.add(
        "drain: submission → confirmation queued",
        f"{rate:,.0f}/s",
        "≥ 10,000/s" if is_target else "",
        is_met=rate >= 10_000 if is_target else None,
        detail=f"{waiting:,} rows in batches of {BATCH:,}, one process, all messages checked",
    )


def _add_submissions(bench: Bench, count: int) -> None:
    """Copy a form that came in by HTTP for ``count`` further people."""
    like = Submission.objects.order_by("-id").first()
    if like is None:
        raise RuntimeError("the signing scenario comes first: nothing to copy")
    for size in chunks(count, 5_000):
        first = bench.new_people(size)
        Submission.objects.bulk_create(_copy(like, number) for number in range(first, first + size))


def _copy(like: Submission, number: int) -> Submission:
    email = f"person.{number}@mail-{number % 97}.example.org"
    return Submission(
        public_id=uuid4(),
        kind=like.kind,
        target_id=like.target_id,
        target_title=like.target_title,
        email=email,
        subject_index=subject_index(like.kind, like.target_id, canonical_email(email)),
        payload=like.payload,
        consents=like.consents,
        locale=like.locale,
        source=like.source,
        address_hash=like.address_hash,
        created_at=timezone.now(),
    )


def measure_delivering(bench: Bench) -> None:
    """Deliver through the ledger in turns with a bare loop that hands finished letters to the same sink."""
    batch = deliver.BATCH
    deliver.deliver_messages(at=timezone.now(), limit=batch)  # warms what is warm in a worker
    bare_rates, rates = [], []
    for _ in range(bench.plan.rounds):
        bare_rates.append(_send_bare(batch))
        before = CaughtMessage.objects.count()
        started = time.perf_counter()
        delivered = deliver.deliver_messages(at=timezone.now(), limit=batch)
        rates.append(delivered / (time.perf_counter() - started))
        if CaughtMessage.objects.count() - before != batch:
            raise AssertionError(f"{batch} messages were due, {CaughtMessage.objects.count() - before} arrived")
    ratios = sorted(rate / bare for rate, bare in zip(rates, bare_rates, strict=True))
    ratio = ratios[len(ratios) // 2]
    bench.add(
        "messages through the ledger",
        f"{ratio:.2f} of a bare loop",
        "≥ 0.5",
        is_met=ratio >= 0.5,
        detail=f"{sorted(rates)[len(rates) // 2]:,.0f}/s to {sorted(bare_rates)[len(rates) // 2]:,.0f}/s, one worker, "
        f"batches of {batch}; the sink is the local outbox (a row per message)",
    )


def _send_bare(count: int) -> float:
    message = OutboundMessage.objects.filter(status=MessageStatus.READY).select_related("submission").first()
    if message is None:
        raise RuntimeError("the draining scenario comes first: no message is ready")
    letter = render_message(message)
    letters = [replace(letter, idempotency_key=f"bare:{uuid4()}") for _ in range(count)]
    sender = OutboxSender()
    started = time.perf_counter()
    for each in letters:
        sender.send(each)
    return count / (time.perf_counter() - started)
