"""What happens to segments."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import translation

from audiences.actions.segments import (
    NameTaken,
    SegmentInUse,
    SegmentsInCircle,
    UnknownSegment,
    change_segment,
    count_segment,
    create_segment,
    delete_segment,
    duplicate_segment,
    recount_segments,
)
from audiences.criteria.base import criteria, known_parameters
from audiences.models import Broadcast, Segment, SegmentUse
from audiences.parameters import OneOf, SomeOf
from audiences.segment_rules import InvalidRule, parse_rule
from audiences.selectors.descriptions import describe_rule
from audiences.selectors.ground import ground_of
from audiences.selectors.people_sets import PeopleSets
from audiences.selectors.reach import purpose_for, reach_of, size_of
from core.models import AuditEntry
from people.actions.consents import suppress_address
from people.enums import Channel, SuppressionReason
from people.models import Supporter
from tests.factories.staff import NOON, World

LATER = NOON + timedelta(hours=1)


def make(world: World, name: str = "All", rule: Any = None, **told: Any) -> Segment:
    return create_segment(
        organisation=told.pop("organisation", world.lead), campaign=world.campaign, name=name,
        rule=rule or {"all": []}, by=world.coordinator, at=LATER,
    )  # fmt: skip


def of(segment: Segment) -> dict[str, Any]:
    return {"is": "segment", "segment": segment.pk}


def test_create_segment_saves_the_rule_and_what_it_speaks_of(ours: World) -> None:
    first = make(ours, "First")
    second = make(ours, "Second", {"all": [of(first), {"not": of(first)}]})
    assert SegmentUse.objects.filter(segment=second, used=first).count() == 1
    assert AuditEntry.objects.filter(action="audiences.segment.created").count() == 2


@pytest.mark.parametrize("rule", [{"is": "born"}, {"any": []}, {"is": "segment", "segment": 10**6}])
def test_create_segment_by_a_bad_rule_leaves_nothing(ours: World, rule: Any) -> None:
    with pytest.raises((InvalidRule, UnknownSegment)):
        make(ours, "Bad", rule)
    assert not Segment.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="audiences.").exists()


def test_create_segment_of_anothers_segment_is_refused(ours: World, theirs: World) -> None:
    foreign = make(theirs, "Theirs")
    with pytest.raises(UnknownSegment):
        make(ours, "Ours", of(foreign))


def test_create_segment_by_a_name_taken_is_refused_also_by_the_database(ours: World) -> None:
    make(ours, "Same")
    with pytest.raises(NameTaken):
        make(ours, "Same")
    with pytest.raises(IntegrityError), transaction.atomic():
        Segment.objects.create(organisation=ours.lead, name="Same")
    make(ours, "Same", organisation=ours.partner)


def test_change_segment_forgets_the_count_and_audits_only_a_change(ours: World) -> None:
    segment = count_segment(segment=make(ours), at=LATER)
    common: Any = {"segment": segment, "campaign": ours.campaign, "by": ours.coordinator, "at": LATER}
    change_segment(name="All", rule={"all": []}, **common)
    assert not AuditEntry.objects.filter(action="audiences.segment.changed").exists()
    changed = change_segment(name="All", rule={"is": "signed"}, **common)
    assert changed.counted_at is None
    assert changed.member_count is None
    assert AuditEntry.objects.filter(action="audiences.segment.changed").count() == 1


def test_change_segment_into_a_circle_is_refused_with_the_names(ours: World) -> None:
    first = make(ours, "First")
    second = make(ours, "Second", of(first))
    third = make(ours, "Third", {"not": of(second)})
    with pytest.raises(SegmentsInCircle) as refused:
        change_segment(segment=first, name="First", rule=of(third), campaign=None, by=ours.coordinator, at=LATER)
    assert refused.value.names == ["First", "Third", "Second", "First"]
    first.refresh_from_db()
    assert first.rule == {"all": []}


def test_delete_segment_in_use_is_refused_with_the_names(ours: World) -> None:
    first = make(ours, "First")
    second = make(ours, "Second", of(first))
    with pytest.raises(SegmentInUse) as refused:
        delete_segment(segment=first, by=ours.coordinator)
    assert refused.value.names == ["Second"]
    delete_segment(segment=second, by=ours.coordinator)
    delete_segment(segment=first, by=ours.coordinator)
    assert not Segment.objects.exists()


@pytest.mark.parametrize("names", ["included", "excluded"])
def test_delete_segment_that_a_broadcast_names_is_refused(ours: World, names: str) -> None:
    segment = make(ours, "First")
    broadcast = Broadcast.objects.create(
        campaign=ours.campaign, organisation=ours.lead, name="The vote", purpose="campaign_news", channel="email"
    )
    getattr(broadcast, names).add(segment)
    with pytest.raises(SegmentInUse) as refused:
        delete_segment(segment=segment, by=ours.coordinator)
    assert refused.value.names == ["The vote"]
    with pytest.raises(ProtectedError):  # the row holds it, not only the action
        segment.delete()
    assert not AuditEntry.objects.filter(action="audiences.segment.deleted").exists()
    broadcast.delete()
    delete_segment(segment=segment, by=ours.coordinator)
    assert not Segment.objects.exists()


def test_duplicate_segment_takes_a_free_name_each_time(ours: World) -> None:
    segment = make(ours, "All", {"is": "signed"})
    names = [duplicate_segment(segment=segment, by=ours.coordinator, at=LATER).name for _ in range(2)]
    assert names == ["All (2)", "All (3)"]
    assert Segment.objects.get(name="All (3)").rule == {"is": "signed"}


def test_count_segment_keeps_people_and_reach_with_their_moment(ours: World) -> None:
    for name in ("Nina", "Omar"):
        signature = ours.sign(name)
        if name == "Nina":
            ours.consent(signature, ours.lead)
    segment = count_segment(segment=make(ours), at=LATER)
    segment.refresh_from_db()
    assert (segment.member_count, segment.reach, segment.counted_at) == (2, {"email": 1, "sms": 0}, LATER)


def test_reach_says_why_the_others_are_not_reached(ours: World) -> None:
    for name in ("reached", "suppressed", "paused", "silent", "unproved", "nowhere"):
        signature = ours.sign(name, verified_at=None if name == "unproved" else NOON)
        points = signature.supporter.contact_points
        if name in ("reached", "suppressed", "paused"):
            ours.consent(signature, ours.lead)
        if name == "paused":
            points.update(paused_until=LATER + timedelta(days=1))
        if name == "suppressed":
            suppress_address(
                channel=Channel.EMAIL, canonical=points.get().canonical, reason=SuppressionReason.BOUNCE,
                by="tests", at=NOON,
            )  # fmt: skip
        if name == "nowhere":
            points.all().delete()
    ground = ground_of(ours.lead.pk, LATER)
    found = reach_of({"all": []}, PeopleSets(ground), purpose_for(ground, ours.campaign, Channel.EMAIL))
    told = (found.reached, found.no_address, found.unproved, found.not_allowed, found.paused, found.suppressed)
    assert told == (1, 1, 1, 1, 1, 1)
    assert not found.is_estimate


def test_size_counts_people_by_language_the_most_first(ours: World) -> None:
    for name, language in (("Nina", "fr"), ("Omar", "nl"), ("Pia", "nl"), ("Quinn", "")):
        Supporter.objects.filter(pk=ours.sign(name).supporter_id).update(language=language)
    size = size_of({"all": []}, PeopleSets(ground_of(ours.lead.pk, LATER)))
    assert (size.people, size.languages) == (4, (("nl", 2), ("", 1), ("fr", 1)))


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"all": []}, "Everybody we know."),
        ({"is": "speaks", "languages": ["fr"]}, "Everybody who speaks French."),
        (
            {"all": [{"is": "speaks", "languages": ["fr", "nl"]}, {"not": {"is": "volunteers"}}]},
            "Everybody who speaks French or Dutch, but not who works as a volunteer.",
        ),
        (
            {"not": {"is": "did_something", "days": 90}},
            "Everybody, but not who did something in the last 90 days (signed, pledged, registered, came or "
            "volunteered).",
        ),
        (
            {"not": {"is": "volunteers", "stages": ["active"]}},
            "Everybody, but not who works as a volunteer at the stage active.",
        ),
        (
            {"all": [{"any": [{"is": "attended"}, {"is": "volunteers"}]}, {"is": "known_lately", "days": 9}]},
            "Everybody who (came to an event or works as a volunteer) and became known to us in the last 9 days.",
        ),
    ],
)
def test_describe_rule_reads_like_a_sentence(ours: World, rule: Any, sentence: str) -> None:
    assert describe_rule(parse_rule(rule, known_parameters()), ground_of(ours.lead.pk, LATER)) == sentence


def test_describe_rule_names_what_it_speaks_of_and_says_what_is_gone(ours: World, theirs: World) -> None:
    rule = {"is": "signed", "petitions": [ours.petition.pk, theirs.petition.pk], "since": "2026-03-02"}
    said = describe_rule(parse_rule(rule, known_parameters()), ground_of(ours.lead.pk, LATER))
    assert said == "Everybody who signed ours petition or (no longer there) from 2 March 2026."


@pytest.mark.parametrize("key", list(criteria()))
def test_every_criterion_has_its_words_and_fields_in_order(ours: World, key: str) -> None:
    criterion = criteria()[key]
    names = [name for clause in criterion.clauses for name in clause.names]
    assert sorted(names) == sorted(parameter.name for parameter in criterion.parameters)
    with translation.override("en"):
        assert str(criterion.label)
        assert str(criterion.subject)
    ground = ground_of(ours.lead.pk, LATER)
    required = {each.name for each in criterion.parameters if each.is_required}
    for clause in criterion.clauses:
        assert not clause.without or not required & set(clause.names)
    for parameter in criterion.parameters:
        if isinstance(parameter, OneOf):
            for value, words in parameter.options(ground):
                assert words
                assert parameter.read([value] if isinstance(parameter, SomeOf) else value)


def test_segments_are_counted_anew_and_a_broken_one_holds_up_no_other(
    ours: World, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Segment.objects.create(organisation=ours.lead, name="Broken", rule={"no": "rule"})
    sound = Segment.objects.create(organisation=ours.lead, name="Sound", rule={"all": []})
    ours.sign()
    assert recount_segments(at=NOON) == 1
    ours.sign()
    assert recount_segments(at=NOON + timedelta(days=1)) == 1
    sound.refresh_from_db()
    assert (sound.member_count, sound.counted_at) == (2, NOON + timedelta(days=1))
    assert f"segment {broken.pk} cannot be counted" in caplog.text
