"""Journeys: who is taken in, how they are led on, each step once whatever is repeated, paused or moved."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from audiences.actions.journeys import (
    NotReady,
    end_journey,
    move_to_version,
    pause_journey,
    publish_steps,
    start_journey,
    take_out,
)
from audiences.actions.leading_on import lead_on, lead_people_on
from audiences.actions.taking_in import take_people_in
from audiences.journey_enums import RunStatus
from audiences.models import AutomationRun, AutomationStep, Segment, StaffTask, WebhookCall
from core.models import AuditEntry
from messaging.enums import MessageStatus
from messaging.models import MessageText, OutboundMessage
from tests.factories.journeys import make_journey, send, step
from tests.factories.staff import NOON, World

DAY = timedelta(days=1)
START = NOON - timedelta(minutes=5)
SOON = NOON + timedelta(minutes=1)


def path(run: AutomationRun | None = None) -> list[tuple[str, str]]:
    rows = AutomationStep.objects.filter(run=run) if run else AutomationStep.objects.all()
    return list(rows.order_by("id").values_list("key", "outcome"))


def sent() -> list[str]:
    return list(OutboundMessage.objects.order_by("pk").values_list("idempotency_key", flat=True))


def test_signer_is_taken_in_once_however_often_one_looks(ours: World) -> None:
    make_journey(ours, at=START)
    ours.sign()
    assert take_people_in(at=SOON) == 1
    assert take_people_in(at=SOON) == 0
    assert take_people_in(at=SOON + timedelta(minutes=30)) == 0
    assert AutomationRun.objects.count() == 1


def test_who_signed_before_it_began_is_not_taken_in(ours: World) -> None:
    make_journey(ours, at=SOON)
    ours.sign()
    assert take_people_in(at=SOON + DAY) == 0


def test_who_signed_during_an_outage_is_taken_in_afterwards(ours: World) -> None:
    make_journey(ours, at=START)
    take_people_in(at=START)
    ours.sign(confirmed_at=NOON + DAY)
    assert take_people_in(at=NOON + 3 * DAY) == 1


def test_people_of_another_coalition_or_a_draft_are_not_taken_in(ours: World, theirs: World) -> None:
    journey = make_journey(ours, at=START)
    theirs.sign()
    assert take_people_in(at=SOON) == 0
    pause_journey(automation=journey, by=ours.coordinator)
    ours.sign()
    assert take_people_in(at=SOON) == 0


def test_partner_takes_in_only_those_who_consented_to_it(ours: World) -> None:
    make_journey(ours, at=START, organisation=ours.partner)
    one, _other = (ours.sign(name, partnership=ours.partnership) for name in ("Nina", "Omar"))
    ours.consent(one, ours.partner)
    take_people_in(at=SOON)
    assert [run.supporter for run in AutomationRun.objects.all()] == [one.supporter]


def test_steps_are_done_in_order_and_waits_are_waited_for(ours: World, text: MessageText, settings: Any) -> None:
    settings.WEBHOOK_HOSTS, settings.WEBHOOK_SECRET = ["example.org"], "secret"
    make_journey(
        ours,
        send(text),
        step("wait", "w", days=1, at="11:00"),
        step("task", "t", title="Call them back", days=2, owner=ours.coordinator.pk),
        step("call", "c", url="https://example.org/hook"),
        at=START,
    )
    ours.consent(ours.sign(), ours.lead)
    take_people_in(at=SOON)
    assert lead_people_on(at=SOON) == 1
    run = AutomationRun.objects.get()
    assert path() == [("hello", "queued"), ("w", "passed")]
    assert sent() == [f"run:{run.pk}:hello"]
    assert run.next_at is not None
    assert run.next_at > SOON
    assert lead_people_on(at=run.next_at - timedelta(seconds=1)) == 0
    assert lead_people_on(at=run.next_at) == 1
    run.refresh_from_db()
    assert (run.status, run.next_at) == (RunStatus.DONE, None)
    assert path()[2:] == [("t", "passed"), ("c", "passed")]
    task, call = StaffTask.objects.get(), WebhookCall.objects.get()
    assert (task.owner, task.supporter, task.origin) == (ours.coordinator, run.supporter, f"run:{run.pk}:t")
    assert set(call.payload) == {"journey", "campaign", "step", "way", "supporter", "at"}
    assert run.supporter.full_name not in str(call.payload)
    assert lead_people_on(at=run.entered_at + 9 * DAY) == 0


def test_message_goes_only_with_consent_and_says_why_not(ours: World, text: MessageText) -> None:
    make_journey(ours, send(text), at=START)
    ours.sign()
    take_people_in(at=SOON)
    lead_people_on(at=SOON)
    message = OutboundMessage.objects.get()
    assert (message.status, message.reason) == (MessageStatus.SUPPRESSED, "no-consent")


def test_check_leads_by_a_segment_as_it_is_then(ours: World, text: MessageText) -> None:
    nina = Segment.objects.create(organisation=ours.lead, name="Signed", rule={"all": [{"is": "signed"}]})
    nobody = Segment.objects.create(organisation=ours.lead, name="Came", rule={"all": [{"is": "attended"}]})
    make_journey(
        ours,
        step("check", "c1", segment=nina.pk, then=[step("task", "yes", title="Yes", days=0)]),
        step("check", "c2", segment=nobody.pk, then=[step("leave", "gone")], otherwise=[send(text)]),
        at=START,
    )
    ours.sign()
    take_people_in(at=SOON)
    lead_people_on(at=SOON)
    assert path() == [("c1", "yes"), ("yes", "passed"), ("c2", "no"), ("hello", "queued")]


def test_who_is_in_the_leaving_segment_leaves_before_the_next_step(ours: World, text: MessageText) -> None:
    reached = Segment.objects.create(organisation=ours.lead, name="Signed", rule={"all": [{"is": "signed"}]})
    make_journey(ours, send(text), at=START, leave_segment=reached)
    ours.sign()
    take_people_in(at=SOON)
    lead_people_on(at=SOON)
    assert AutomationRun.objects.get().status == RunStatus.LEFT
    assert sent() == []


def test_what_is_too_late_after_an_outage_is_left_out(ours: World, text: MessageText) -> None:
    make_journey(ours, step("wait", "w", days=1), send(text, "late", hours=2), step("wait", "v", days=5), send(text),
                 at=START)  # fmt: skip
    ours.sign()
    take_people_in(at=SOON)
    lead_people_on(at=SOON)
    lead_people_on(at=SOON + 3 * DAY)
    assert path() == [("w", "passed"), ("late", "too_late"), ("v", "passed")]
    lead_people_on(at=SOON + 6 * DAY)
    assert path()[3:] == [("hello", "queued")]


def test_date_that_is_past_when_somebody_comes_leaves_out_what_hangs_on_it(ours: World, text: MessageText) -> None:
    ours.petition.closes_at = NOON + 3 * DAY
    ours.petition.save()
    make_journey(
        ours,
        step("until", "week", days=7, side="before", at="10:00"),
        send(text, "seven"),
        step("until", "eve", days=1, side="before", at="10:00"),
        send(text, "one"),
        at=START,
    )
    ours.sign()
    take_people_in(at=SOON)
    lead_people_on(at=SOON)
    assert path() == [("week", "too_late"), ("seven", "too_late"), ("eve", "passed")]
    lead_people_on(at=NOON + 2 * DAY)
    assert path()[3:] == [("one", "queued")]


def test_pause_holds_everything_and_a_start_goes_on(ours: World, text: MessageText) -> None:
    journey = make_journey(ours, send(text), step("wait", "w", days=1), send(text, "two"), at=START)
    ours.consent(ours.sign(), ours.lead)
    take_people_in(at=SOON)
    lead_people_on(at=SOON)
    pause_journey(automation=journey, by=ours.coordinator)
    assert OutboundMessage.objects.get().is_held
    assert lead_people_on(at=SOON + DAY) == 0
    start_journey(automation=journey, by=ours.coordinator, at=SOON + DAY)
    assert not OutboundMessage.objects.get().is_held
    assert lead_people_on(at=SOON + DAY) == 1
    assert len(sent()) == 2


def test_end_takes_everybody_out_and_cancels_what_waits(ours: World, text: MessageText) -> None:
    journey = make_journey(ours, send(text), step("wait", "w", days=1), at=START)
    ours.consent(ours.sign(), ours.lead)
    take_people_in(at=SOON)
    lead_people_on(at=SOON)
    for _ in range(2):
        end_journey(automation=journey, by=ours.coordinator, at=SOON)
    assert AutomationRun.objects.get().status == RunStatus.LEFT
    assert OutboundMessage.objects.get().status == MessageStatus.CANCELLED
    assert AuditEntry.objects.filter(action="audiences.automation.ended").count() == 1
    with pytest.raises(NotReady):
        start_journey(automation=journey, by=ours.coordinator, at=SOON)


def test_who_is_on_the_way_keeps_the_version_until_moved(ours: World, text: MessageText) -> None:
    journey = make_journey(ours, step("wait", "w", days=1), send(text, "old"), at=START)
    ours.consent(ours.sign(), ours.lead)
    take_people_in(at=SOON)
    lead_people_on(at=SOON)
    second = publish_steps(
        automation=journey, by=ours.coordinator, steps=[step("wait", "w", days=1), send(text, "new")]
    )
    assert second.number == 2
    assert publish_steps(automation=journey, by=ours.coordinator, steps=second.steps) == second
    run = AutomationRun.objects.get()
    assert run.version.number == 1
    assert move_to_version(version=second, by=ours.coordinator) == 1
    assert move_to_version(version=second, by=ours.coordinator) == 0
    lead_people_on(at=SOON + DAY)
    assert sent() == [f"run:{run.pk}:new"]


def test_who_waits_at_a_step_that_is_gone_keeps_their_version(ours: World, text: MessageText) -> None:
    journey = make_journey(ours, step("wait", "w", days=1), at=START)
    ours.sign()
    take_people_in(at=SOON)
    lead_people_on(at=SOON)
    second = publish_steps(automation=journey, by=ours.coordinator, steps=[send(text)])
    assert move_to_version(version=second, by=ours.coordinator) == 0
    assert AutomationRun.objects.get().version.number == 1


def test_taking_somebody_out_ends_their_way(ours: World, text: MessageText) -> None:
    make_journey(ours, step("wait", "w", days=1), send(text), at=START)
    ours.sign()
    take_people_in(at=SOON)
    run = AutomationRun.objects.get()
    for _ in range(2):
        take_out(run=run, by=ours.coordinator, at=SOON)
    assert run.status == RunStatus.REMOVED
    assert lead_people_on(at=SOON + 9 * DAY) == 0
    assert AuditEntry.objects.filter(action="audiences.automation_run.removed").count() == 1


def test_one_way_that_cannot_go_on_holds_up_nobody(ours: World, text: MessageText) -> None:
    make_journey(ours, send(text), at=START)
    first, second = (ours.sign(name) for name in ("Nina", "Omar"))
    ours.consent(second, ours.lead)
    take_people_in(at=SOON)
    broken = AutomationRun.objects.get(supporter=first.supporter)
    broken.version = type(broken.version).objects.create(automation=broken.automation, number=9, steps=[{"bad": 1}])
    broken.save()
    assert lead_people_on(at=SOON) == 2
    broken.refresh_from_db()
    assert (broken.status, broken.next_at) == (RunStatus.WAITING, SOON + timedelta(hours=1))
    assert OutboundMessage.objects.count() == 1


def test_crash_in_the_middle_leaves_nothing_of_the_step(
    ours: World, text: MessageText, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_journey(ours, send(text), step("task", "t", title="Call", days=1), at=START)
    ours.sign()
    take_people_in(at=SOON)
    run = AutomationRun.objects.get()

    def crash(*_args: object, **_named: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("audiences.actions.leading_on._Walk._assign", crash)
        with pytest.raises(RuntimeError):
            lead_on(run_id=run.pk, at=SOON)
    assert (sent(), path()) == ([], [])
    lead_on(run_id=run.pk, at=SOON)
    assert path() == [("hello", "queued"), ("t", "passed")]


def test_database_refuses_a_second_way_for_one_occasion_and_a_second_step(ours: World) -> None:
    make_journey(ours, at=START)
    ours.sign()
    take_people_in(at=SOON)
    run = AutomationRun.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        AutomationRun.objects.create(
            automation=run.automation, version=run.version, supporter=run.supporter, occasion=run.occasion,
            entered_at=SOON, next_at=SOON,
        )  # fmt: skip
    lead_people_on(at=SOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        AutomationStep.objects.create(run=run, key="a", kind="leave", outcome="passed", at=SOON)


def test_steps_done_before_are_passed_by_in_a_version_that_orders_them_otherwise(
    ours: World, text: MessageText
) -> None:
    nobody = Segment.objects.create(organisation=ours.lead, name="Came", rule={"all": [{"is": "attended"}]})
    check = step("check", "c", segment=nobody.pk, then=[send(text, "never")])
    wait, last = step("wait", "w", days=1), send(text, "last")
    journey = make_journey(ours, check, send(text), wait, last, at=START)
    ours.consent(ours.sign(), ours.lead)
    take_people_in(at=SOON)
    lead_people_on(at=SOON)
    turned = publish_steps(automation=journey, steps=[wait, send(text), check, last], by=ours.coordinator)
    assert move_to_version(version=turned, by=ours.coordinator) == 1
    lead_people_on(at=SOON + 2 * DAY)
    assert path() == [("c", "no"), ("hello", "queued"), ("w", "passed"), ("last", "too_late")]
    assert AutomationRun.objects.get().status == RunStatus.DONE


def test_what_was_stuck_is_as_late_as_it_was_due_and_not_as_it_was_tried(ours: World, text: MessageText) -> None:
    asked = Segment.objects.create(organisation=ours.lead, name="Asked", rule={"all": [{"is": "signed"}]})
    journey = make_journey(ours, step("check", "c", segment=asked.pk), send(text, hours=24), at=START)
    ours.sign()
    take_people_in(at=SOON)
    Segment.objects.filter(pk=asked.pk).update(rule={"all": [{"is": "gone"}]})
    for hours in range(0, 40, 2):
        lead_people_on(at=SOON + timedelta(hours=hours))
    assert AutomationRun.objects.get().stuck_since == SOON
    Segment.objects.filter(pk=asked.pk).update(rule={"all": [{"is": "signed"}]})
    lead_people_on(at=SOON + timedelta(hours=40))
    assert path() == [("c", "yes"), ("hello", "too_late")]
    assert journey.runs.get().stuck_since is None
