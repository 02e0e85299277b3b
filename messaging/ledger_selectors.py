"""The ledger on the screen: what waits at each sender, how many stand where, one message's path."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext as _

from messaging.enums import MessageStatus
from messaging.models import DeliveryReport, OutboundMessage, SenderState
from messaging.senders import Sender, senders
from people.enums import Channel

# So many of the newest messages are counted by status: the cost does not grow with the ledger.
COUNTED = 10_000


@dataclass(frozen=True)
class Backlog:
    """What waits at one sender: ``oldest_minutes`` None when nothing is due, ``drain_minutes`` None without a rate."""

    channel: str
    sender: str
    due: int
    later: int
    oldest_minutes: int | None
    rate: float
    drain_minutes: int | None
    paused_until: datetime | None
    pause_reason: str

    @property
    def channel_name(self) -> str:
        return str(Channel(self.channel).label)


def backlogs(*, rows: QuerySet[OutboundMessage], at: datetime) -> list[Backlog]:
    """Return what of ``rows`` (those the reader sees) waits at each sender: counts and moments, nothing of anybody.

    A sender of one organisation is told to who sees its messages. The channel's own writes for several: how long all of
    that takes would say how much the others send; its rests are told to everybody whose messages they hold up.
    """
    waiting = rows.filter(status=MessageStatus.READY, is_held=False).order_by()
    states = {(state.channel, state.sender): state for state in SenderState.objects.filter(paused_until__gt=at)}
    found = []
    for sender in senders():
        if sender.name and not rows.filter(organisation__slug=sender.name).exists():
            continue
        theirs = _written_by(waiting.filter(channel=sender.channel), sender)
        due = theirs.filter(not_before__lte=at).aggregate(count=Count("pk"), oldest=Min("not_before"))
        state = states.get((sender.channel, sender.name))
        found.append(
            Backlog(
                channel=sender.channel,
                sender=sender.name,
                due=due["count"],
                later=theirs.filter(not_before__gt=at).count(),
                oldest_minutes=_minutes(at - due["oldest"]) if due["oldest"] else None,
                rate=sender.rate,
                drain_minutes=_drain_minutes(due["count"], sender.rate, state, at),
                paused_until=state.paused_until if state else None,
                pause_reason=state.pause_reason if state else "",
            )
        )
    return found


def counts_by_status(rows: QuerySet[OutboundMessage], *, batch: str) -> dict[MessageStatus, int]:
    """Return how many of a batch's rows stand where, or without a batch of the newest ten thousand rows."""
    counted = (
        rows.filter(batch=batch, batch__gt="")
        if batch
        else rows.filter(pk__in=rows.order_by("-pk").values("pk")[:COUNTED])
    )
    found = dict(counted.order_by().values_list("status").annotate(count=Count("pk")))
    return {status: found[status] for status in MessageStatus if status in found}


def _written_by(rows: QuerySet[OutboundMessage], sender: Sender) -> QuerySet[OutboundMessage]:
    if sender.name:
        return rows.filter(organisation__slug=sender.name)
    own = [each.name for each in senders() if each.channel == sender.channel and each.name]
    return rows.exclude(organisation__slug__in=own) if own else rows


def _drain_minutes(due: int, rate: float, state: SenderState | None, at: datetime) -> int | None:
    """Return in how many minutes, rounded up, what is due has left at the sender's rate, its rest included."""
    if not rate:
        return None
    rest = state.paused_until - at if state and state.paused_until and due else timedelta(0)
    return -int(-(due / rate + rest.total_seconds()) // 60)


def _minutes(time: timedelta) -> int:
    return int(time.total_seconds() // 60)


@dataclass(frozen=True)
class Step:
    """One moment on a message's path: what happened, and what is known of it."""

    at: datetime | None
    what: str
    details: str = ""


def path_of(message: OutboundMessage) -> list[Step]:
    """Return what happened to one message, the earliest first, ending with how it stands now."""
    steps = [Step(message.created_at, _("Queued"))]
    if message.claimed_at and message.status != MessageStatus.READY:
        steps.append(Step(message.claimed_at, _("Taken by a worker"), _attempts(message)))
    if message.sent_at:
        steps.append(Step(message.sent_at, _("Handed to the provider"), message.provider_id))
    steps += [Step(report.at, report.get_event_display(), _told(report)) for report in message.reports.all()]
    steps.sort(key=lambda step: step.at or message.created_at)
    return [*steps, Step(None, message.get_status_display(), _standing(message))]


def _attempts(message: OutboundMessage) -> str:
    return _("attempt %(number)s") % {"number": message.attempts} if message.attempts > 1 else ""


def _told(report: DeliveryReport) -> str:
    times = _("reported %(times)s times") % {"times": report.times} if report.times > 1 else ""
    return " · ".join(filter(None, [report.reason, times]))


def _standing(message: OutboundMessage) -> str:
    held = _("its batch is paused") if message.is_held and message.status == MessageStatus.READY else ""
    return " · ".join(filter(None, [message.reason, held]))
