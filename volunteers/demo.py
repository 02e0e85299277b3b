"""The demo's mobilisers: a hundred trained, some on the way, all of them generated and marked so."""

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.actions.groups import sync_user_groups
from accounts.demo import BEN_WORKS_FOR, LEAD
from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from campaigns.demo_texts import FIRST_NAMES, LAST_NAMES
from campaigns.demo_vote import DAYS, PARTNERS, SLUG
from campaigns.enums import Metric
from campaigns.models import Campaign, Goal
from people.actions.supporters import add_phone
from people.enums import Channel
from people.models import ContactPoint, Supporter
from places.models import Territory
from volunteers.actions.trainings import record_presence
from volunteers.demo_texts import AGREEMENTS, SKILLS, TEAMS
from volunteers.demo_trainings import load_demo_trainings
from volunteers.enums import AcceptedThrough, AgreementKind, DayPart, Stage, TrainingPresence
from volunteers.models import (
    AgreementAcceptance,
    AgreementText,
    Availability,
    Curriculum,
    Shift,
    ShiftAssignment,
    Skill,
    StageChange,
    Team,
    TrainingSession,
    Volunteer,
    VolunteerLanguage,
)

SEED = 2018
CLEO = "cleo.mobiliser@demo.example"
SHARED_NUMBER = "+32 470 00 01 00"
MAILBOX = "mobiliser{number}@demo.example"
# How many stand in each column of the pipeline; TRAINED and ACTIVE make the hundred.
IN_STAGE = {Stage.APPLIED: 11, Stage.CONTACTED: 7, Stage.TRAINED: 24, Stage.ACTIVE: 76, Stage.RESTING: 9}
_WAY = (Stage.APPLIED, Stage.CONTACTED, Stage.TRAINED, Stage.ACTIVE, Stage.RESTING)
_LANGUAGES = ("fr", "en", "nl", "ar", "tr", "pl", "ro", "es", "pt", "it", "bg", "uk")
_LANGUAGE_WEIGHTS = (30, 18, 12, 14, 8, 5, 6, 7, 5, 4, 3, 3)
_HEARD = ("a friend", "a stall in the street", "a partner organisation", "social media", "the university", "")
_NEXT = {
    Stage.APPLIED: ("Call and welcome", -4),
    Stage.CONTACTED: ("Invite to the next training", 3),
    Stage.TRAINED: ("Find a first shift together", 6),
    Stage.ACTIVE: ("", 0),
    Stage.RESTING: ("Ask how they are", 20),
}


@dataclass(frozen=True)
class _Person:
    number: int
    name: str
    stage: Stage
    language: str
    applied_at: datetime


@transaction.atomic
def load_demo_volunteers(*, at: datetime | None = None) -> list[Volunteer]:
    """Make teams, agreements and volunteers in every stage of the pipeline, Cleo among them; return those who work.

    A second call adds nothing. Load the accounts and `campaigns.demo_vote` before.
    """
    at = at or timezone.now()
    campaign = Campaign.objects.get(slug=SLUG)
    organisations = list(Organisation.objects.filter(slug__in=[LEAD, *PARTNERS]).order_by("pk"))
    Goal.objects.get_or_create(
        campaign=campaign, metric=Metric.MOBILISERS, defaults={"target": 100, "due_date": campaign.ends_date}
    )
    if not Volunteer.objects.filter(campaign=campaign).exists():
        texts = _agreements(organisations)
        _skills()
        teams = _teams(campaign, organisations)
        people = list(_people(at))
        supporters = _supporters(people)
        users = _users(people, teams)
        volunteers = _volunteers(campaign, people, supporters, users, teams, at)
        _details(volunteers, people, texts)
        _number_given_twice(supporters)
    return list(Volunteer.objects.working().filter(campaign=campaign).select_related("user", "team").order_by("pk"))


def load_demo_agenda(*, at: datetime | None = None) -> list[Curriculum]:
    """Make the trainings, certificates and shifts of the campaign's volunteers; a second call adds nothing."""
    at = at or timezone.now()
    campaign = Campaign.objects.get(slug=SLUG)
    is_first = not Curriculum.objects.filter(campaign=campaign).exists()
    trainings = load_demo_trainings(campaign=campaign, organisation=campaign.organisation, at=at)
    if is_first:
        _agenda_of_cleo(campaign, at)
    return trainings


def _agenda_of_cleo(campaign: Campaign, at: datetime) -> None:
    """Give Cleo what her phone shows: a shift that begins now, one in three days, and a training she comes to."""
    cleo = Volunteer.objects.get(campaign=campaign, user__email=CLEO)
    now = at.replace(minute=0, second=0, microsecond=0)
    for title, place, notes, starts in (
        ("Stall at the market", "Place Flagey", "Bring the blue table and the leaflets.", now),
        ("Doors in the neighbourhood", "Parvis de Saint-Gilles", "", now + timedelta(days=3)),
    ):
        shift = Shift.objects.create(
            campaign=campaign, organisation=campaign.organisation, team=cleo.team, title=title, place=place,
            notes=notes, starts_at=starts, ends_at=starts + timedelta(hours=3), needed=3, is_generated=True,
        )  # fmt: skip
        ShiftAssignment.objects.create(shift=shift, volunteer=cleo, decided_at=at)
    session = TrainingSession.objects.filter(curriculum__campaign=campaign).upcoming(at).first()
    if session is not None:
        record_presence(session=session, volunteer=cleo, presence=TrainingPresence.COMING, by="job:load_demo", at=at)


def _agreements(organisations: list[Organisation]) -> dict[tuple[int, str, str], AgreementText]:
    texts = {}
    for organisation in organisations:
        for (kind, language), body in AGREEMENTS.items():
            texts[organisation.pk, kind.value, language] = AgreementText.objects.create(
                organisation=organisation, kind=kind, language=language, version=1, body=body
            )
    return texts


def _skills() -> None:
    for key, labels in SKILLS.items():
        Skill.objects.get_or_create(key=key, defaults={"labels": labels})


def _teams(campaign: Campaign, organisations: list[Organisation]) -> list[Team]:
    return [
        Team.objects.create(
            campaign=campaign, organisation=organisations[number % len(organisations)], name=name, is_generated=True
        )
        for number, name in enumerate(TEAMS)
    ]


def _people(at: datetime) -> Iterator[_Person]:
    dice = random.Random(SEED)
    stages = [stage for stage, count in IN_STAGE.items() for _ in range(count)]
    for number, stage in enumerate(stages):
        is_fresh = stage in (Stage.APPLIED, Stage.CONTACTED)
        yield _Person(
            number=number,
            name=f"{dice.choice(FIRST_NAMES)} {dice.choice(LAST_NAMES)}",
            stage=stage,
            language=dice.choices(_LANGUAGES[:4], _LANGUAGE_WEIGHTS[:4])[0],
            applied_at=at - timedelta(days=dice.uniform(1, 18) if is_fresh else dice.uniform(DAYS - 40, DAYS)),
        )


def _supporters(people: list[_Person]) -> list[Supporter]:
    supporters = Supporter.objects.bulk_create(
        Supporter(full_name=person.name, language=person.language, residence_country="BE", is_generated=True)
        for person in people
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(
            supporter=supporter,
            channel=Channel.EMAIL,
            canonical=MAILBOX.format(number=person.number),
            as_typed=MAILBOX.format(number=person.number),
            verified_at=person.applied_at,
        )
        for person, supporter in zip(people, supporters, strict=True)
    )
    return supporters


def _number_given_twice(supporters: list[Supporter]) -> None:
    """Let two people have given one number, so that staff see what deciding it is like."""
    add_phone(supporter=supporters[0], typed=SHARED_NUMBER)
    add_phone(supporter=supporters[1], typed=SHARED_NUMBER)


def _users(people: list[_Person], teams: list[Team]) -> dict[int, User]:
    """Return a login for everybody who works or has worked; the first of Ben's organisation is Cleo's."""
    working = [person for person in people if person.stage in (Stage.TRAINED, Stage.ACTIVE, Stage.RESTING)]
    cleo = User.objects.get(email=CLEO)
    hers = next(p for p in working if p.stage == Stage.ACTIVE and _team(p, teams).organisation.slug == BEN_WORKS_FOR)
    # By key: a database that has not looked at its new tables yet plans a join of all of them for hours.
    her_address = ContactPoint.objects.get(canonical=MAILBOX.format(number=hers.number))
    Supporter.objects.filter(pk=her_address.supporter_id).update(full_name=str(cleo))
    others = [person for person in working if person is not hers]
    unusable = make_password(None)
    made = User.objects.bulk_create(
        User(
            email=MAILBOX.format(number=person.number),
            first_name=person.name.split()[0],
            last_name=person.name.split()[-1],
            password=unusable,
        )
        for person in others
    )
    users = {person.number: user for person, user in zip(others, made, strict=True)}
    Membership.objects.bulk_create(
        Membership(user=users[person.number], organisation=_team(person, teams).organisation, role=Role.MOBILISER)
        for person in others
    )
    for user in made:
        sync_user_groups(user=user)
    return users | {hers.number: cleo}


def _team(person: _Person, teams: list[Team]) -> Team:
    return teams[person.number % len(teams)]


def _volunteers(
    campaign: Campaign,
    people: list[_Person],
    supporters: list[Supporter],
    users: dict[int, User],
    teams: list[Team],
    at: datetime,
) -> list[Volunteer]:
    dice = random.Random(SEED + 1)
    owner = User.objects.get(email="ada.coordinator@demo.example")
    rows = []
    for person, supporter in zip(people, supporters, strict=True):
        step, in_days = _NEXT[person.stage]
        since = person.applied_at + (at - person.applied_at) * dice.uniform(0.2, 0.6)
        rows.append(
            Volunteer(
                supporter=supporter,
                user=users.get(person.number),
                campaign=campaign,
                organisation=_team(person, teams).organisation,
                team=_team(person, teams) if person.number in users else None,
                stage=person.stage,
                stage_since_at=since,
                last_touch_at=since + (at - since) * dice.random(),
                owner=owner if dice.random() < 0.7 else None,
                next_action=step,
                next_action_date=(at + timedelta(days=in_days + dice.randint(-3, 3))).date() if step else None,
                heard_through=dice.choice(_HEARD),
                calendar_key=secrets.token_hex(16),
                shows_on_leaderboard=dice.random() < 0.4,
                is_generated=True,
            )
        )
    Volunteer.objects.bulk_create(rows)
    for person, row in zip(people, rows, strict=True):
        row.created_at = person.applied_at  # the column fills itself with now
    Volunteer.objects.bulk_update(rows, ["created_at"])
    return rows


def _details(
    volunteers: list[Volunteer], people: list[_Person], texts: dict[tuple[int, str, str], AgreementText]
) -> None:
    """Write what hangs on each volunteer: steps, languages, communes, free time, skills, agreements."""
    dice = random.Random(SEED + 2)
    communes = list(Territory.objects.filter(level=Territory.Level.COMMUNE).order_by("code"))
    skills = list(Skill.objects.order_by("key"))
    steps, languages, times, accepted = [], [], [], []
    for volunteer, person in zip(volunteers, people, strict=True):
        steps += _steps(volunteer, person)
        spoken = {person.language, *dice.choices(_LANGUAGES, _LANGUAGE_WEIGHTS, k=2)}
        languages += [VolunteerLanguage(volunteer=volunteer, language=language) for language in sorted(spoken)]
        volunteer.communes.set(dice.sample(communes, dice.randint(1, 4)))
        volunteer.skills.set(dice.sample(skills, dice.randint(0, 2)))
        times += [
            Availability(volunteer=volunteer, weekday=weekday, part=dice.choice(DayPart.values))
            for weekday in sorted(dice.sample(range(1, 8), dice.randint(1, 4)))
        ]
        accepted += [
            AgreementAcceptance(
                volunteer=volunteer,
                text=texts[volunteer.organisation_id, kind.value, person.language],
                through=AcceptedThrough.FORM,
                at=person.applied_at,
            )
            for kind in _agreed_kinds(person)
        ]
    StageChange.objects.bulk_create(steps)
    VolunteerLanguage.objects.bulk_create(languages)
    Availability.objects.bulk_create(times)
    AgreementAcceptance.objects.bulk_create(accepted)


def _agreed_kinds(person: _Person) -> tuple[AgreementKind, ...]:
    collects_paper = person.stage == Stage.ACTIVE and person.number % 4 == 0
    usual = (AgreementKind.CODE_OF_CONDUCT, AgreementKind.DATA)
    return (*usual, AgreementKind.PROCESSOR) if collects_paper else usual


def _steps(volunteer: Volunteer, person: _Person) -> list[StageChange]:
    """Return the way to the present stage, spread evenly over the time since the application."""
    way = _WAY[: _WAY.index(person.stage) + 1]
    stride = (volunteer.stage_since_at - person.applied_at) / max(len(way) - 1, 1)
    return [
        StageChange(
            volunteer=volunteer,
            from_stage=way[position - 1] if position else "",
            to_stage=stage,
            at=person.applied_at + stride * position,
            actor="job:load_demo",
        )
        for position, stage in enumerate(way)
    ]
