"""What people said last, kept beside the database in a few lines: deliveries are held against it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import time_machine
from django.utils import timezone

from accounts.models import Organisation
from messaging.models import Wording
from messaging.ports import DeliveryError
from people.consent import ContactPurpose
from people.enums import Channel, Purpose
from people.models import ConsentText, ContactPoint
from tests.factories.people import make_consent_text, make_contact_point, make_organisation
from tests.factories.wordings import make_text, make_wording

# What the next call ends in: taken or not, and what the worker hears of it.
OUTCOMES: dict[str, tuple[bool, Exception | None]] = {
    "taken": (True, None),
    "line cut after it was taken": (True, DeliveryError("cut", uncertain=True)),
    "line cut before": (False, DeliveryError("cut", uncertain=True)),
    "sender broke": (True, RuntimeError("broke")),
    "not now": (False, DeliveryError("away")),
    "too many": (False, DeliveryError("429", retry_after=timedelta(seconds=20))),
    "never": (False, DeliveryError("no", permanent=True)),
}


@dataclass
class Person:
    """What one supporter said last, as they were answered; the model that deliveries are held against."""

    points: dict[str, ContactPoint]
    granted: set[ContactPurpose] = field(default_factory=set)
    withdrawn: set[ContactPurpose] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)  # channels: a STOP, which START lifts
    dead: set[str] = field(default_factory=set)  # channels: a bounce or a complaint
    paused_until: datetime | None = None
    is_erased: bool = False

    def may_get(self, purpose: ContactPurpose, at: datetime) -> bool:
        if self.is_erased or purpose.channel in self.stopped | self.dead:
            return False
        if purpose.purpose == Purpose.AGENDA:
            return reminders_of(purpose) not in self.withdrawn
        is_paused = self.paused_until is not None and self.paused_until > at
        return purpose in self.granted and not is_paused

    def take_back(self, purpose: ContactPurpose) -> None:
        said = reminders_of(purpose)
        self.granted.discard(said)
        self.withdrawn.add(said)


def reminders_of(purpose: ContactPurpose) -> ContactPurpose:
    """Return what a purpose is withdrawn as."""
    if purpose.purpose != Purpose.AGENDA:
        return purpose
    return ContactPurpose(Purpose.REMINDER, purpose.channel, purpose.organisation_id, purpose.scope)


@dataclass
class World:
    """What every run begins with."""

    organisations: list[Organisation]
    wordings: dict[str, Wording]
    texts: dict[ContactPurpose, ConsentText]
    people: list[dict[str, ContactPoint]]
    clock: time_machine.Traveller


def make_world(clock: time_machine.Traveller) -> World:
    """Make three people with a mail address and a number each, and what two organisations ask them."""
    at = timezone.now()
    own, partner = make_organisation("Own"), make_organisation("Partner")
    wordings = {each: make_wording(make_text(own, channel=each, name=each), at=at) for each in Channel.values}
    asked = [
        (Purpose.CAMPAIGN_NEWS, Channel.EMAIL, own), (Purpose.AGENDA, Channel.EMAIL, own),
        (Purpose.CAMPAIGN_NEWS, Channel.SMS, own), (Purpose.AGENDA, Channel.SMS, own),
        (Purpose.PARTNER_NEWS, Channel.EMAIL, partner),
    ]  # fmt: skip
    texts = {
        ContactPurpose(purpose, channel, each.pk): make_consent_text(each, purpose=purpose, channel=channel)
        for purpose, channel, each in asked
    }
    people = []
    for number in range(3):
        mail = make_contact_point(f"person{number}@example.org", verified_at=at, full_name=f"Person {number}")
        phone = make_contact_point(
            f"+3247000000{number}", verified_at=at, channel=Channel.SMS, supporter=mail.supporter
        )
        people.append({"email": mail, "sms": phone})
    return World([own, partner], wordings, texts, people, clock)
