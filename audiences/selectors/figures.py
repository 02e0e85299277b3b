"""What became of a broadcast, in figures from the ledger: nobody's name stands in them."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Count, Sum

from audiences.actions.sending import messages_of
from audiences.enums import RecipientStatus
from audiences.models import Broadcast
from audiences.pace import minutes_for, rate_of
from audiences.selectors.broadcast_reach import reachable_points
from core.small_counts import LEAST_SHOWN, FewerThan, blurred
from messaging.enums import MessageStatus, ReportedEvent
from messaging.models import DeliveryReport, LinkCount
from people.enums import ConsentState
from people.models import ConsentEvent

# Who takes back a consent so soon after a broadcast does so because of it, as far as anybody can tell.
ATTRIBUTED_FOR = timedelta(days=7)
LEFT = (MessageStatus.SENT, MessageStatus.DELIVERED)


@dataclass(frozen=True)
class Progress:
    """How far a broadcast is: ``waiting`` have not been queued, ``by_status`` says what became of the others."""

    people: int
    waiting: int
    undecided: int
    left_out: int
    by_status: dict[str, int]
    minutes_left: int | None

    @property
    def done(self) -> int:
        """How many people we are done with, whatever became of it."""
        return self.people - self.waiting - self.open

    @property
    def open(self) -> int:
        return self.by_status.get(MessageStatus.READY, 0) + self.by_status.get(MessageStatus.SENDING, 0)

    @property
    def percent(self) -> int:
        return 100 * self.done // self.people if self.people else 100

    @property
    def statuses(self) -> list[tuple[str, int]]:
        """The words of what became of the messages, with how many, in the order of their life."""
        return [(str(status.label), self.by_status[status]) for status in MessageStatus if self.by_status.get(status)]


def progress_of(broadcast: Broadcast) -> Progress:
    """Return how far it is, by the newest message of each person."""
    rows = broadcast.recipients.order_by().values_list("status", "message__status", "variant")
    by_status: Counter[str] = Counter()
    ours: Counter[str] = Counter()
    undecided = 0
    for status, message, variant, count in rows.annotate(count=Count("pk")):
        ours[status] += count
        if status == RecipientStatus.QUEUED and message:
            by_status[message] += count
        if status == RecipientStatus.WAITING and variant is None:
            undecided += count
    waiting = ours[RecipientStatus.WAITING]
    about = waiting - undecided + by_status[MessageStatus.READY] + by_status[MessageStatus.SENDING]
    return Progress(
        people=sum(ours.values()),
        waiting=waiting,
        undecided=undecided,
        left_out=ours[RecipientStatus.LEFT_OUT],
        by_status=dict(by_status),
        minutes_left=minutes_for(about, rate_of(broadcast)),
    )


@dataclass(frozen=True)
class Line:
    """One line of the table: a variant in a language, and what became of its messages."""

    variant: str
    language: str
    counts: dict[str, int]

    @property
    def is_blurred(self) -> bool:
        """Whether a count is hidden, which sums would give away."""
        return any(isinstance(count, FewerThan) for count in self.counts.values())

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def left(self) -> int:
        """How many left the house and did not fail."""
        return sum(self.counts.get(status, 0) for status in LEFT)


@dataclass(frozen=True)
class Figures:
    """Everything known of a broadcast's messages. ``lines``: per variant and language of the words.

    ``clicks``: on links that are counted, where a text asks for that; never whose.
    """

    lines: list[Line]
    bounced: int
    complained: int
    withdrawn: int
    resent: int
    clicks: int


def blurred_progress(progress: Progress) -> Progress:
    """Return it for who may read figures and not people.

    Beside a hidden count the whole is told in tens, because the rest would give it away; so would how long it takes.
    """
    told = {name: blurred(value) for name, value in vars(progress).items() if name != "minutes_left"}
    parts = [told["waiting"], told["undecided"], told["left_out"], *told["by_status"].values()]
    if not isinstance(told["people"], FewerThan) and any(isinstance(part, FewerThan) for part in parts):
        told["people"] -= told["people"] % LEAST_SHOWN
    return Progress(**told, minutes_left=None)


def blurred_figures(figures: Figures) -> Figures:
    """Return them for who may read figures and not people."""
    told = {name: blurred(value) for name, value in vars(figures).items() if name != "lines"}
    lines = [replace(line, counts=blurred(line.counts)) for line in figures.lines]
    return Figures(**told, lines=lines)


def figures_of(broadcast: Broadcast) -> Figures:
    """Return the figures; five queries at most, whatever the size."""
    reports = dict(
        DeliveryReport.objects.filter(message__batch__in=broadcast.batches)
        .order_by()
        .values_list("event")
        .annotate(count=Count("message", distinct=True))
    )
    return Figures(
        lines=_lines(broadcast),
        bounced=reports.get(ReportedEvent.HARD_BOUNCED, 0) + reports.get(ReportedEvent.UNREACHABLE, 0),
        complained=reports.get(ReportedEvent.COMPLAINED, 0),
        withdrawn=_withdrawn(broadcast),
        resent=messages_of(broadcast).exclude(batch=broadcast.batches[0]).count() if broadcast.resends else 0,
        clicks=LinkCount.objects.filter(batch__in=broadcast.batches).aggregate(sum=Sum("clicks"))["sum"] or 0,
    )


def _lines(broadcast: Broadcast) -> list[Line]:
    rows = messages_of(broadcast).order_by().values_list("context__wording", "status").annotate(count=Count("pk"))
    by_wording: dict[int | None, Counter[str]] = {}
    for wording, status, count in rows:
        by_wording.setdefault(wording, Counter())[status] += count
    labels = {
        pk: (variant.label, language)
        for variant in broadcast.variants.all()
        for language, pk in variant.wordings.items()
    }
    lines = [Line(*labels.get(pk, ("", "")), dict(counts)) for pk, counts in by_wording.items()]
    return sorted(lines, key=lambda line: (line.variant, line.language))


def _withdrawn(broadcast: Broadcast) -> int:
    """Count the people who took back what they had agreed to within days of their message."""
    if broadcast.started_at is None:
        return 0
    until = (broadcast.finished_at or broadcast.started_at) + ATTRIBUTED_FOR
    events = ConsentEvent.objects.filter(
        state=ConsentState.WITHDRAWN,
        channel=broadcast.channel,
        organisation=broadcast.organisation_id,
        at__gte=broadcast.started_at,
        at__lte=until,
        contact_point__in=broadcast.recipients.filter(message__sent_at__isnull=False).values("contact_point"),
    )
    return events.values("contact_point").distinct().count()


@dataclass(frozen=True)
class Drift:
    """How the audience changed since the snapshot: ``joined`` would be written to now, ``left`` no longer."""

    joined: int
    left: int


def drift_of(broadcast: Broadcast, at: datetime) -> Drift:
    """Compare the snapshot with who would be written to now."""
    now = reachable_points(broadcast, at)
    people = broadcast.recipients.filter(supporter__isnull=False).values("supporter")
    joined = now.exclude(supporter__in=people).values("supporter").distinct().count()
    left = broadcast.recipients.exclude(supporter__in=now.values("supporter")).count()
    return Drift(joined, left)
