"""The leaders' trainings of the demo: real tracks, generated sessions, people, shifts and hours, all marked so."""

import random
from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.db import transaction

from accounts.models import Organisation
from campaigns.models import Campaign
from campaigns.zones import zone_of
from volunteers.actions.certificates import BEFORE_TRAINED, issue_due_certificates
from volunteers.actions.shifts import ShiftRefused, assign_volunteer, record_outcome
from volunteers.actions.trainings import record_presence
from volunteers.enums import AssignmentStatus, TrainingPresence
from volunteers.models import Curriculum, Shift, TrainingSession, Volunteer

JOB = "job:load_demo"
SEED = 2018


class Track(NamedTuple):
    """One of the five tracks of the leaders' network (docs: facts, §1) and its units, in order."""

    key: str
    title: str
    summary: str
    units: tuple[str, ...]
    valid_months: int | None


TRACKS = (
    Track(
        "community-organising",
        "Community organising",
        "Listen one to one, find the people others follow, and build a group that decides and acts together.",
        ("Listening one to one", "From a list of names to a team"),
        24,
    ),
    Track(
        "community-navigators",
        "Community navigators",
        "Know the counters, the forms and the deadlines of a commune, and walk newcomers through them.",
        ("Who may vote, and how one registers", "At the counter: practice"),
        12,
    ),
    Track(
        "alliance-building",
        "Alliance building",
        "Map who shares the aim, agree on what each brings, and keep an alliance together when interests differ.",
        ("Mapping allies", "Agreeing, and disagreeing well"),
        24,
    ),
    Track(
        "citizenship-campaigns",
        "Citizenship and electoral campaigns",
        "Plan a registration drive: aims by commune, stalls and doors, scripts, the law, and true figures.",
        ("Planning a drive", "A day at the stall"),
        12,
    ),
    Track(
        "strategic-communication",
        "Strategic communication",
        "Say what matters in words people use themselves: messages, stories, social media and the press.",
        ("Messages that carry", "Stories and the press"),
        None,
    ),
)
PLACES = ("Community house, room 2", "Library, first floor", "Partner's office, meeting room", "Neighbourhood centre")
SHIFTS = ("Stall at the market", "Doors in the neighbourhood", "Stall at the station", "Information evening")
ATTENDING, HELD_SHIFTS, COMING_SHIFTS = 14, 12, 8


@transaction.atomic
def load_demo_trainings(*, campaign: Campaign, organisation: Organisation, at: datetime) -> list[Curriculum]:
    """Make the five tracks with sessions behind and ahead of ``at``, and return them; a second call adds nothing.

    Volunteers of the campaign marked as generated who are past the first talk attend, get certificates and take
    shifts; without any, the sessions and shifts stand empty. Nobody is written to.
    """
    rng = random.Random(SEED)
    trainings = [_training(track, campaign, organisation) for track in TRACKS]
    if TrainingSession.objects.filter(curriculum__in=trainings).exists():
        return trainings
    generated = Volunteer.objects.filter(campaign=campaign, is_generated=True)
    people = list(generated.exclude(stage__in=BEFORE_TRAINED).order_by("pk"))
    for number, (training, track) in enumerate(zip(trainings, TRACKS, strict=True)):
        _sessions(training, track, number, people, at, rng)
        issue_due_certificates(curriculum=training, by=JOB, at=at)
    _shifts(campaign, organisation, trainings[3], people, at, rng)
    return trainings


def _training(track: Track, campaign: Campaign, organisation: Organisation) -> Curriculum:
    training, _made = Curriculum.objects.get_or_create(
        campaign=campaign,
        key=track.key,
        defaults={
            "organisation": organisation,
            "title": track.title,
            "summary": track.summary,
            "sessions_required": len(track.units),
            "valid_months": track.valid_months,
            "is_generated": True,
        },
    )
    return training


def _evening(at: datetime, days: int, hour: int, campaign: Campaign) -> datetime:
    day = at.astimezone(zone_of(campaign)).date() + timedelta(days=days)
    return datetime.combine(day, time(hour), zone_of(campaign))


def _sessions(
    training: Curriculum, track: Track, number: int, people: list[Volunteer], at: datetime, rng: random.Random
) -> None:
    """Give each unit once in the past and once ahead; the same group attends the units, with some gaps."""
    group = rng.sample(people, min(ATTENDING, len(people)))
    for unit, title in enumerate(track.units, start=1):
        for days in (-60 + 10 * unit + 3 * number, 5 + 7 * unit + 2 * number):
            starts = _evening(at, days, 18, training.campaign)
            session = TrainingSession.objects.create(
                curriculum=training,
                unit=unit,
                title=title,
                starts_at=starts,
                ends_at=starts + timedelta(hours=2, minutes=30),
                place=rng.choice(PLACES),
                language=rng.choice(("en", "fr", "nl")),
                capacity=20,
                trainer="",
            )
            for volunteer in group if days < 0 else rng.sample(people, min(6, len(people))):
                held = TrainingPresence.ATTENDED if rng.random() < 0.85 else TrainingPresence.MISSED
                record_presence(
                    session=session,
                    volunteer=volunteer,
                    presence=held if days < 0 else rng.choice((TrainingPresence.COMING, TrainingPresence.INVITED)),
                    by=JOB,
                    at=session.ends_at if days < 0 else at,
                )


def _shifts(
    campaign: Campaign,
    organisation: Organisation,
    required: Curriculum,
    people: list[Volunteer],
    at: datetime,
    rng: random.Random,
) -> None:
    """Plan shifts of the last weeks and the next ones; whoever holds the certificate takes some."""
    days = [*(-3 * step - 1 for step in range(HELD_SHIFTS)), *(3 * step + 1 for step in range(COMING_SHIFTS))]
    for day in sorted(days):
        starts = _evening(at, day, rng.choice((10, 14, 17)), campaign)
        shift = Shift.objects.create(
            campaign=campaign,
            organisation=organisation,
            title=rng.choice(SHIFTS),
            starts_at=starts,
            ends_at=starts + timedelta(hours=3),
            place=rng.choice(PLACES),
            needed=rng.choice((2, 3, 4)),
            required_curriculum=required if rng.random() < 0.5 else None,
            is_generated=True,
        )
        willing = rng.sample(people, len(people))
        for _place in range(shift.needed if starts < at else rng.randint(0, shift.needed)):
            while willing and not _work(shift, willing.pop(), at, rng):
                continue


def _work(shift: Shift, volunteer: Volunteer, at: datetime, rng: random.Random) -> bool:
    try:
        assignment = assign_volunteer(shift=shift, volunteer=volunteer, by=JOB, at=min(at, shift.starts_at))
    except ShiftRefused:
        return False  # no certificate, or busy: somebody else may
    if shift.ends_at <= at:
        outcome = AssignmentStatus.DONE if rng.random() < 0.9 else AssignmentStatus.MISSED
        record_outcome(assignment=assignment, status=outcome, by=JOB, at=shift.ends_at)
    return True
