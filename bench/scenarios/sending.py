"""Through the ledger to a mail server and to Twilio's API, with one, two and four workers."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from django.utils import timezone

from accounts.models import Organisation
from bench.context import Bench
from messaging.actions.queue import Draft, queue_service_messages
from messaging.actions.wordings import save_wording
from messaging.enums import MessageStatus
from messaging.models import MessageText, OutboundMessage, Wording
from people.consent import ContactPurpose
from people.enums import Channel, Purpose

PROJECT = Path(__file__).resolve().parents[2]
MESSAGES, FEW = 2_400, 600
WARMING = 200
LONG, LONG_QUICK = 20_000, 2_000
MOST_MEGABYTES = 5
ROUNDS = 3
WORKERS = (1, 2, 4)
SINKS = {Channel.EMAIL: ("smtp", "an SMTP server"), Channel.SMS: ("twilio", "Twilio's API")}
WORDS: dict[Channel, list[dict[str, Any]]] = {
    Channel.EMAIL: [
        {"kind": "heading", "value": "The doors stay open"},
        {"kind": "paragraph", "value": "Dear {first_name|friend},\n\n**Thank you**: the council has voted."},
        {"kind": "button", "value": {"label": "See what comes next", "url": "https://bench.example.org/next"}},
    ],
    Channel.SMS: [{"kind": "sms", "value": "{first_name|Friend}, come at noon."}],
}


@dataclass(frozen=True)
class Sent:
    """What some workers together sent. ``cpu``: processor seconds of theirs per message; ``resident``: the largest."""

    rate: float
    cpu: float
    resident: int


@dataclass(frozen=True)
class Line:
    """One sink with the workers that send to it; ``taken`` asks it how many messages it took."""

    channel: Channel
    wording: Wording
    workers: list["subprocess.Popen[str]"]
    taken: Callable[[], int]


def measure_sending(bench: Bench) -> None:
    """Send in turns through the ledger and by bare loops in as many processes, and count what arrived."""
    OutboundMessage.objects.filter(status=MessageStatus.READY).update(status=MessageStatus.CANCELLED)
    is_quick = bench.plan.seconds < 1.5
    count = FEW if is_quick else MESSAGES
    for channel, (kind, name) in SINKS.items():
        with _sink(kind) as (port, taken), _senders(channel, port) as senders:
            line = Line(channel, _wording(channel), senders, taken)
            for worker in senders:  # the first leaves a letter to copy; what is warm in a running worker is warm
                _through_ledger(line, [worker], WARMING)
            for workers in WORKERS:
                chosen = senders[:workers]
                pairs = [
                    (_together("bare", chosen, count), _through_ledger(line, chosen, count)) for _ in range(ROUNDS)
                ]
                _report(bench, name, workers, count, pairs)
            _measure_memory(bench, name, line, LONG_QUICK if is_quick else LONG)


def _measure_memory(bench: Bench, name: str, line: Line, count: int) -> None:
    """Let one worker go on sending, and compare what it holds before and after."""
    before = _through_ledger(line, line.workers[:1], WARMING).resident
    after = _through_ledger(line, line.workers[:1], count).resident
    grown = (after - before) / 2**20
    bench.add(
        f"ledger to {name}: a worker's memory",
        f"{before / 2**20:.1f} → {after / 2**20:.1f} MB",
        f"grows by ≤ {MOST_MEGABYTES} MB",
        is_met=grown <= MOST_MEGABYTES,
        detail=f"resident in the worker that had sent before, and after {count:,} messages more",
    )


def _report(bench: Bench, name: str, workers: int, count: int, pairs: list[tuple[Sent, Sent]]) -> None:
    ratios = sorted(work.rate / bare.rate for bare, work in pairs)
    ratio, cpu = median(ratios), median(bare.cpu / work.cpu for bare, work in pairs)
    rates = [median(each.rate for each in side) for side in zip(*pairs, strict=True)]
    micros = [median(each.cpu for each in side) * 1e6 for side in zip(*pairs, strict=True)]
    bench.add(
        f"ledger to {name}, {workers} worker{'s' if workers > 1 else ''}",
        f"{ratio:.2f} of a bare loop",
        "≥ 0.5",
        is_met=ratio >= 0.5,
        detail=f"{rates[1]:,.0f}/s to {rates[0]:,.0f}/s; rounds from {ratios[0]:.2f} to {ratios[-1]:.2f}; CPU per "
        f"message {micros[1]:,.0f} µs to {micros[0]:,.0f} µs: {cpu:.2f}; {count:,} messages a round, each arrived "
        f"once; load {os.getloadavg()[0]:.1f}",
    )


def _through_ledger(line: Line, workers: list["subprocess.Popen[str]"], count: int) -> Sent:
    _queue(line.wording, count)
    before, known = line.taken(), _written_down()
    sent = _together("ledger", workers, count)
    if line.taken() - before != count:
        raise AssertionError(f"{count} messages were due, {line.taken() - before} arrived")
    if _written_down() - known != count:
        fates = OutboundMessage.objects.order_by("-pk").values_list("status", "reason")[:count]
        told = ", ".join(f"{times} {status} ({reason})" for (status, reason), times in Counter(fates).items())
        raise AssertionError(f"{count} messages arrived, {_written_down() - known} are written down as sent: {told}")
    return sent


def _written_down() -> int:
    return OutboundMessage.objects.filter(status=MessageStatus.SENT, template="written").count()


def _together(how: str, workers: list["subprocess.Popen[str]"], count: int) -> Sent:
    """Let ``workers`` begin at one moment and send ``count`` messages together."""
    for each in workers:
        _say(each, f"{how} {count // len(workers)}")
    for each in workers:
        if _line(each) != "ready\n":
            raise RuntimeError("a sending process did not start")
    for each in workers:
        _say(each, "go")
    told = [json.loads(_line(each)) for each in workers]
    slowest = max(each["seconds"] for each in told)
    return Sent(count / slowest, sum(each["cpu"] for each in told) / count, max(each["resident"] for each in told))


@contextmanager
def _senders(channel: Channel, port: int) -> Iterator[list["subprocess.Popen[str]"]]:
    """Yield as many sending processes as the most workers; they end when nobody speaks to them any more."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings", "BENCH_SINK_PORT": str(port)}
    argv = [sys.executable, "-m", "bench.sender_process", channel]
    with ExitStack() as processes:
        yield [
            processes.enter_context(
                subprocess.Popen(argv, cwd=PROJECT, env=environment, text=True, stdin=-1, stdout=-1)  # noqa: S603
            )
            for _ in range(max(WORKERS))
        ]


def _line(process: "subprocess.Popen[str]") -> str:
    return process.stdout.readline() if process.stdout else ""


def _say(process: "subprocess.Popen[str]", words: str) -> None:
    if process.stdin:
        process.stdin.write(f"{words}\n")
        process.stdin.flush()


@contextmanager
def _sink(kind: str) -> Iterator[tuple[int, Any]]:
    argv = [sys.executable, "-m", "bench.sinks", kind]
    with subprocess.Popen(argv, cwd=PROJECT, text=True, stdin=-1, stdout=-1) as sink:  # noqa: S603

        def taken() -> int:
            _say(sink, "how many")
            return int(_line(sink))

        try:
            yield int(_line(sink)), taken
        finally:
            sink.terminate()


def _wording(channel: Channel) -> Wording:
    text = MessageText.objects.create(
        organisation=Organisation.objects.get(pk=Organisation.objects.order_by("pk").values("pk")[:1]),
        name=f"Bench {channel}",
        channel=channel,
    )
    subject = "News for {first_name|you}" if channel == Channel.EMAIL else ""
    return save_wording(
        text=text, language="en", by="bench", at=timezone.now(), body=WORDS[channel], subject=subject, preheader=""
    )


def _queue(wording: Wording, count: int) -> None:
    at, channel = timezone.now(), Channel(wording.text.channel)
    purpose = ContactPurpose(Purpose.SERVICE, channel, wording.text.organisation_id)
    known = OutboundMessage.objects.count()
    queue_service_messages(
        drafts=[
            _draft(f"bench:{channel}:{number}:once", number, purpose, wording, at)
            for number in range(known, known + count)
        ]
    )


def _draft(key: str, number: int, purpose: ContactPurpose, wording: Wording, at: Any) -> Draft:
    is_mail = purpose.channel == Channel.EMAIL
    address = f"person.{number}@mail-{number % 97}.example.org" if is_mail else f"+32470{number % 1_000_000:06d}"
    return Draft(
        idempotency_key=key,
        purpose=purpose,
        template="written",
        address=address,
        canonical=address,
        language="en",
        not_before=at,
        expires_at=at + timedelta(days=1),
        context={"wording": wording.pk, "words": {"full_name": f"Person Number {number}"}},
    )
