"""Counting by sets: each piece is read once, and nothing is kept for longer than a minute."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from audiences.models import Segment
from audiences.selectors import people_sets
from audiences.selectors.ground import ground_of
from audiences.selectors.people_sets import PeopleSets, sets_of_the_minute
from audiences.selectors.reach import purpose_for, reach_of, size_of
from people.enums import Channel
from tests.factories.staff import NOON, World

LATER = NOON + timedelta(hours=1)
SIGNED = {"is": "signed"}
IDLE = {"not": {"is": "volunteers"}}


def all_of(*rules: Any) -> dict[str, Any]:
    return {"all": list(rules)}


@pytest.fixture
def everybody_is_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_sets, "FEW", -1)


@pytest.mark.usefixtures("everybody_is_many")
@pytest.mark.parametrize("people", [1, 3])
def test_changed_rule_reads_only_what_is_new_in_it(
    ours: World, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(people):
        ours.consent(ours.sign(f"Person {number}"), ours.lead)
    sets = PeopleSets(ground_of(ours.lead.pk, LATER))
    with django_assert_num_queries(2):  # everybody, and who signed
        assert sets.members(all_of(SIGNED)).bit_count() == people
    with django_assert_num_queries(2):  # who volunteers, and who speaks what
        assert size_of(all_of(SIGNED, IDLE), sets).people == people
    purpose = purpose_for(sets.ground, ours.campaign, Channel.EMAIL)
    with django_assert_num_queries(6):  # addresses, proved, agreed, not paused; the sample and its stops
        assert reach_of(all_of(SIGNED), sets, purpose).reached == people
    with django_assert_num_queries(2):  # the sample and its stops
        assert reach_of(all_of(SIGNED, IDLE), sets, purpose).reached == people


def test_sets_are_shared_within_a_minute_and_an_organisation_and_no_longer(ours: World) -> None:
    minute = LATER.replace(second=0, microsecond=0)
    first = sets_of_the_minute(ours.lead.pk, minute + timedelta(seconds=1))
    assert sets_of_the_minute(ours.lead.pk, minute + timedelta(seconds=59)) is first
    assert first.ground.at == minute
    assert sets_of_the_minute(ours.partner.pk, minute) is not first
    assert sets_of_the_minute(ours.lead.pk, minute + timedelta(seconds=60)) is not first


@pytest.mark.usefixtures("everybody_is_many")
def test_sets_forget_when_they_hold_much(ours: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_sets, "MOST_PIECES", 2)
    ours.sign()
    sets = PeopleSets(ground_of(ours.lead.pk, LATER))
    for rule in (SIGNED, IDLE, all_of(SIGNED, IDLE), {"any": [SIGNED, {"is": "met"}]}):
        assert sets.members(rule).bit_count() == 1
        assert len(sets._read) <= 2


def test_of_few_people_pieces_are_asked_by_their_ids_and_kept_as_well(
    ours: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ours.sign()
    sets = PeopleSets(ground_of(ours.lead.pk, LATER))
    with django_assert_num_queries(2):
        assert sets.members(all_of(SIGNED)).bit_count() == 1
    with django_assert_num_queries(1):
        assert sets.members(all_of(SIGNED, IDLE)).bit_count() == 1


def test_changed_inner_segment_is_read_anew_in_the_same_minute(ours: World) -> None:
    ours.sign()
    inner = Segment.objects.create(organisation=ours.lead, name="Inner", rule=all_of(SIGNED), changed_at=NOON)
    middle = Segment.objects.create(
        organisation=ours.lead, name="Middle", rule={"is": "segment", "segment": inner.pk}, changed_at=NOON
    )
    outer = {"is": "segment", "segment": middle.pk}
    sets = PeopleSets(ground_of(ours.lead.pk, LATER))
    assert sets.members(outer).bit_count() == 1
    Segment.objects.filter(pk=inner.pk).update(rule=all_of({"is": "volunteers"}))
    assert sets.members(outer).bit_count() == 0


def test_of_few_people_nothing_is_kept_under_their_ids_themselves(ours: World) -> None:
    def longest_key() -> int:
        sets = PeopleSets(ground_of(ours.lead.pk, LATER))
        sets.members(all_of(SIGNED, IDLE))
        assert any(" among " in key for key in sets._read)
        return max(len(key) for key in sets._read)

    ours.sign("One")
    of_one = longest_key()
    ours.sign("Two")
    ours.sign("Three")
    assert longest_key() == of_one
