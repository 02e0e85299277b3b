"""Changing a kind of pledge: whole or not at all, never from under people's feet, and never over somebody else."""

from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from campaigns.actions.pledge_kinds import (
    ChangedMeanwhileError,
    KindAsTold,
    RungInUseError,
    change_kind,
    fingerprint,
    people_on,
)
from campaigns.actions.pledges import move_pledge, withdraw_pledge
from campaigns.models import Pledge, PledgeKind
from campaigns.pledge_enums import CountsAs, Standing, ToldBy
from campaigns.pledge_rules import LadderError
from campaigns.viewsets.pledge_rows import new_key
from core.models import AuditEntry
from tests.factories.pledges import make_kind, make_pledge
from tests.factories.staff import World

_RULE = ("key", "moment", "step", "days", "hour", "channel", "text", "is_the_one", "is_active")


def changes() -> list[dict[str, Any]]:
    return [entry.details for entry in AuditEntry.objects.filter(action="campaigns.pledge_kind.changed")]


@pytest.fixture
def kind(ours: World) -> PledgeKind:
    return make_kind(ours.campaign)


def as_it_is(kind: PledgeKind, **fields: Any) -> KindAsTold:
    kind = PledgeKind.objects.get(pk=kind.pk)
    ladder = {part: deepcopy(getattr(kind, part)) for part in ("steps", "endings", "barriers")}
    return KindAsTold({**ladder, "name": kind.name, **fields}, {}, list(kind.reminder_rules.values(*_RULE)))


def without(kind: PledgeKind, part: str, key: str) -> KindAsTold:
    return as_it_is(kind, **{part: [rung for rung in getattr(kind, part) if rung["key"] != key]})


def change(world: World, kind: PledgeKind, told: KindAsTold) -> PledgeKind:
    return change_kind(kind=kind, told=told, seen=fingerprint(kind), by=world.coordinator)


def test_change_kind_to_what_it_is_writes_nothing(ours: World, kind: PledgeKind) -> None:
    before = fingerprint(kind)
    change(ours, kind, as_it_is(kind))
    assert fingerprint(kind) == before
    assert changes() == []


def test_change_kind_seen_before_a_change_is_refused(ours: World, kind: PledgeKind) -> None:
    seen = fingerprint(kind)
    change(ours, kind, as_it_is(kind, name="First"))
    with pytest.raises(ChangedMeanwhileError):
        change_kind(kind=kind, told=as_it_is(kind, name="Second"), seen=seen, by=ours.coordinator)
    assert PledgeKind.objects.get().name == "First"
    assert [each["fields"] for each in changes()] == [["name"]]


@pytest.mark.parametrize("what", ["words", "reminder"])
def test_fingerprint_changes_with_words_and_reminders(kind: PledgeKind, what: str) -> None:
    before = fingerprint(kind)
    if what == "words":
        kind.texts.filter(language="fr").update(heading="Autre")
    else:
        kind.reminder_rules.filter(key="week").update(days=8)
    assert fingerprint(kind) != before


@pytest.mark.parametrize(("part", "key"), [("steps", "informed"), ("endings", "gave_up"), ("barriers", "no_time")])
def test_rung_people_stand_on_stays(ours: World, kind: PledgeKind, part: str, key: str, at: datetime) -> None:
    pledge = make_pledge(kind, at=at)
    move_pledge(pledge=pledge, step="informed", ending="gave_up", barrier="no_time", told_by=ToldBy.STAFF, at=at)
    with pytest.raises(RungInUseError) as refusal:
        change(ours, kind, without(kind, part, key))
    assert refusal.value.people == {(part, key): 1}
    assert PledgeKind.objects.get().name == kind.name


def test_rung_of_those_who_took_their_pledge_back_may_go(ours: World, kind: PledgeKind, at: datetime) -> None:
    withdraw_pledge(pledge=make_pledge(kind, at=at), at=at)
    assert people_on(kind) == {}
    assert change(ours, kind, without(kind, "steps", "informed")).ladder.first.key == "form_given"


def test_ladder_nobody_can_climb_is_refused_whole(ours: World, kind: PledgeKind) -> None:
    with pytest.raises(LadderError):
        change(ours, kind, as_it_is(kind, steps=[], name="Other"))
    assert PledgeKind.objects.get().name == kind.name


def test_step_that_counts_as_done_from_now_on_counts_for_those_on_it(
    ours: World, kind: PledgeKind, at: datetime
) -> None:
    there, gone = make_pledge(kind, "a@example.org", at=at), make_pledge(kind, "b@example.org", at=at)
    for pledge in (there, gone):
        move_pledge(pledge=pledge, step="form_given", told_by=ToldBy.STAFF, at=at)
    withdraw_pledge(pledge=gone, at=at)
    told = as_it_is(kind)
    told.fields["steps"][1]["acted"] = True
    change(ours, kind, told)
    standings = dict(Pledge.objects.values_list("pk", "standing"))
    assert standings == {there.pk: Standing.ACTED, gone.pk: Standing.WITHDRAWN}
    assert Pledge.objects.get(pk=there.pk).counts_as == CountsAs.ACTED
    assert [each["pledges"] for each in changes()] == [1]


@pytest.mark.parametrize(
    ("names", "key"),
    [
        ({"en": "Form sent"}, "form_sent"),
        ({"en": "Été: d’accord!"}, "ete_daccord"),
        ({"fr": "A voté"}, "a_vote"),
        ({"en": "2nd letter"}, "step_2nd_letter"),
        ({"ar": "وعد"}, "step"),
        ({"en": "taken"}, "taken_2"),
        ({"en": "a very long name that goes on and on"}, "a_very_long_name_that_goes"),
    ],
)
def test_new_key_is_plain_short_and_nobody_elses(names: dict[str, str], key: str) -> None:
    assert new_key(names, {"taken"}) == key
