"""Trainings, sessions, shifts and the people in them, in the world of tests/factories/staff.py."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import Organisation
from people.enums import Channel
from people.models import ContactPoint, Supporter
from tests.factories.staff import World
from volunteers.enums import Stage, TrainingPresence
from volunteers.models import (
    Curriculum,
    Shift,
    TrainingAttendance,
    TrainingSession,
    Volunteer,
    VolunteerLanguage,
)

SATURDAY = datetime(2026, 3, 7, 9, tzinfo=UTC)  # 10:00 in Brussels, five days after the stopped clock
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def make_volunteer(
    world: World,
    name: str = "Cleo Example",
    *,
    organisation: Organisation | None = None,
    languages: tuple[str, ...] = (),
    email: str | None = None,
    **columns: Any,
) -> Volunteer:
    """Return a volunteer with a verified e-mail address; ``email=""`` makes one without."""
    mark = uuid.uuid4().hex[:12]
    language = columns.pop("language", "en")
    supporter = columns.pop("supporter", None) or Supporter.objects.create(full_name=name, language=language)
    address = f"{mark}@example.org" if email is None else email
    if address:
        ContactPoint.objects.create(
            supporter=supporter, channel=Channel.EMAIL, canonical=address, as_typed=address, verified_at=MONDAY
        )
    defaults: dict[str, Any] = {"stage": Stage.TRAINED, "stage_since_at": MONDAY, "last_touch_at": MONDAY}
    volunteer = Volunteer.objects.create(
        supporter=supporter,
        campaign=world.campaign,
        organisation=organisation or world.lead,
        calendar_key=mark,
        **{**defaults, **columns},
    )
    for language in languages:
        VolunteerLanguage.objects.create(volunteer=volunteer, language=language)
    return volunteer


def make_curriculum(world: World, **columns: Any) -> Curriculum:
    defaults = {"key": uuid.uuid4().hex[:8], "title": "Community organising", "valid_months": 24}
    return Curriculum.objects.create(
        campaign=world.campaign, organisation=columns.pop("organisation", world.lead), **{**defaults, **columns}
    )


def make_session(curriculum: Curriculum, starts_at: datetime = SATURDAY, **columns: Any) -> TrainingSession:
    """Return a session of two hours."""
    defaults = {"title": "First evening", "ends_at": starts_at + timedelta(hours=2), "place": "Community house"}
    return TrainingSession.objects.create(curriculum=curriculum, starts_at=starts_at, **{**defaults, **columns})


def make_shift(world: World, starts_at: datetime = SATURDAY, **columns: Any) -> Shift:
    """Return a shift of three hours for two people."""
    defaults = {"title": "Stall at the market", "ends_at": starts_at + timedelta(hours=3), "place": "Place Flagey"}
    return Shift.objects.create(
        campaign=world.campaign,
        organisation=columns.pop("organisation", world.lead),
        starts_at=starts_at,
        **{**defaults, **columns},
    )


def make_place(
    session: TrainingSession, volunteer: Volunteer, presence: TrainingPresence = TrainingPresence.COMING, **columns: Any
) -> TrainingAttendance:
    return TrainingAttendance.objects.create(
        session=session, volunteer=volunteer, presence=presence, **{"decided_at": MONDAY, **columns}
    )
