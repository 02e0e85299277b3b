"""Alarms on unusual reading, from the audit trail."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from accounts.models import ReadingAlarm, ReadingDay, User
from accounts.reading import alarms_for, officers_for, trail_of, watch_reading
from core import audit
from core.models import AuditEntry
from messaging.models import OutboundMessage
from tests.factories.staff import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small(settings: Settings) -> None:
    settings.READING_ALARM_FLOOR, settings.READING_ALARM_FACTOR = 100, 3


def read(user: User, people: int) -> None:
    audit.record("people.supporter.listed", by=user, count=people)


def test_reading_above_floor_and_habit_is_told_once(ours: World, at: datetime) -> None:
    ReadingDay.objects.create(user=ours.manager, day=at.date() - timedelta(days=2), people=40)
    read(ours.manager, 60)
    audit.record("people.supporter.viewed", by=ours.manager, target="people.supporter:1")
    audit.record("campaigns.signature.exported", by=ours.manager, rows=60, is_complete=True)
    [alarm] = watch_reading(at=at)
    assert (alarm.people, alarm.usual) == (121, 40)
    read(ours.manager, 500)
    assert watch_reading(at=at) == []
    [letter] = OutboundMessage.objects.filter(template="reading_alarm")
    assert letter.address == ours.dpo.email
    assert ReadingDay.objects.get(user=ours.manager, day=at.date()).people == 621
    assert AuditEntry.objects.filter(action="accounts.reading_alarm.raised").count() == 1


@pytest.mark.parametrize("action", ["audiences.segment.sampled", "volunteers.volunteer.thanked_listed"])
def test_looks_under_other_names_are_reading_too(ours: World, at: datetime, action: str) -> None:
    audit.record(action, by=ours.manager, count=101)
    [alarm] = watch_reading(at=at)
    assert alarm.people == 101


def test_habit_and_floor_keep_it_quiet(ours: World, at: datetime) -> None:
    ReadingDay.objects.create(user=ours.manager, day=at.date() - timedelta(days=1), people=50)
    read(ours.manager, 150)
    read(ours.analyst, 100)
    assert watch_reading(at=at) == []


def test_figures_and_jobs_are_no_reading_about_people(ours: World, at: datetime) -> None:
    audit.record("campaigns.pledge_figures.exported", by=ours.manager, rows=5_000)
    audit.record("core.audit.exported", by=ours.manager, rows=5_000)
    audit.record("people.supporter.listed", by="some.job", count=5_000)
    audit.record("people.supporter.listed", by="user:999999", count=5_000)
    audit.record("people.supporter.listed", by=ours.manager, count="many")
    assert watch_reading(at=at) == []


def test_old_days_are_forgotten(ours: World, at: datetime) -> None:
    ReadingDay.objects.create(user=ours.manager, day=at.date() - timedelta(days=31), people=50)
    watch_reading(at=at)
    assert not ReadingDay.objects.exists()


def test_officer_is_never_told_of_themselves(ours: World, theirs: World, at: datetime) -> None:
    boss = User.objects.create_superuser("boss@example.org")
    assert officers_for(ours.dpo) == [boss]
    assert officers_for(ours.manager) == [ours.dpo]
    assert officers_for(boss) == [ours.dpo, theirs.dpo]


def test_alarm_is_shown_to_its_officer_alone_with_the_trail(ours: World, theirs: World, at: datetime) -> None:
    read(ours.manager, 101)
    [alarm] = watch_reading(at=at)
    assert [each.pk for each in alarms_for(ours.dpo, at)] == [alarm.pk]
    for user in (theirs.dpo, ours.coordinator, ours.manager):
        assert alarms_for(user, at) == []
    assert alarms_for(ours.dpo, at + timedelta(days=8)) == []
    assert f"actor={ours.manager.pk}" in trail_of(alarm)
    assert ReadingAlarm.objects.count() == 1
