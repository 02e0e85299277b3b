"""Journeys and whose they are: organisations, consents and people who turn out to be one."""

from datetime import timedelta

import pytest

from audiences.actions.journeys import (
    NotReady,
    change_journey,
    draw_up_journey,
    end_journey,
    publish_steps,
    start_journey,
    sweep_ended,
)
from audiences.actions.leading_on import lead_on, lead_people_on
from audiences.actions.merging_journeys import move_ways
from audiences.actions.taking_in import _look, take_in, take_people_in
from audiences.journey_enums import RunStatus
from audiences.journey_rules import InvalidSteps
from audiences.models import AutomationRun, Segment, StaffTask
from audiences.triggers.base import InvalidTrigger, read_trigger
from messaging.enums import MessageStatus
from messaging.models import MessageText, OutboundMessage
from people.enums import ConsentState
from tests.factories.journeys import make_journey, send, step
from tests.factories.staff import NOON, World

DAY = timedelta(days=1)
START = NOON - timedelta(minutes=5)
SOON = NOON + timedelta(minutes=1)


def test_steps_with_rows_of_another_organisation_are_refused(ours: World, theirs: World, text: MessageText) -> None:
    journey = draw_up_journey(
        organisation=theirs.lead,
        campaign=theirs.campaign,
        name="X",
        trigger={"kind": "signature"},
        by=theirs.coordinator,
    )
    segment = Segment.objects.create(organisation=ours.lead, name="Ours")
    for told in (
        send(text),
        step("check", "c", segment=segment.pk),
        step("task", "t", title="Call", days=1, owner=ours.coordinator.pk),
    ):
        with pytest.raises(InvalidSteps):
            publish_steps(automation=journey, steps=[told], by=theirs.coordinator)
    with pytest.raises(NotReady):
        start_journey(automation=journey, by=theirs.coordinator, at=START)


def test_who_takes_the_consent_back_that_made_them_known_leaves(ours: World) -> None:
    task = step("task", "t", title="Call", days=1)
    make_journey(ours, step("wait", "w", days=1), task, at=START, organisation=ours.partner)
    signature = ours.sign(partnership=ours.partnership)
    ours.consent(signature, ours.partner)
    take_people_in(at=SOON)
    lead_people_on(at=SOON)
    ours.consent(signature, ours.partner, state=ConsentState.WITHDRAWN, at=SOON)
    lead_people_on(at=SOON + DAY)
    assert AutomationRun.objects.get().status == RunStatus.LEFT
    assert not StaffTask.objects.exists()


def test_merging_two_people_keeps_the_way_that_is_further_on(ours: World, text: MessageText) -> None:
    journey = make_journey(ours, step("task", "t", title="Call", days=1), step("wait", "w", days=1), at=START)
    keep, absorb = (ours.sign(name).supporter for name in ("Nina", "Nina E."))
    assert keep is not None
    assert absorb is not None
    take_people_in(at=SOON)
    AutomationRun.objects.update(occasion="segment")
    lead_on(run_id=journey.runs.get(supporter=absorb).pk, at=SOON)
    further = journey.runs.get(supporter=absorb)
    for _ in range(2):
        move_ways(keep=keep, absorb=absorb)
    assert journey.runs.get() == further
    assert journey.runs.get().supporter == keep
    assert StaffTask.objects.get().supporter == keep


def test_what_needs_no_consent_is_written_only_to_who_registered(ours: World, text: MessageText) -> None:
    agenda = {**send(text), "purpose": "agenda"}
    signed = make_journey(ours, step("leave", "a"), at=START)
    with pytest.raises(InvalidSteps) as refused:
        publish_steps(automation=signed, steps=[agenda], by=ours.coordinator)
    assert refused.value.name == "purpose"
    helped = make_journey(ours, agenda, at=START, trigger={"kind": "volunteer"})
    with pytest.raises(InvalidTrigger):
        change_journey(
            automation=helped, name="X", trigger={"kind": "signature"}, leave_segment=None, by=ours.coordinator
        )
    change_journey(automation=helped, name="X", trigger={"kind": "rsvp"}, leave_segment=None, by=ours.coordinator)


def test_what_a_worker_gives_back_after_the_end_is_cancelled_too(ours: World, text: MessageText) -> None:
    journey = make_journey(ours, send(text), at=START)
    ours.consent(ours.sign(), ours.lead)
    take_people_in(at=SOON)
    lead_people_on(at=SOON)
    OutboundMessage.objects.update(status=MessageStatus.SENDING)
    end_journey(automation=journey, by=ours.coordinator, at=SOON)
    assert OutboundMessage.objects.get().is_held
    assert sweep_ended() == 0
    OutboundMessage.objects.update(status=MessageStatus.READY)
    assert [sweep_ended() for _ in range(2)] == [1, 0]
    assert OutboundMessage.objects.get().status == MessageStatus.CANCELLED


def test_journey_that_cannot_begin_is_logged_and_holds_up_no_other(
    ours: World, caplog: pytest.LogCaptureFixture
) -> None:
    segment = Segment.objects.create(organisation=ours.lead, name="Ours")
    broken = make_journey(ours, at=START, name="A", trigger={"kind": "segment", "segment": segment.pk})
    sound = make_journey(ours, at=START, name="B")
    Segment.objects.filter(pk=segment.pk).update(rule={"no": "rule"})
    ours.sign()
    with caplog.at_level("ERROR"):
        assert take_people_in(at=SOON) == 1
    assert AutomationRun.objects.get().automation == sound
    (record,) = [each for each in caplog.records if each.name == "audiences.actions.taking_in"]
    assert record.getMessage() == f"journey {broken.pk} takes nobody in"
    assert record.exc_info is not None
    Segment.objects.filter(pk=segment.pk).update(rule={"all": []})
    assert take_people_in(at=SOON) == 1
    assert AutomationRun.objects.filter(automation=broken).count() == 1


@pytest.mark.parametrize("kind", ["segment", "day"])
def test_people_taken_in_before_are_passed_by_where_a_state_is_looked_at(ours: World, kind: str) -> None:
    segment = Segment.objects.create(organisation=ours.lead, name="Ours")
    told = {"kind": kind, "segment": segment.pk} | ({"day": SOON.date().isoformat()} if kind == "day" else {})
    journey = make_journey(ours, at=START, trigger=told)
    first = ours.sign("First").supporter
    assert take_in(automation=journey, at=SOON) == 1
    later = ours.sign("Second").supporter
    assert first is not None
    assert later is not None
    after = SOON + timedelta(hours=2)
    journey.refresh_from_db()
    trigger, values = read_trigger(journey.trigger)
    assert [entry.supporter_id for entry in trigger.entries(values, _look(journey, after))] == [later.pk]
    assert take_in(automation=journey, at=after) == 1
    journey.refresh_from_db()
    assert take_in(automation=journey, at=after + timedelta(hours=2)) == 0
    assert set(journey.runs.values_list("supporter", flat=True)) == {first.pk, later.pk}


def test_taking_in_counts_only_who_was_new(ours: World) -> None:
    journey = make_journey(ours, at=START)
    for name in ("First", "Second"):
        ours.sign(name)
    assert take_in(automation=journey, at=SOON) == 2
    ours.sign("Third")
    journey.refresh_from_db()
    assert take_in(automation=journey, at=SOON) == 1  # the overlap finds all three
