"""The demo's trainings: five tracks, generated and marked, the same after a second loading, nobody written to."""

from datetime import datetime

import pytest

from messaging.models import OutboundMessage
from tests.factories.staff import World
from tests.factories.trainings import make_volunteer
from volunteers.demo_trainings import load_demo_trainings
from volunteers.enums import Stage, TrainingPresence
from volunteers.models import Certificate, HoursEntry, Shift, ShiftAssignment, TrainingAttendance, TrainingSession

pytestmark = pytest.mark.django_db


def test_demo_trainings_are_loaded_once_and_marked(ours: World, at: datetime) -> None:
    for number in range(20):
        make_volunteer(ours, f"Person {number}", is_generated=True, stage=Stage.ACTIVE)
    real = make_volunteer(ours, "Real Person")
    trainings = load_demo_trainings(campaign=ours.campaign, organisation=ours.lead, at=at)
    assert len(trainings) == 5
    assert all(training.is_generated for training in trainings)
    sessions = TrainingSession.objects.filter(curriculum__in=trainings)
    assert sessions.upcoming(at).count() == sessions.filter(ends_at__lte=at).count() == 10
    facts = TrainingAttendance.objects.filter(presence__in=[TrainingPresence.ATTENDED, TrainingPresence.MISSED])
    assert facts.exists()
    assert not facts.filter(session__starts_at__gt=at).exists()
    assert 20 <= Certificate.objects.count() <= 70
    assert not Shift.objects.filter(is_generated=False).exists()
    assert ShiftAssignment.objects.filter(shift__starts_at__gt=at).exists()
    assert HoursEntry.objects.filter(kind="shift").exists()
    assert not real.attendances.exists()
    assert not OutboundMessage.objects.exists()
    before = (TrainingSession.objects.count(), Certificate.objects.count(), HoursEntry.objects.count())
    load_demo_trainings(campaign=ours.campaign, organisation=ours.lead, at=at)
    assert before == (TrainingSession.objects.count(), Certificate.objects.count(), HoursEntry.objects.count())


def test_demo_trainings_without_people_stand_empty(ours: World, at: datetime) -> None:
    load_demo_trainings(campaign=ours.campaign, organisation=ours.lead, at=at)
    assert TrainingSession.objects.count() == 20
    assert not TrainingAttendance.objects.exists()
