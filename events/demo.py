"""The demo's eighty events: five months in the nineteen communes, with who registered and who came. All generated."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import product

from django.db import transaction
from django.utils import timezone

from accounts.demo import BEN_WORKS_FOR
from accounts.models import Organisation, User
from campaigns.demo_vote import DAYS, SLUG
from campaigns.enums import Metric
from campaigns.models import Campaign, Goal
from campaigns.zones import zone_of
from events.demo_texts import DESCRIPTION, EVENT_WORDS, LANGUAGES, MATERIALS, REMINDER_WORDING
from events.enums import AccessFeature, CheckInVia, EventKind, EventStatus, RsvpStatus
from events.models import Attendance, ChecklistItem, Event, EventText, EventType, Material, Rsvp, Timeslot, Venue
from events.standard_types import make_standard_types
from people.actions.consents import publish_consent_text
from people.enums import Channel, Purpose
from people.models import Supporter
from places.geometry import Point, inner_point, pieces_of, size_of
from places.models import Territory

SEED = 2018
BY = "job:load_demo"
ORGANISER = "eva.organiser@demo.example"
AHEAD = 24  # days from now until the last planned one
# How many of each kind; together eighty (docs: facts, §1).
HOW_MANY = {
    EventKind.STAND: 34, EventKind.WORKSHOP: 12, EventKind.HOUSE_MEETING: 8, EventKind.CANVASS: 8,
    EventKind.FOCUS_GROUP: 6, EventKind.TRAINING: 5, EventKind.ONLINE: 3, EventKind.PHONE_BANK: 2, EventKind.PRESS: 2,
}  # fmt: skip
GOALS = {Metric.EVENTS: 80, Metric.INFORMED: 3_000}
_HOURS = {
    EventKind.STAND: (10, 14, 16), EventKind.WORKSHOP: (18, 14), EventKind.HOUSE_MEETING: (19,),
    EventKind.CANVASS: (17, 14), EventKind.FOCUS_GROUP: (18,), EventKind.TRAINING: (18, 10), EventKind.ONLINE: (20,),
    EventKind.PHONE_BANK: (18,), EventKind.PRESS: (11,),
}  # fmt: skip
# Invented, with more where more people from abroad live; each commune comes up at least twice in the draw.
_WEIGHTS = {
    "NIS 21001": 5, "NIS 21002": 2, "NIS 21003": 2, "NIS 21004": 8, "NIS 21005": 4, "NIS 21006": 2, "NIS 21007": 4,
    "NIS 21008": 2, "NIS 21009": 7, "NIS 21010": 3, "NIS 21011": 2, "NIS 21012": 7, "NIS 21013": 6, "NIS 21014": 4,
    "NIS 21015": 7, "NIS 21016": 4, "NIS 21017": 2, "NIS 21018": 3, "NIS 21019": 2,
}  # fmt: skip
_SPOKEN = (["fr", "ar"], ["fr", "nl", "en"], ["fr", "tr"], ["en", "pl", "ro"], ["fr", "es", "pt"], ["fr", "en"])


@dataclass(frozen=True)
class _Plan:
    """One event to be made."""

    kind: EventKind
    commune: Territory
    starts_at: datetime
    is_cancelled: bool = False
    is_draft: bool = False


@transaction.atomic
def load_demo_events(*, at: datetime | None = None) -> list[Event]:
    """Make venues and eighty events with RSVPs and attendance, and return the events; a second call adds nothing.

    Nobody is written to. Load the accounts, the petition campaign's people and `campaigns.demo_vote` before.
    """
    at = at or timezone.now()
    campaign = Campaign.objects.get(slug=SLUG)
    if not Event.objects.filter(campaign=campaign).exists():
        dice = random.Random(SEED)
        for metric, target in GOALS.items():
            Goal.objects.get_or_create(
                campaign=campaign, metric=metric, defaults={"target": target, "due_date": campaign.ends_date}
            )
        _wordings(campaign)
        types = _types(campaign)
        venues = _venues(campaign, dice)
        events = [_event(plan, types[plan.kind], venues, at, dice) for plan in _plans(campaign, at, dice)]
        _register(events, at, dice)
    return list(Event.objects.filter(campaign=campaign))


def _wordings(campaign: Campaign) -> None:
    """Let forms ask whether somebody wants reminders by SMS of whoever holds the event."""
    hosts = [campaign.organisation, Organisation.objects.get(slug=BEN_WORKS_FOR)]
    for host, (language, body) in product(hosts, REMINDER_WORDING.items()):
        publish_consent_text(
            by=BY,
            body=body.format(organisation=host.name),
            purpose=Purpose.REMINDER,
            channel=Channel.SMS,
            organisation=host,
            scope=campaign.slug,
            language=language,
        )


def _types(campaign: Campaign) -> dict[EventKind, EventType]:
    make_standard_types(campaign=campaign, by=BY)
    EventType.objects.filter(campaign=campaign).update(is_generated=True)
    return {EventKind(found.kind): found for found in EventType.objects.filter(campaign=campaign)}


def _venues(campaign: Campaign, dice: random.Random) -> dict[int, Venue]:
    """Return an invented venue near the middle of each commune."""
    venues = {}
    for commune in Territory.objects.filter(code__in=_WEIGHTS).order_by("code"):
        longitude, latitude = _middle(commune)
        name = f"{commune.name_in('fr')}: community house (demo)"
        venues[commune.pk] = Venue.objects.create(
            campaign=campaign,
            organisation=campaign.organisation,
            name=name,
            address=f"Rue de la Démo {dice.randint(1, 90)}",
            town=commune.name_in("fr"),
            territory=commune,
            longitude=longitude,
            latitude=latitude,
            features=sorted(dice.sample(AccessFeature.values, dice.randint(1, 4))),
            access_notes="Ring at the blue door." if dice.random() < 0.5 else "",
            is_generated=True,
        )
    return venues


def _middle(commune: Territory) -> Point:
    """Return a point inside a commune's outline, good enough for an invented address; the region's without one."""
    if commune.outline is None:
        return 4.35, 50.85
    longitude, latitude = inner_point(max(pieces_of(commune.outline), key=size_of))
    return round(longitude, 5), round(latitude, 5)


def _plans(campaign: Campaign, at: datetime, dice: random.Random) -> Iterator[_Plan]:
    """Spread the events: one stand begins with the hour, a workshop is tomorrow, two were cancelled, one is a draft."""
    zone = zone_of(campaign)
    kinds = [kind for kind, count in HOW_MANY.items() for _ in range(count)]
    dice.shuffle(kinds)
    communes = _communes(len(kinds), dice)
    kinds.remove(EventKind.STAND)
    kinds.remove(EventKind.WORKSHOP)
    flagey = Territory.objects.get(code="NIS 21009")
    yield _Plan(EventKind.STAND, flagey, at.replace(minute=0, second=0, microsecond=0))
    tomorrow = (at + timedelta(days=1)).astimezone(zone).date()
    yield _Plan(EventKind.WORKSHOP, flagey, datetime.combine(tomorrow, time(18), zone))
    days = [-(DAYS - 2) + (DAYS - 2 + AHEAD) * number / len(kinds) for number in range(len(kinds))]
    held = [number for number, day in enumerate(days) if day < -20]
    called_off = set(dice.sample(held, 2))
    for number, (kind, days_off) in enumerate(zip(kinds, days, strict=True)):
        day = (at + timedelta(days=round(days_off) or 1)).astimezone(zone).date()
        yield _Plan(
            kind=kind,
            commune=communes[number],
            starts_at=datetime.combine(day, time(dice.choice(_HOURS[kind])), zone),
            is_cancelled=number in called_off,
            is_draft=number == len(kinds) - 1,
        )


def _communes(count: int, dice: random.Random) -> list[Territory]:
    """Return a commune per event: each one at least, the rest by weight, in an order of chance."""
    known = list(Territory.objects.filter(code__in=_WEIGHTS).order_by("code"))
    weights = [_WEIGHTS[commune.code] for commune in known]
    drawn = [*known, *dice.choices(known, weights, k=count - len(known))]
    dice.shuffle(drawn)
    return drawn


def _event(plan: _Plan, event_type: EventType, venues: dict[int, Venue], at: datetime, dice: random.Random) -> Event:
    campaign = event_type.campaign
    ends_at = plan.starts_at + timedelta(minutes=event_type.default_minutes)
    is_online = plan.kind == EventKind.ONLINE
    own = dice.random() < 0.3  # a partner's
    host = Organisation.objects.get(slug=BEN_WORKS_FOR) if own else campaign.organisation
    words = {language: EVENT_WORDS[plan.kind][language] for language in LANGUAGES}
    event = Event.objects.create(
        campaign=campaign,
        organisation=host,
        event_type=event_type,
        organiser=User.objects.get(email=ORGANISER if not own else "ben.partner@demo.example"),
        language="en",
        title=words["en"].title.format(commune=plan.commune.name_in("en")),
        summary=words["en"].summary,
        description=DESCRIPTION["en"],
        spoken=dice.choice(_SPOKEN),
        venue=None if is_online else venues[plan.commune.pk],
        territory=plan.commune,
        online_url="https://meet.demo.example/carillon" if is_online else "",
        time_zone=campaign.time_zone,
        status=_status(plan, ends_at, at),
        is_public=event_type.is_public,
        takes_rsvps=event_type.takes_rsvps,
        starts_at=plan.starts_at,
        ends_at=ends_at,
        budget_cents=dice.choice((5_000, 8_000, 12_000, 20_000)),
        published_at=None if plan.is_draft else plan.starts_at - timedelta(days=21),
        cancelled_at=plan.starts_at - timedelta(days=2) if plan.is_cancelled else None,
        cancel_reason="The hall was flooded (demo)." if plan.is_cancelled else "",
        is_generated=True,
    )
    EventText.objects.bulk_create(
        EventText(
            event=event,
            language=language,
            title=words[language].title.format(commune=plan.commune.name_in(language)),
            summary=words[language].summary,
            description=DESCRIPTION[language],
        )
        for language in LANGUAGES
        if language != "en"
    )
    Timeslot.objects.create(
        event=event, starts_at=plan.starts_at, ends_at=ends_at, capacity=event_type.default_capacity
    )
    _to_do(event, event_type, at, dice)
    return event


def _status(plan: _Plan, ends_at: datetime, at: datetime) -> EventStatus:
    if plan.is_cancelled:
        return EventStatus.CANCELLED
    if plan.is_draft:
        return EventStatus.DRAFT
    return EventStatus.CLOSED if ends_at <= at else EventStatus.PUBLISHED


def _to_do(event: Event, event_type: EventType, at: datetime, dice: random.Random) -> None:
    is_over = event.ends_at <= at
    for item in event_type.checklist:
        due = (event.starts_at - timedelta(days=int(item["days_before"]))).date()
        is_done = is_over or (due < at.date() and dice.random() < 0.8)
        ChecklistItem.objects.create(
            event=event,
            text=item["text"],
            due_date=due,
            done_at=event.starts_at - timedelta(days=3) if is_done else None,
        )
    for name, planned in MATERIALS:
        used = round(planned * dice.uniform(0.3, 1)) if is_over and not event.is_cancelled else None
        Material.objects.create(event=event, name=name, planned=planned, used=used)


def _register(events: list[Event], at: datetime, dice: random.Random) -> None:
    """Let generated people register: about two thirds of those who did came, some waited, some walked in."""
    people = list(
        Supporter.objects.filter(is_generated=True, merged_into__isnull=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    names = dict(Supporter.objects.filter(pk__in=people).values_list("pk", "full_name"))
    slots = {slot.event_id: slot for slot in Timeslot.objects.filter(event__in=events)}
    rsvps: list[Rsvp] = []
    for event in events:
        if event.takes_rsvps and event.status != EventStatus.DRAFT and people:
            rsvps += _rsvps(event, slots[event.pk], people, names, at, dice)
    Timeslot.objects.bulk_update(slots.values(), ["taken"])
    Rsvp.objects.bulk_create(rsvps, batch_size=500)
    came = [_attendance(rsvp, dice) for rsvp in rsvps if rsvp.status == RsvpStatus.COMING and _came(rsvp, at, dice)]
    walked_in = [_walk_in(event, slots[event.pk], dice) for event in events if _is_held(event, at)]
    Attendance.objects.bulk_create([*came, *walked_in], batch_size=500)


def _rsvps(
    event: Event, slot: Timeslot, people: list[int], names: dict[int, str], at: datetime, dice: random.Random
) -> list[Rsvp]:
    """Return the RSVPs of one event in the order in which they came; who finds no room waits."""
    room = slot.capacity or 40
    is_sought = event.event_type.kind == EventKind.WORKSHOP and at < event.starts_at < at + timedelta(days=12)
    wanted = room + 6 if is_sought else dice.randint(room // 3, max(room * 9 // 10, 2))
    opened_at = event.published_at or event.starts_at
    latest = min(event.starts_at, at)
    rows: list[Rsvp] = []
    moments = sorted(opened_at + (latest - opened_at) * dice.random() for _ in range(wanted))
    for person, moment in zip(dice.sample(people, min(wanted, len(people))), moments, strict=False):
        party = dice.choice((1, 1, 1, 2))
        fits = slot.capacity is None or slot.taken + party <= slot.capacity
        status = RsvpStatus.COMING if fits else RsvpStatus.WAITING
        if fits and dice.random() < 0.08:
            status = RsvpStatus.CANCELLED
        if status == RsvpStatus.COMING:
            slot.taken += party
        rows.append(
            Rsvp(
                event=event,
                timeslot=slot,
                supporter_id=person,
                status=status,
                party_size=party,
                full_name=names[person],
                language=dice.choice(LANGUAGES),
                is_proved=True,
                decided_at=moment,
                waiting_since_at=moment if status == RsvpStatus.WAITING else None,
                created_at=moment,
                is_generated=True,
            )
        )
    return rows


def _is_held(event: Event, at: datetime) -> bool:
    return event.status == EventStatus.CLOSED and event.ends_at <= at


def _came(rsvp: Rsvp, at: datetime, dice: random.Random) -> bool:
    return _is_held(rsvp.event, at) and dice.random() < 0.68


def _attendance(rsvp: Rsvp, dice: random.Random) -> Attendance:
    moment = rsvp.event.starts_at + timedelta(minutes=dice.randint(-10, 25))
    return Attendance(
        client_id=_key(dice),
        event=rsvp.event,
        timeslot=rsvp.timeslot,
        rsvp=rsvp,
        people=rsvp.party_size,
        via=dice.choice((CheckInVia.QR, CheckInVia.SEARCH)),
        device_at=moment,
        occurred_at=moment,
        received_at=moment + timedelta(minutes=dice.choice((0, 0, 1, 30))),
        is_generated=True,
    )


def _walk_in(event: Event, slot: Timeslot, dice: random.Random) -> Attendance:
    moment = event.starts_at + timedelta(minutes=dice.randint(5, 40))
    return Attendance(
        client_id=_key(dice),
        event=event,
        timeslot=slot,
        people=dice.randint(1, 4),
        via=CheckInVia.WALK_IN,
        device_at=moment,
        occurred_at=moment,
        received_at=moment,
        is_generated=True,
    )


def _key(dice: random.Random) -> uuid.UUID:
    return uuid.UUID(int=dice.getrandbits(128), version=4)
