"""Whatever the rule and the world: the query finds whom a plain reading of the rule, person by person, finds."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiences.selectors.members import members
from campaigns.models import Petition, Signature
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
from tests.factories.staff import World
from volunteers.enums import Stage
from volunteers.models import Volunteer

AT = datetime(2026, 3, 20, 12, tzinfo=UTC)
LANGUAGES = ["fr", "nl", "ar"]
COUNTRIES = ["BE", "FR", ""]


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

    def allows(self, whom: str) -> bool:
        said = [granted for _at, granted, to in sorted(self.consents, key=lambda each: each[0]) if to == whom]
        return self.proved and bool(said) and said[-1]

    def is_known_to(self, whom: str) -> bool:
        if whom == "lead":
            return bool(self.signed or (self.rsvp and self.rsvp[1]) or self.stage or self.met)
        brought = any(by_partner for _petition, _at, by_partner, _status in self.signed)
        met = self.met is not None and self.met[1]
        own = self.stage is not None and self.stage[1]
        return own or ((brought or met) and self.allows("partner"))

    def signatures(self, whom: str) -> list[tuple[int, datetime, bool, str]]:
        counting = [each for each in self.signed if each[3] in ("confirmed", "accepted")]
        return counting if whom == "lead" else [each for each in counting if each[2]]


def is_true(rule: Any, person: Person, whom: str) -> bool:
    """Read a rule for one person."""
    if "all" in rule:
        return all(is_true(each, person, whom) for each in rule["all"])
    if "any" in rule:
        return any(is_true(each, person, whom) for each in rule["any"])
    if "not" in rule:
        return not is_true(rule["not"], person, whom)
    return bool(READINGS[rule["is"]](rule, person, whom))


def read_signed(rule: Any, person: Person, whom: str) -> bool:
    return any(
        ("petitions" not in rule or petition in rule["petitions"])
        and ("since" not in rule or at.date() >= date.fromisoformat(rule["since"]))
        for petition, at, _by_partner, _status in person.signatures(whom)
    )


def read_lately(rule: Any, person: Person, whom: str) -> bool:
    return any(AT - timedelta(days=rule["days"]) <= at <= AT for _petition, at, _by, _status in person.signatures(whom))


def guest(person: Person, whom: str) -> tuple[str, bool] | None:
    """The event is the lead's: a partner knows nothing of it."""
    if person.rsvp is None or whom != "lead" or not person.rsvp[1]:
        return None
    return person.rsvp[0], person.rsvp[2]


def read_volunteers(rule: Any, person: Person, whom: str) -> bool:
    if person.stage is None or (whom == "partner" and not person.stage[1]):
        return False
    return "stages" not in rule or person.stage[0] in rule["stages"]


def read_met(rule: Any, person: Person, whom: str) -> bool:
    if person.met is None or (whom == "partner" and not person.met[1]):
        return False
    return "outcomes" not in rule or person.met[0] in rule["outcomes"]


def read_not_contacted(rule: Any, person: Person, whom: str) -> bool:
    if person.written_at is None or whom != "lead":
        return True
    return person.written_at < AT - timedelta(days=rule["days"])


READINGS: dict[str, Any] = {
    "signed": read_signed,
    "signed_lately": read_lately,
    "speaks": lambda rule, person, whom: person.language in rule["languages"],
    "nationality": lambda rule, person, whom: person.nationality in rule["countries"],
    "postcode": lambda rule, person, whom: person.postcode.lower().startswith(rule["begins"].lower()),
    "proved": lambda rule, person, whom: person.proved,
    "allows": lambda rule, person, whom: person.allows(whom),
    "registered": lambda rule, person, whom: (found := guest(person, whom)) is not None and found[0] != "cancelled",
    "attended": lambda rule, person, whom: (found := guest(person, whom)) is not None and found[1],
    "stayed_away": lambda rule, person, whom: guest(person, whom) == ("coming", False),
    "volunteers": read_volunteers,
    "met": read_met,
    "not_contacted": read_not_contacted,
}


def leaves(petitions: list[int], whom: str, slug: str) -> Any:
    purpose = Purpose.CAMPAIGN_NEWS if whom == "lead" else Purpose.PARTNER_NEWS
    some = lambda values: st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)  # noqa: E731
    day = st.integers(1, 25).map(lambda number: f"2026-03-{number:02}")
    days = st.integers(1, 20)
    return st.one_of(
        st.just({"is": "signed"}),
        some(petitions).map(lambda found: {"is": "signed", "petitions": found}),
        day.map(lambda found: {"is": "signed", "since": found}),
        days.map(lambda found: {"is": "signed_lately", "days": found}),
        some(LANGUAGES).map(lambda found: {"is": "speaks", "languages": found}),
        some(COUNTRIES[:2]).map(lambda found: {"is": "nationality", "countries": found}),
        st.sampled_from(["10", "1050", "b"]).map(lambda found: {"is": "postcode", "begins": found}),
        st.just({"is": "proved", "channel": "email"}),
        st.just({"is": "allows", "purpose": purpose.value, "channel": "email", "campaign": slug}),
        st.sampled_from([{"is": "registered"}, {"is": "attended"}, {"is": "stayed_away"}]),
        st.just({"is": "volunteers"}),
        some(["active", "applied"]).map(lambda found: {"is": "volunteers", "stages": found}),
        some(["informed", "refused"]).map(lambda found: {"is": "met", "outcomes": found}),
        days.map(lambda found: {"is": "not_contacted", "days": found}),
    )


def rules(petitions: list[int], whom: str, slug: str) -> Any:
    """Rules of at most five levels."""
    found = leaves(petitions, whom, slug)
    for _level in range(2):
        inner = found
        found = st.one_of(
            inner,
            st.builds(lambda rule: {"not": rule}, inner),
            st.builds(lambda several: {"all": several}, st.lists(inner, max_size=3)),
            st.builds(lambda several: {"any": several}, st.lists(inner, min_size=1, max_size=3)),
        )
    return found


moments = st.integers(0, 25).map(lambda days: AT - timedelta(days=days, minutes=7))
people = st.fixed_dictionaries(
    {
        "language": st.sampled_from(LANGUAGES),
        "nationality": st.sampled_from(COUNTRIES),
        "postcode": st.sampled_from(["1050", "1000", "B-1050", "75001", ""]),
        "is_merged": st.sampled_from([False, False, False, True]),
        "proved": st.booleans(),
        "signed": st.dictionaries(
            st.integers(0, 1),
            st.tuples(moments, st.booleans(), st.sampled_from(["confirmed", "withdrawn"])),
            max_size=2,
        ),
        "consents": st.lists(
            st.tuples(moments, st.booleans(), st.sampled_from(["lead", "partner"])), max_size=3,
            unique_by=lambda each: each[0],
        ),
        "rsvp": st.none() | st.tuples(st.sampled_from(["coming", "cancelled"]), st.booleans(), st.booleans()),
        "stage": st.none() | st.tuples(st.sampled_from(["active", "applied"]), st.booleans()),
        "met": st.none() | st.tuples(st.sampled_from(["informed", "refused"]), st.booleans()),
        "written_at": st.none() | moments,
    }
)  # fmt: skip


@dataclass
class Ready:
    """A world with two petitions, an event that was held, and an effort of each organisation."""

    world: World
    petitions: list[Petition] = field(init=False)
    event: Event = field(init=False)

    def __post_init__(self) -> None:
        other = Petition.objects.create(campaign=self.world.campaign, title="other")
        self.petitions = [self.world.petition, other]
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
        OutboundMessage.objects.all().delete()
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
        )
        point = ContactPoint.objects.create(
            supporter=row, channel=Channel.EMAIL, canonical=f"{number}@x.example", as_typed=f"{number}@x.example",
            verified_at=AT if told["proved"] else None,
        )  # fmt: skip
        self._signed(person, told["signed"])
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
                status=RsvpStatus(status), decided_at=AT, created_at=AT, is_proved=proved,
            )  # fmt: skip
            if came:
                Attendance.objects.create(
                    client_id=uuid.uuid4(), event=self.event, timeslot=rsvp.timeslot, rsvp=rsvp, via="search",
                    device_at=AT, occurred_at=AT, received_at=AT,
                )  # fmt: skip
        if told["stage"]:
            person.stage = told["stage"]
            Volunteer.objects.create(
                supporter=person.row, campaign=world.campaign, stage=Stage(told["stage"][0]), stage_since_at=AT,
                last_touch_at=AT, calendar_key=uuid.uuid4().hex,
                organisation=world.partner if told["stage"][1] else world.lead,
            )  # fmt: skip
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


@pytest.mark.parametrize("whom", ["lead", "partner"])
def test_query_finds_whom_a_plain_reading_finds(ours: World, whom: str) -> None:
    ready = Ready(ours)
    petitions = [petition.pk for petition in ready.petitions]

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        told=st.lists(people, min_size=1, max_size=6),
        several=st.lists(rules(petitions, whom, ours.campaign.slug), min_size=4, max_size=8),
    )
    def check(told: list[dict[str, Any]], several: list[Any]) -> None:
        ready.clear()
        known = [ready.make(each) for each in told]
        for person in known[1:]:
            if person.is_merged:
                Supporter.objects.filter(pk=person.row.pk).update(merged_into=known[0].row)
        standing = [person for number, person in enumerate(known) if number == 0 or not person.is_merged]
        for rule in several:
            expected = {
                person.row.pk for person in standing if person.is_known_to(whom) and is_true(rule, person, whom)
            }
            organisation = ours.lead if whom == "lead" else ours.partner
            assert set(members(rule, organisation=organisation, at=AT).values_list("pk", flat=True)) == expected, rule

    check()
