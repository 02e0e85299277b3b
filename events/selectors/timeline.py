"""Which reminder of an event goes when, on which channel, until when it is of use, and how many people it reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from events.actions.reminders import rule_of
from events.enums import Moment, RsvpStatus
from events.models import Event, EventType, ReminderRule, Rsvp
from events.reach import reminder_purpose, with_addresses
from events.reminder_rules import Occasion, occasions_of
from events.reminder_words import moment_in_words
from people.consent import may_contact_each
from people.enums import Channel
from people.selectors import address_on


@dataclass(frozen=True)
class Reach:
    """Of ``asked`` people whom a reminder concerns, ``reached`` may be written to on its channel."""

    reached: int
    asked: int


@dataclass(frozen=True)
class Line:
    """One reminder on a timeline; without an occasion it is left out, because it would come too late."""

    rule: ReminderRule
    words: str
    at: str = ""
    until: str = ""
    due_at: datetime | None = None
    is_past: bool = False
    reach: Reach | None = None

    @property
    def is_after(self) -> bool:
        return self.rule.moment == Moment.AFTER_END


@dataclass(frozen=True)
class SlotTimeline:
    """The reminders around one start, the earliest first, in the local time of the event."""

    start: str
    end: str
    before: list[Line]
    after: list[Line]
    left_out: list[Line]


def timeline_of_event(event: Event, *, at: datetime) -> list[SlotTimeline]:
    """Return the timelines of an event's timeslots, with how many people each reminder reaches as things stand.

    Consent is counted in a constant number of queries, as the sending will ask it.
    """
    rules = list(event.event_type.reminder_rules.filter(is_active=True).order_by("pk"))
    coming = Rsvp.objects.filter(event=event, status=RsvpStatus.COMING, is_proved=True)
    people = list(with_addresses(coming.order_by("pk")))
    allowed = _allowed(event, people, {rule.channel for rule in rules}, at)
    found = []
    for slot in event.timeslots.order_by("starts_at", "pk"):
        theirs = [(rsvp.pk, rsvp.decided_at) for rsvp in people if rsvp.timeslot_id == slot.pk]
        occasions = _occasions(rules, slot.starts_at, slot.ends_at, event.zone)
        reaches = {key: _reach(occasion, theirs, allowed) for key, occasion in occasions.items()}
        found.append(_timeline(rules, occasions, slot.starts_at, slot.ends_at, event.zone, at, reaches))
    return found


def timeline_of_type(event_type: EventType, *, starts_at: datetime, at: datetime) -> SlotTimeline:
    """Return what a type's reminders would be for an event that starts at ``starts_at``, in the campaign's zone."""
    rules = list(event_type.reminder_rules.filter(is_active=True).order_by("pk"))
    zone, ends_at = ZoneInfo(event_type.campaign.time_zone), starts_at + timedelta(minutes=event_type.default_minutes)
    occasions = _occasions(rules, starts_at, ends_at, zone)
    return _timeline(rules, occasions, starts_at, ends_at, zone, at, {})


def _occasions(
    rules: Sequence[ReminderRule], starts_at: datetime, ends_at: datetime, zone: ZoneInfo
) -> dict[str, Occasion]:
    found = occasions_of(map(rule_of, rules), starts_at=starts_at, ends_at=ends_at, zone=zone)
    return {occasion.key: occasion for occasion in found}


def _allowed(event: Event, people: list[Rsvp], channels: set[str], at: datetime) -> dict[str, set[int]]:
    """Return by channel the RSVPs whose person may be reminded there."""
    asked = [
        (rsvp.pk, channel, point)
        for channel in sorted(channels)
        for rsvp in people
        if (point := address_on(rsvp.supporter, channel)) is not None
    ]
    decisions = may_contact_each([(point, reminder_purpose(event, channel)) for _pk, channel, point in asked], at)
    allowed: dict[str, set[int]] = {channel: set() for channel in channels}
    for (pk, channel, _point), decision in zip(asked, decisions, strict=True):
        if decision.allowed:
            allowed[Channel(channel).value].add(pk)
    return allowed


def _reach(occasion: Occasion, theirs: list[tuple[int, datetime]], allowed: dict[str, set[int]]) -> Reach:
    concerned = {pk for pk, made_at in theirs if occasion.concerns(made_at)}
    return Reach(len(concerned & allowed[occasion.channel]), len(concerned))


def _timeline(
    rules: Sequence[ReminderRule],
    occasions: dict[str, Occasion],
    starts_at: datetime,
    ends_at: datetime,
    zone: ZoneInfo,
    at: datetime,
    reaches: dict[str, Reach],
) -> SlotTimeline:
    by_key = {rule.key: rule for rule in rules}
    lines = [_line(by_key[key], occasion, zone, at, reaches.get(key)) for key, occasion in occasions.items()]
    return SlotTimeline(
        start=_local(starts_at, zone),
        end=_local(ends_at, zone),
        before=[line for line in lines if not line.is_after],
        after=[line for line in lines if line.is_after],
        left_out=[Line(rule, moment_in_words(rule)) for rule in rules if rule.key not in occasions],
    )


def _line(rule: ReminderRule, occasion: Occasion, zone: ZoneInfo, at: datetime, reach: Reach | None) -> Line:
    return Line(
        rule=rule,
        words=moment_in_words(rule),
        at=_local(occasion.due_at, zone),
        until=_local(occasion.useless_at, zone),
        due_at=occasion.due_at,
        is_past=occasion.useless_at <= at,
        reach=reach,
    )


def _local(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{date_format(local, 'D')} {date_format(local, 'DATE_FORMAT')}, {local:%H:%M}"
