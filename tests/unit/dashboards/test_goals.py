"""Goals of every kind beside what was reached, with a plain pace."""

from datetime import UTC, date, datetime

import pytest

from campaigns.enums import Metric
from campaigns.models import Goal
from dashboards.goals import goal_lines
from tests.factories.fieldwork import make_volunteer
from tests.factories.registrations import REGION, bring_in, make_election
from tests.factories.staff import World
from volunteers.enums import Stage
from volunteers.models import Volunteer

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


def test_partners_see_no_goal_of_all(world: World) -> None:
    assert goal_lines(world.manager, world.campaign, at=AT) == []
