"""Goals of every kind beside what was reached, with a plain pace."""

from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.actions.pledge_tallies import count_pledges
from campaigns.actions.pledges import move_pledge
from campaigns.enums import Metric
from campaigns.models import Goal
from campaigns.pledge_enums import ToldBy
from dashboards.goals import campaign_under_way, goal_lines
from tests.factories.fieldwork import make_volunteer
from tests.factories.pledges import make_kind
from tests.factories.registrations import REGION, bring_in, make_election
from tests.factories.staff import World
from tests.factories.told import tell
from volunteers.enums import Stage
from volunteers.models import StageChange, Volunteer

pytestmark = pytest.mark.django_db
AT = datetime(2018, 7, 28, 12, tzinfo=UTC)
TARGETS = {Metric.EVENTS: 80, Metric.INFORMED: 3_000, Metric.MOBILISERS: 2, Metric.REGISTERED: 49_406}


@pytest.fixture
def world(ours: World) -> World:
    ours.campaign.election = make_election()
    ours.campaign.save(update_fields=["election"])
    bring_in(ours.campaign.election, f"2018-07-28,{REGION},,all,37100,,,provisional,vrt.be")
    for metric, target in TARGETS.items():
        Goal.objects.create(campaign=ours.campaign, metric=metric, target=target, due_date=date(2018, 7, 31))
    return ours


def test_every_goal_is_one_line_with_what_is_needed_a_day(world: World) -> None:
    for name, stage in (("Nina", Stage.TRAINED), ("Omar", Stage.ACTIVE), ("Pia", Stage.APPLIED)):
        Volunteer.objects.filter(pk=make_volunteer(world, name).pk).update(stage=stage)
    lines = goal_lines(world.coordinator, world.campaign, at=AT)
    assert [(line.reached, line.target, line.missing, line.per_day) for line in lines] == [
        (0, 80, 80, 20), (0, 3_000, 3_000, 750), (2, 2, 0, 0), (37_100, 49_406, 12_306, 3_077),
    ]  # fmt: skip
    assert [line.is_reached for line in lines] == [False, False, True, False]
    assert lines[-1].source == "vrt.be"


def test_after_the_day_due_nothing_is_needed_a_day(world: World) -> None:
    lines = goal_lines(world.coordinator, world.campaign, at=datetime(2018, 8, 2, tzinfo=UTC))
    assert all(line.is_over and line.per_day is None for line in lines)


def test_registered_without_an_official_figure_is_unknown_and_not_zero(world: World) -> None:
    line = goal_lines(world.coordinator, world.campaign, at=datetime(2018, 7, 1, tzinfo=UTC))[-1]
    assert (line.reached, line.is_reached, line.as_of) == (None, False, None)


def test_pledges_and_those_kept_are_goals_with_their_own_pace(world: World) -> None:
    kind = make_kind(world.campaign)
    for metric, target in ((Metric.PLEDGES, 100), (Metric.PLEDGES_ACTED, 50)):
        Goal.objects.create(campaign=world.campaign, metric=metric, target=target, due_date=date(2018, 7, 31))
    long_ago, lately = AT - timedelta(days=40), AT - timedelta(days=2)
    tell(kind, 5, step="sent", at=long_ago)
    tell(kind, 7, at=lately)
    kept = tell(kind, 1, step="sent", at=long_ago)[0]
    for pledge in tell(kind, 3, at=long_ago):
        move_pledge(pledge=pledge, step="sent", told_by=ToldBy.OWN_PAGE, at=lately)
    move_pledge(pledge=kept, step="confirmed", told_by=ToldBy.OWN_PAGE, at=lately)  # kept long before
    count_pledges(at=AT)
    lines = {line.metric: line for line in goal_lines(world.coordinator, world.campaign, at=AT)}
    made, done = lines[Metric.PLEDGES], lines[Metric.PLEDGES_ACTED]
    assert (made.reached, made.per_day, done.reached, done.per_day) == (16, 21, 9, 11)
    assert made.recent is not None
    assert done.recent is not None
    assert (made.recent.count, done.recent.count) == (7, 3)
    assert (made.recent.days, made.recent.per_day) == (7, 1.0)
    assert made.as_of == AT


def test_official_pace_is_between_two_figures_a_week_apart_at_least(world: World) -> None:
    bring_in(
        world.campaign.election,  # type: ignore[arg-type]
        f"2018-07-08,{REGION},,all,35100,,,provisional,vrt.be",
        f"2018-07-24,{REGION},,all,37000,,,provisional,vrt.be",
        name="more.csv",
    )
    recent = goal_lines(world.coordinator, world.campaign, at=AT)[-1].recent
    assert recent is not None
    assert (recent.count, recent.days, recent.per_day, recent.until) == (2_000, 20, 100.0, date(2018, 7, 28))


def test_official_figure_without_an_earlier_one_has_no_pace(world: World) -> None:
    assert goal_lines(world.coordinator, world.campaign, at=AT)[-1].recent is None


def test_mobilisers_of_late_are_those_who_first_finished_then(world: World) -> None:
    for name, way in (
        ("Nina", ((Stage.TRAINED, 30), (Stage.ACTIVE, 2))),
        ("Omar", ((Stage.TRAINED, 3),)),
        ("Pia", ((Stage.CONTACTED, 1),)),
    ):
        volunteer = make_volunteer(world, name)
        for stage, days in way:
            StageChange.objects.create(volunteer=volunteer, to_stage=stage, at=AT - timedelta(days=days))
        Volunteer.objects.filter(pk=volunteer.pk).update(stage=way[-1][0])
    line = next(one for one in goal_lines(world.coordinator, world.campaign, at=AT) if one.metric == Metric.MOBILISERS)
    assert line.recent is not None
    assert (line.reached, line.recent.count) == (2, 1)


def test_campaign_under_way_has_a_goal_still_to_be_reached(world: World, theirs: World) -> None:
    assert campaign_under_way(world.coordinator, on=date(2018, 7, 31)) == world.campaign
    assert campaign_under_way(world.coordinator, on=date(2018, 8, 1)) is None
    assert campaign_under_way(world.manager, on=date(2018, 7, 1)) is None
    assert campaign_under_way(theirs.coordinator, on=date(2018, 7, 1)) is None


def test_partners_see_no_goal_of_all(world: World) -> None:
    assert goal_lines(world.manager, world.campaign, at=AT) == []
