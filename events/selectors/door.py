"""Who is expected at an event and who is in, as the people at its door need it: no more of anybody than that."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.door_rules import DoorHours, door_hours
from events.enums import HOLDING, RsvpStatus
from events.models import Attendance, Event, Rsvp
from events.tokens import sign_rsvp
from people.fields import name_key

CODE_LETTERS = 8
LEAST_CODE_LETTERS = 4


@dataclass(frozen=True)
class Presence:
    """A check-in that stands."""

    client_id: UUID
    people: int
    since: datetime


@dataclass(frozen=True)
class Guest:
    """One RSVP at the door. ``code``: printed below its QR code; ``qr``: by which a phone knows the QR code offline."""

    rsvp: Rsvp
    name: str
    code: str
    presence: Presence | None

    @property
    def is_expected(self) -> bool:
        return self.rsvp.status in HOLDING

    @property
    def qr(self) -> str:
        return token_hash(sign_rsvp(self.rsvp))

    def is_meant_by(self, typed: str) -> bool:
        """Whether every word typed begins a part of the name, accents aside, or the code begins so."""
        parts = re.split(r"[\s'’-]+", name_key(self.name))
        words = name_key(typed).split()
        code = re.sub(r"[\s-]", "", typed).upper()
        is_named = all(any(part.startswith(word) for part in parts) for word in words)
        return is_named or (len(code) >= LEAST_CODE_LETTERS and self.code.startswith(code))


@dataclass(frozen=True)
class Door:
    """Everybody at one event's door; the figures count people, not RSVPs."""

    guests: list[Guest]
    walk_ins: list[Presence]

    @property
    def people_in(self) -> int:
        named = sum(guest.presence.people for guest in self.guests if guest.presence)
        return named + self.people_walked_in

    @property
    def people_walked_in(self) -> int:
        return sum(walk_in.people for walk_in in self.walk_ins)

    @property
    def people_expected(self) -> int:
        return sum(guest.rsvp.party_size for guest in self.guests if guest.is_expected)

    @property
    def people_waiting(self) -> int:
        return sum(guest.rsvp.party_size for guest in self.guests if guest.rsvp.status == RsvpStatus.WAITING)


def code_of(rsvp: Rsvp) -> str:
    """Return the short code printed below an RSVP's QR code, to be typed where no camera reads."""
    return rsvp.public_id.hex[:CODE_LETTERS].upper()


def name_of(rsvp: Rsvp) -> str:
    """Return how somebody is called at the door: as they wrote in this form, else as we know them."""
    return rsvp.full_name or rsvp.supporter.full_name


def token_hash(token: str) -> str:
    """Return 16 hex digits of SHA-256 of the token in a QR code: enough to recognise it, useless as a key."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def hours_of(event: Event) -> DoorHours:
    """Return when the event's door is open."""
    return door_hours(event.starts_at, event.ends_at, event.zone)


def door_of(event: Event) -> Door:
    """Return the guests of an event by name and the people who walked in, the latest first; two queries."""
    standing = Attendance.objects.filter(event=event).standing()
    presences = {}
    walk_ins = []
    for row in standing.order_by("-occurred_at", "-pk"):
        presence = Presence(row.client_id, row.people, row.occurred_at)
        if row.rsvp_id is None:
            walk_ins.append(presence)
        else:
            presences[row.rsvp_id] = presence
    rsvps = Rsvp.objects.filter(event=event).select_related("supporter").order_by("pk")
    guests = [Guest(rsvp, name_of(rsvp), code_of(rsvp), presences.get(rsvp.pk)) for rsvp in rsvps]
    return Door(sorted(guests, key=lambda guest: (guest.name.casefold(), guest.rsvp.pk)), walk_ins)
