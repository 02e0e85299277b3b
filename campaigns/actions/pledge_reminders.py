"""Reminders of what people promised: each occasion at most once, none too late or no longer true."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Cast, Concat, TruncDate

from campaigns.models import Pledge, PledgeKind, PledgeReminderRule
from campaigns.pledge_enums import ReminderMoment, ReminderWords, RemindMe, Standing
from campaigns.pledge_schedule import (
    CHOSEN_DAY_FOR,
    FOLLOW_UP_FOR,
    Occasion,
    Rule,
    Stand,
    deadline_occasions,
    occasions_of,
    rules_for,
)
from campaigns.zones import zone_of
from messaging.actions.queue import Draft, queue_messages
from messaging.models import OutboundMessage
from people.consent import ContactPurpose
from people.enums import Channel, Purpose
from people.models import ContactPoint
from people.selectors import address_on

BATCH = 500
# The hour of a line and the night the clocks change move a moment within its day.
_SLACK = timedelta(days=2)
PREFIX = "pledge-reminder:pledge:"
TEMPLATES = {ReminderWords.DEADLINE: "pledge_reminder", ReminderWords.FOLLOW_UP: "pledge_follow_up"}


@dataclass(frozen=True)
class Schedule:
    """What one kind has for all its pledges."""

    kind: PledgeKind
    rules: tuple[Rule, ...]
    last_day: date | None
    zone: ZoneInfo

    def occasion(self, rule: Rule, pledge: Pledge, at: datetime) -> Occasion | None:
        """Return the occasion of one line that is due for one pledge as it stands."""
        found = occasions_of(self.rules, stand_of(pledge), last_day=self.last_day, zone=self.zone)
        return next((each for each in found if each.rule == rule and each.is_due(at)), None)


@dataclass(frozen=True)
class Look:
    """One line with pledges it may be due for now. ``stamp``: what the key of a message ends in, in SQL."""

    rule: Rule
    pledges: Any
    stamp: Any


def queue_due_pledge_reminders(*, at: datetime) -> int:
    """Queue the reminders of pledges due at ``at`` and return how many rows were asked for.

    A catch-up query, not a window: what an outage missed is made good while it is of use, and on each channel the
    latest alone. One row per pledge, line, channel and day, by a unique key: safe to run twice, at once, and with the
    clock put back. Who acted, finished, ended or took back is not reminded; who may not be written to leaves a
    SUPPRESSED row. Batches of 500, each committed by itself.
    """
    queued = 0
    kinds = PledgeKind.objects.select_related("campaign", "election", "initiative").prefetch_related("reminder_rules")
    for kind in kinds.order_by("pk"):
        schedule = schedule_of(kind)
        for look in _looks(schedule, at):
            for page in _pages(look):
                drafts = [draft for each in page if (draft := _draft(schedule, look.rule, each, at)) is not None]
                queue_messages(drafts=drafts, at=at)
                queued += len(drafts)
    return queued


def schedule_of(kind: PledgeKind) -> Schedule:
    """Return the lines in use of a kind, its last day and its clock."""
    rows = [row for row in kind.reminder_rules.all() if row.is_active]
    return Schedule(kind, tuple(rule_of(row) for row in rows), kind.last_day, zone_of(kind.campaign))


def rule_of(row: PledgeReminderRule) -> Rule:
    """Return one line of a schedule as the pure rules read it."""
    moment, text = ReminderMoment(row.moment), ReminderWords(row.text)
    return Rule(row.key, moment, row.step, row.days, row.hour, row.channel, text, row.is_the_one, row.created_at)


def stand_of(pledge: Pledge) -> Stand:
    """Return where a pledge stands as the pure rules read it."""
    standing, remind = Standing(pledge.standing), RemindMe(pledge.remind)
    return Stand(standing, pledge.step, pledge.step_at, remind, pledge.remind_date, pledge.remind_set_at)


def message_language(pledge: Pledge) -> str:
    """Return the language the person promised in if we write it, else the one they speak, else the first of ours."""
    spoken = pledge.supporter.language if pledge.supporter is not None else ""
    written = (each for each in (pledge.locale, spoken) if each in settings.LANGUAGE_NAMES)
    return next(written, settings.LANGUAGE_CODE)


def reminder_purpose(kind: PledgeKind, channel: str) -> ContactPurpose:
    """Return what a reminder of a pledge is asked as: REMINDER, which is consented to, on either channel."""
    return ContactPurpose(Purpose.REMINDER, Channel(channel), kind.campaign.organisation_id, kind.campaign.slug)


def _looks(schedule: Schedule, at: datetime) -> Iterator[Look]:
    """Return where something may be due now: the pure rules have the last word, pledge by pledge."""
    pledges = Pledge.objects.filter(kind=schedule.kind, supporter__isnull=False)
    if schedule.kind.is_called_off:
        pledges = pledges.exclude(standing=Standing.OPEN)
    for remind in (RemindMe.AS_NEEDED, RemindMe.ONCE):
        wanting = pledges.filter(remind=remind)
        for occasion in deadline_occasions(schedule.rules, remind, last_day=schedule.last_day, zone=schedule.zone):
            if occasion.is_due(at):
                wished_before = Q(remind_set_at=None) | Q(remind_set_at__lte=occasion.due_at)
                told_before = wanting.open().filter(wished_before, step_at__lte=occasion.due_at)
                yield Look(occasion.rule, told_before, Value(occasion.stamp))
        for rule in rules_for(schedule.rules, remind):
            if rule.moment == ReminderMoment.AFTER_STEP:
                reached = Cast(TruncDate("step_at", tzinfo=schedule.zone), CharField())
                yield Look(rule, wanting.filter(_reached(rule, at)), reached)
    if schedule.last_day is None or schedule.last_day >= (at - _SLACK).date():
        for rule in rules_for(schedule.rules, RemindMe.ON_DAY):
            yield Look(rule, pledges.open().filter(_chosen(schedule, at)), Cast("remind_date", CharField()))


def _reached(rule: Rule, at: datetime) -> Q:
    latest = at - timedelta(days=rule.days)
    return Q(
        step=rule.step,
        standing__in=sorted(rule.concerned),
        step_at__gte=latest - FOLLOW_UP_FOR - _SLACK,
        step_at__lte=latest + _SLACK,
    )


def _chosen(schedule: Schedule, at: datetime) -> Q:
    found = Q(remind=RemindMe.ON_DAY, remind_date__lte=(at + _SLACK).date())
    if schedule.last_day is None:
        found &= Q(remind_date__gte=(at - CHOSEN_DAY_FOR - _SLACK).date())
    return found


def _pages(look: Look) -> Iterator[list[Pledge]]:
    """Return those who can be written to and have no row in the ledger yet, with their addresses, 500 at a time.

    No cursor stays open between two batches, so that SQLite may write in between.
    """
    beginning, channel = Value(f":{look.rule.key}:{look.rule.channel}:"), look.rule.channel
    key = Concat(Value(PREFIX), Cast("pk", CharField()), beginning, look.stamp, output_field=CharField())
    known = OutboundMessage.objects.filter(idempotency_key=OuterRef("occasion_key"))
    addresses = ContactPoint.objects.filter(supporter=OuterRef("supporter"), channel=channel)
    points = ContactPoint.objects.filter(channel=channel).order_by("-verified_at", "-pk")
    rows = (
        look.pledges.alias(occasion_key=key)
        .filter(Exists(addresses), ~Exists(known))
        .select_related("supporter")
        .prefetch_related(Prefetch("supporter__contact_points", queryset=points, to_attr="addresses"))
        .order_by("pk")
    )
    last, is_more = 0, True
    while is_more:
        page = list(rows.filter(pk__gt=last)[:BATCH])
        if page:
            yield page
            last = page[-1].pk
        is_more = len(page) == BATCH


def _draft(schedule: Schedule, rule: Rule, pledge: Pledge, at: datetime) -> Draft | None:
    """Return the message of one occasion to one person; none where it is not due for them."""
    occasion = schedule.occasion(rule, pledge, at)
    address = address_on(pledge.supporter, rule.channel) if pledge.supporter is not None else None
    if occasion is None or address is None:
        return None
    return Draft(
        idempotency_key=f"{PREFIX}{pledge.pk}{occasion.ending}",
        purpose=reminder_purpose(schedule.kind, rule.channel),
        template=TEMPLATES[rule.text],
        address=address.as_typed,
        canonical=address.canonical,
        language=message_language(pledge),
        not_before=occasion.due_at,
        expires_at=occasion.useless_at,
        contact_point=address,
        context={"pledge": pledge.pk, "kind": pledge.kind_id, "rule": rule.key, "stamp": occasion.stamp},
    )
