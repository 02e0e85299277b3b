"""People of every kind beside a plain reading of what they did, for tests of segments."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from audiences.enums import BroadcastStatus
from audiences.models import Broadcast, BroadcastRecipient
from campaigns.models import Petition, Pledge, PledgeKind, Signature
from campaigns.pledge_enums import Standing
from events.enums import EventStatus, RsvpStatus
from events.models import Attendance, Event, Rsvp
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from outreach.enums import MatchStatus, Outcome
from outreach.models import ContactIdentity, OutreachContact
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentEvent, ContactPoint, Supporter
from tests.factories.events import make_event, make_event_type
from tests.factories.fieldwork import make_contact, make_effort
from tests.factories.pledges import make_kind
from tests.factories.staff import World
from volunteers.enums import Stage
from volunteers.models import Volunteer

AT = datetime(2026, 3, 20, 12, tzinfo=UTC)


@dataclass
class Promised:
    """One pledge as the plain reading knows it."""

    kind: int
    at: datetime
    by_partner: bool
    standing: str
    step: str
    ending: str
    barrier: str
    place: str


@dataclass
class Person:
    """One supporter as the plain reading knows them; ``row`` is the database's."""

    row: Supporter
    language: str
    nationality: str
    postcode: str
    is_merged: bool
    signed: list[tuple[int, datetime, bool, str]] = field(default_factory=list)  # petition, when, by partner, status
    consents: list[tuple[datetime, bool, str]] = field(default_factory=list)  # when, granted, to whom (lead, partner)
    proved: bool = False
    rsvp: tuple[str, bool, bool] | None = None  # status, proved, came
    stage: tuple[str, bool] | None = None  # stage, works for the partner
    met: tuple[str, bool] | None = None  # outcome, by the partner
    written_at: datetime | None = None
    pledged: list["Promised"] = field(default_factory=list)
    sent: str | None = None  # the status of the lead's broadcast to them
    registered_at: datetime = AT
    came_at: datetime = AT
    offered_at: datetime = AT

    def allows(self, whom: str) -> bool:
        said = [granted for _at, granted, to in sorted(self.consents, key=lambda each: each[0]) if to == whom]
        return self.proved and bool(said) and said[-1]

    def is_known_to(self, whom: str) -> bool:
        if whom == "lead":
            return bool(self.signed or self.pledged or (self.rsvp and self.rsvp[1]) or self.stage or self.met)
        brought = any(by_partner for _petition, _at, by_partner, _status in self.signed)
        brought = brought or any(each.by_partner for each in self.pledged)
        met = self.met is not None and self.met[1]
        own = self.stage is not None and self.stage[1]
        return own or ((brought or met) and self.allows("partner"))

    def signatures(self, whom: str) -> list[tuple[int, datetime, bool, str]]:
        counting = [each for each in self.signed if each[3] in ("confirmed", "accepted")]
        return counting if whom == "lead" else [each for each in counting if each[2]]

    def pledges(self, whom: str) -> list["Promised"]:
        counting = [each for each in self.pledged if each.standing != "withdrawn"]
        return counting if whom == "lead" else [each for each in counting if each.by_partner]


@dataclass
class Ready:
    """A world with two petitions, an event that was held, and an effort of each organisation."""

    world: World
    petitions: list[Petition] = field(init=False)
    event: Event = field(init=False)
    kinds: list[PledgeKind] = field(init=False)
    broadcast: Broadcast = field(init=False)

    def __post_init__(self) -> None:
        other = Petition.objects.create(campaign=self.world.campaign, title="other")
        self.petitions = [self.world.petition, other]
        self.kinds = [make_kind(self.world.campaign, key) for key in ("register-to-vote", "apply-for-citizenship")]
        self.broadcast = Broadcast.objects.create(
            organisation=self.world.lead, campaign=self.world.campaign, name="News", status=BroadcastStatus.SENT,
            purpose=Purpose.CAMPAIGN_NEWS, channel=Channel.EMAIL,
        )  # fmt: skip
        self.event = make_event(
            make_event_type(self.world.campaign), starts_at=AT - timedelta(days=5), status=EventStatus.REPORTED
        )
        self.efforts = {
            False: make_effort(self.world, "lead's"), True: make_effort(self.world, "partner's", self.world.partner)
        }  # fmt: skip
        # Somebody else was checked in, so the event is one at which people were.
        Attendance.objects.create(
            client_id=uuid.uuid4(), event=self.event, timeslot=self.event.timeslots.get(), via="walk_in", people=1,
            device_at=AT, occurred_at=AT, received_at=AT,
        )  # fmt: skip

    def clear(self) -> None:
        BroadcastRecipient.objects.all().delete()
        OutboundMessage.objects.all().delete()
        Pledge.objects.all().delete()
        Attendance.objects.filter(rsvp__isnull=False).delete()
        ContactIdentity.objects.all().delete()
        OutreachContact.objects.all().delete()
        for model in (Volunteer, Rsvp, Signature):
            model.objects.all().delete()
        Supporter.objects.exclude(merged_into=None).delete()
        Supporter.objects.all().delete()

    def make(self, told: dict[str, Any]) -> Person:
        number = uuid.uuid4().hex[:10]
        row = Supporter.objects.create(
            full_name=number, language=told["language"], nationality=told["nationality"], postcode=told["postcode"]
        )
        person = Person(
            row,
            **{key: told[key] for key in ("language", "nationality", "postcode", "is_merged", "proved", "consents")},
            **{key: told[key] for key in ("registered_at", "came_at", "offered_at")},
        )
        point = ContactPoint.objects.create(
            supporter=row, channel=Channel.EMAIL, canonical=f"{number}@x.example", as_typed=f"{number}@x.example",
            verified_at=AT if told["proved"] else None,
        )  # fmt: skip
        self._signed(person, told["signed"])
        self._pledged(person, told["pledged"])
        self._sent(person, point, told["sent"])
        self._consented(point, told["consents"])
        self._did(person, point, told)
        return person

    def _signed(self, person: Person, told: dict[int, Any]) -> None:
        for which, (at, by_partner, status) in told.items():
            petition = self.petitions[which]
            person.signed.append((petition.pk, at, by_partner, status))
            Signature.objects.create(
                petition=petition, supporter=person.row, status=status, share_code=uuid.uuid4().hex[:12],
                territory_code="BE", locale="en", day=at.date(), confirmed_at=at,
                partnership=self.world.partnership if by_partner else None,
            )  # fmt: skip

    def _pledged(self, person: Person, told: dict[int, Any]) -> None:
        for which, (at, by_partner, standing, step, ending, barrier, place) in told.items():
            kind = self.kinds[which]
            person.pledged.append(Promised(kind.pk, at, by_partner, standing, step, ending, barrier, place))
            Pledge.objects.create(
                kind=kind, campaign=kind.campaign, supporter=person.row, share_code=uuid.uuid4().hex[:12], step=step,
                step_at=at, ending=ending, barrier=barrier, standing=Standing(standing), territory_code=place,
                locale="en", day=at.date(), confirmed_at=at,
                partnership=self.world.partnership if by_partner else None,
                source=self.world.source.code if by_partner else "",
            )  # fmt: skip

    def _sent(self, person: Person, point: ContactPoint, status: str | None) -> None:
        if status is None:
            return
        person.sent = status
        message = OutboundMessage.objects.create(
            idempotency_key=uuid.uuid4().hex, channel=Channel.EMAIL, purpose=Purpose.CAMPAIGN_NEWS, template="t",
            address="x", address_index="x", language="en", status=MessageStatus(status), not_before=AT, expires_at=AT,
        )  # fmt: skip
        BroadcastRecipient.objects.create(
            broadcast=self.broadcast, supporter=person.row, contact_point=point, message=message
        )

    def _consented(self, point: ContactPoint, told: list[Any]) -> None:
        for at, granted, whom in told:
            is_lead = whom == "lead"
            ConsentEvent.objects.create(
                contact_point=point, at=at, source="tests", scope=self.world.campaign.slug, channel=Channel.EMAIL,
                state=ConsentState.GRANTED if granted else ConsentState.WITHDRAWN,
                purpose=Purpose.CAMPAIGN_NEWS if is_lead else Purpose.PARTNER_NEWS,
                organisation=self.world.lead if is_lead else self.world.partner,
            )  # fmt: skip

    def _did(self, person: Person, point: ContactPoint, told: dict[str, Any]) -> None:
        world = self.world
        if told["rsvp"]:
            status, proved, came = told["rsvp"]
            person.rsvp = (status, proved, came)
            rsvp = Rsvp.objects.create(
                event=self.event, timeslot=self.event.timeslots.get(), supporter=person.row, language="en",
                status=RsvpStatus(status), decided_at=AT, created_at=person.registered_at, is_proved=proved,
            )  # fmt: skip
            if came:
                Attendance.objects.create(
                    client_id=uuid.uuid4(), event=self.event, timeslot=rsvp.timeslot, rsvp=rsvp, via="search",
                    device_at=AT, occurred_at=person.came_at, received_at=AT,
                )  # fmt: skip
        if told["stage"]:
            person.stage = told["stage"]
            volunteer = Volunteer.objects.create(
                supporter=person.row, campaign=world.campaign, stage=Stage(told["stage"][0]), stage_since_at=AT,
                last_touch_at=AT, calendar_key=uuid.uuid4().hex,
                organisation=world.partner if told["stage"][1] else world.lead,
            )  # fmt: skip
            Volunteer.objects.filter(pk=volunteer.pk).update(created_at=person.offered_at)
        if told["met"]:
            person.met = told["met"]
            record = make_contact(self.efforts[told["met"][1]], None, outcome=Outcome(told["met"][0]), at=AT)
            ContactIdentity.objects.create(contact=record, supporter=person.row, status=MatchStatus.MATCHED)
        if told["written_at"]:
            person.written_at = told["written_at"]
            OutboundMessage.objects.create(
                idempotency_key=uuid.uuid4().hex, channel=Channel.EMAIL, purpose=Purpose.CAMPAIGN_NEWS, template="t",
                address="x", address_index="x", language="en", contact_point=point, organisation=world.lead,
                scope=world.campaign.slug, status=MessageStatus.SENT, not_before=AT, expires_at=AT,
                sent_at=told["written_at"],
            )  # fmt: skip
