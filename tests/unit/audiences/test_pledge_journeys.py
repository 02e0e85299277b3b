"""Journeys of people who promised something: taken in once, turned around the last day, left when it is done."""

from datetime import UTC, date, datetime, timedelta

import pytest

from audiences.actions.cooking import PledgeKindNeeded, begin_with
from audiences.actions.journeys import start_journey
from audiences.actions.leading_on import lead_people_on
from audiences.actions.taking_in import take_people_in
from audiences.journey_enums import RunStatus
from audiences.models import Automation, AutomationRun, Segment
from audiences.recipes import recipe
from campaigns.actions.pledge_reminders import queue_due_pledge_reminders
from campaigns.actions.pledges import move_pledge, withdraw_pledge
from campaigns.models import Pledge, PledgeKind, PledgeMove
from campaigns.pledge_enums import ToldBy
from messaging.models import OutboundMessage
from tests.factories.journeys import make_journey, step
from tests.factories.pledges import let_remind, make_kind, make_pledge
from tests.factories.staff import NOON, World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = NOON - 5 * HOUR
LAST_DAY = date(2026, 7, 31)


@pytest.fixture
def kind(ours: World) -> PledgeKind:
    return make_kind(ours.campaign, due_date=LAST_DAY)


def journey(ours: World, trigger: str = "pledge", **told: object) -> Automation:
    return make_journey(ours, step("wait", "w", days=300), at=START, trigger={"kind": trigger, **told})


def moved(pledge: Pledge, to: str, at: datetime) -> None:
    move_pledge(pledge=pledge, step=to, told_by=ToldBy.OWN_PAGE, at=at)


def test_who_pledges_is_taken_in_once_with_the_last_day(ours: World, kind: PledgeKind) -> None:
    journey(ours)
    pledge = make_pledge(kind, at=NOON)
    assert [take_people_in(at=NOON + hour * HOUR) for hour in (0, 1, 2)] == [1, 0, 0]
    run = AutomationRun.objects.get()
    assert (run.supporter, run.occasion) == (pledge.supporter, f"pledge:{pledge.pk}")
    assert run.anchor_at == datetime(2026, 7, 31, 21, 59, tzinfo=UTC)  # the evening of the last day in Brussels
    make_pledge(kind, at=NOON + 3 * HOUR)  # promising the same again is no other occasion
    assert take_people_in(at=NOON + 3 * HOUR) == 0


def test_who_pledges_something_without_a_last_day_has_no_date(ours: World) -> None:
    journey(ours)
    make_pledge(make_kind(ours.campaign, "apply-for-citizenship"), at=NOON)
    assert take_people_in(at=NOON) == 1
    assert AutomationRun.objects.get().anchor_at is None


@pytest.mark.parametrize("trigger", ["pledge", "pledge_kept"])
def test_journey_of_one_kind_leaves_the_others_alone(
    ours: World, theirs: World, kind: PledgeKind, trigger: str
) -> None:
    journey(ours, trigger, kinds=[kind.pk])
    for other in (make_kind(ours.campaign, "apply-for-citizenship"), make_kind(theirs.campaign)):
        moved(make_pledge(other, at=NOON), other.ladder.steps[2].key, NOON)
    assert take_people_in(at=NOON) == 0
    moved(make_pledge(kind, "ben@example.org", at=NOON), "sent", NOON)
    assert take_people_in(at=NOON) == 1


def test_who_takes_it_back_before_the_look_is_not_taken_in(ours: World, kind: PledgeKind) -> None:
    journey(ours)
    withdraw_pledge(pledge=make_pledge(kind, at=NOON), at=NOON)
    assert take_people_in(at=NOON) == 0


def test_who_says_they_did_it_is_taken_in_once_for_the_first_time(ours: World, kind: PledgeKind) -> None:
    journey(ours, "pledge_kept")
    pledge = make_pledge(kind, at=NOON)
    assert take_people_in(at=NOON) == 0
    moved(pledge, "form_given", NOON + HOUR)
    assert take_people_in(at=NOON + HOUR) == 0
    moved(pledge, "sent", NOON + 2 * HOUR)
    moved(pledge, "confirmed", NOON + 3 * HOUR)
    assert [take_people_in(at=NOON + hour * HOUR) for hour in (3, 4, 40)] == [1, 0, 0]
    assert AutomationRun.objects.get().occasion == f"pledge_kept:{pledge.pk}"


def test_who_did_it_before_the_journey_began_is_not_taken_in_by_the_next_step(ours: World, kind: PledgeKind) -> None:
    pledge = make_pledge(kind, at=START - 2 * DAY)
    moved(pledge, "sent", START - DAY)
    journey(ours, "pledge_kept")
    moved(pledge, "confirmed", NOON)
    assert PledgeMove.objects.count() == 3
    assert take_people_in(at=NOON) == 0


def test_slip_mended_before_the_look_is_nobody_who_did_it(ours: World, kind: PledgeKind) -> None:
    journey(ours, "pledge_kept")
    pledge = make_pledge(kind, at=NOON)
    moved(pledge, "sent", NOON)
    moved(pledge, "informed", NOON)
    assert take_people_in(at=NOON) == 0


# --- The ready-made series --------------------------------------------------------------------------


def series(ours: World, kind: PledgeKind | None) -> Automation:
    found = recipe("pledge_deadline")
    assert found is not None
    return begin_with(
        recipe=found, organisation=ours.lead, campaign=ours.campaign, segment=None, by=ours.coordinator, at=START,
        pledge_kind=kind,
    )  # fmt: skip


def local(day: int) -> datetime:
    return datetime(2026, 7, day, 8, 0, 30, tzinfo=UTC)  # just after ten in Brussels


def test_series_writes_before_the_last_day_until_it_is_done(ours: World, kind: PledgeKind) -> None:
    start_journey(automation=series(ours, kind), by=ours.coordinator, at=START)
    stays, does = (make_pledge(kind, f"{name}@example.org", at=NOON) for name in ("nina", "omar"))
    for pledge in (stays, does):
        let_remind(pledge, at=NOON)
    take_people_in(at=NOON)
    for day in (10, 24, 29):
        lead_people_on(at=local(day))
        if day == 10:
            moved(does, "sent", local(11))
    told = OutboundMessage.objects.order_by("pk").values_list("contact_point__supporter", "purpose", "status")
    expected = [(who.supporter_id, "reminder", "ready") for who in (stays, does, stays, stays)]
    assert sorted(told) == sorted(expected)
    statuses = dict(AutomationRun.objects.values_list("supporter", "status"))
    assert statuses == {stays.supporter_id: RunStatus.DONE, does.supporter_id: RunStatus.LEFT}


def test_who_did_what_the_series_is_about_leaves_whatever_else_they_promised(ours: World, kind: PledgeKind) -> None:
    earlier = make_kind(ours.campaign, "apply-for-citizenship", due_date=LAST_DAY)
    start_journey(automation=series(ours, kind), by=ours.coordinator, at=START)
    later = make_kind(ours.campaign, "support-an-initiative", due_date=LAST_DAY)
    for other in (earlier, later):
        make_pledge(other, at=NOON)
    pledge = make_pledge(kind, at=NOON)
    let_remind(pledge, at=NOON)
    assert take_people_in(at=NOON) == 1
    moved(pledge, "sent", NOON + HOUR)
    lead_people_on(at=local(10))
    assert AutomationRun.objects.get().status == RunStatus.LEFT
    assert not OutboundMessage.objects.exists()


def test_series_needs_one_kind_of_its_campaign(ours: World, theirs: World) -> None:
    for wrong in (None, make_kind(theirs.campaign)):
        with pytest.raises(PledgeKindNeeded):
            series(ours, wrong)
    assert not Automation.objects.exists()


def test_series_is_a_draft_that_writes_nothing_beside_the_kinds_own_reminders(ours: World, kind: PledgeKind) -> None:
    series(ours, kind)
    let_remind(make_pledge(kind, at=NOON), at=NOON)
    take_people_in(at=NOON)
    lead_people_on(at=local(24))
    queue_due_pledge_reminders(at=local(24) + HOUR)
    assert [row.template for row in OutboundMessage.objects.all()] == ["pledge_reminder"]
    found = recipe("pledge_deadline")
    assert found is not None
    assert "told twice" in str(found.why)


def test_second_series_shares_the_segment_of_who_leaves_and_a_taken_name_is_no_trouble(
    ours: World, kind: PledgeKind
) -> None:
    first, second = series(ours, kind), series(ours, kind)
    assert first.leave_segment == second.leave_segment
    segment = first.leave_segment
    assert segment is not None
    assert segment.rule == {"not": {"is": "pledge_stands", "kinds": [kind.pk], "standings": ["open"]}}
    Segment.objects.filter(pk=segment.pk).update(rule={"all": []})
    third = series(ours, kind)
    assert third.leave_segment is not None
    assert third.leave_segment.name == f"{segment.name} (2)"
