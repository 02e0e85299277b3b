"""Two teams never take the same streets at the same time."""

from datetime import date
from typing import Any

import pytest

from core.models import AuditEntry
from outreach.actions.areas import AreaInUse, AreaTaken, AreaUnfit, assign_area, check_outline, release_assignment
from outreach.models import Area, AreaAssignment, CanvassingEffort
from places.models import Territory
from tests.factories.fieldwork import STALL, make_effort, make_team
from tests.factories.staff import World
from tests.threads import run_at_once
from tests.unit.places.test_geometry import box
from volunteers.models import Team

MAY = [date(2026, 5, day) for day in range(1, 30)]


def make_area(effort: CanvassingEffort, name: str, *corners: int, **told: Any) -> Area:
    return Area.objects.create(effort=effort, name=name, polygon=box(*corners) if corners else None, **told)


def test_area_is_given_audited_and_the_same_again_is_the_first(ours: World) -> None:
    area, team = make_area(make_effort(ours), "North", 0, 0, 5, 5), make_team(ours, "Canal")
    first = assign_area(area=area, team=team, starts=MAY[0], ends=MAY[4], by=ours.coordinator)
    assert assign_area(area=area, team=team, starts=MAY[0], ends=MAY[4], by=ours.coordinator) == first
    assert AuditEntry.objects.get(action="outreach.area.assigned").details["team"] == team.pk


@pytest.mark.parametrize(("starts", "ends"), [(0, 0), (4, 9), (2, 3), (0, 28)])
def test_shared_streets_on_shared_days_are_refused_by_name(ours: World, starts: int, ends: int) -> None:
    effort, canal, parvis = make_effort(ours), make_team(ours, "Canal"), make_team(ours, "Parvis")
    north, south = make_area(effort, "North", 0, 0, 5, 5), make_area(effort, "South", 4, 4, 9, 9)
    assign_area(area=north, team=canal, starts=MAY[0], ends=MAY[4], by="tests")
    with pytest.raises(AreaTaken, match="“Canal” has “North” from 1 May 2026 to 5 May 2026"):
        assign_area(area=south, team=parvis, starts=MAY[starts], ends=MAY[ends], by="tests")
    assert AreaAssignment.objects.count() == 1


def test_other_days_other_streets_the_own_team_and_other_efforts_are_free(ours: World) -> None:
    effort, canal, parvis = make_effort(ours), make_team(ours, "Canal"), make_team(ours, "Parvis")
    north, south = make_area(effort, "North", 0, 0, 5, 5), make_area(effort, "South", 4, 4, 9, 9)
    beside = make_area(effort, "Beside", 5, 0, 9, 4)
    elsewhere = make_area(make_effort(ours, "Other"), "North", 0, 0, 5, 5)
    assign_area(area=north, team=canal, starts=MAY[0], ends=MAY[4], by="tests")
    assign_area(area=south, team=parvis, starts=MAY[5], ends=MAY[9], by="tests")
    assign_area(area=south, team=canal, starts=MAY[0], ends=MAY[4], by="tests")
    assign_area(area=elsewhere, team=parvis, starts=MAY[0], ends=MAY[4], by="tests")
    with pytest.raises(AreaTaken):  # it touches the north only at its border, but the south really
        assign_area(area=make_area(effort, "In", 5, 5, 6, 6), team=parvis, starts=MAY[0], ends=MAY[4], by="tests")
    assert assign_area(area=beside, team=parvis, starts=MAY[0], ends=MAY[4], by="tests")


def test_a_commune_without_an_outline_is_known_by_its_name(ours: World) -> None:
    commune = Territory.objects.create(code="NIS 1", level="commune", names={"en": "Nowhere"})
    effort = make_effort(ours)
    one, two = make_area(effort, "One", territory=commune), make_area(effort, "Two", territory=commune)
    assign_area(area=one, team=make_team(ours, "Canal"), starts=MAY[0], ends=MAY[4], by="tests")
    with pytest.raises(AreaTaken):
        assign_area(area=two, team=make_team(ours, "Parvis"), starts=MAY[0], ends=MAY[4], by="tests")


def test_a_whole_commune_is_taken_by_a_neighbourhood_in_it(ours: World, territories: None) -> None:
    effort = make_effort(ours)
    commune = make_area(effort, "All", territory=Territory.objects.get(code="NIS 21009"))
    inner = Area.objects.create(effort=effort, name="Flagey", polygon={
        "type": "Polygon", "coordinates": [[[4.37, 50.826], [4.374, 50.826], [4.374, 50.829]]]})  # fmt: skip
    assign_area(area=commune, team=make_team(ours, "Canal"), starts=MAY[0], ends=MAY[4], by="tests")
    with pytest.raises(AreaTaken, match="Canal"):
        assign_area(area=inner, team=make_team(ours, "Parvis"), starts=MAY[0], ends=MAY[4], by="tests")


def test_released_area_is_free_and_released_once(ours: World) -> None:
    area, canal, parvis = make_area(make_effort(ours), "N", 0, 0, 5, 5), make_team(ours, "C"), make_team(ours, "P")
    held = assign_area(area=area, team=canal, starts=MAY[0], ends=MAY[4], by="tests")
    assert release_assignment(assignment=held, by="tests", at=STALL)
    assert not release_assignment(assignment=held, by="tests", at=STALL)
    assert assign_area(area=area, team=parvis, starts=MAY[0], ends=MAY[4], by="tests")


def test_redrawing_does_not_reach_into_another_teams_streets(ours: World) -> None:
    effort = make_effort(ours)
    north, south = make_area(effort, "North", 0, 0, 5, 5), make_area(effort, "South", 6, 6, 9, 9)
    assign_area(area=north, team=make_team(ours, "Canal"), starts=MAY[0], ends=MAY[4], by="tests")
    assign_area(area=south, team=make_team(ours, "Parvis"), starts=MAY[0], ends=MAY[4], by="tests")
    south.polygon = box(4, 4, 9, 9)
    with pytest.raises(AreaInUse, match="Canal"):
        check_outline(south)


def test_days_the_wrong_way_round_and_teams_of_other_campaigns_do_not_fit(ours: World, theirs: World) -> None:
    area = make_area(make_effort(ours), "North", 0, 0, 5, 5)
    with pytest.raises(AreaUnfit):
        assign_area(area=area, team=make_team(ours, "Canal"), starts=MAY[4], ends=MAY[0], by="tests")
    with pytest.raises(AreaUnfit):
        assign_area(area=area, team=make_team(theirs, "Stranger"), starts=MAY[0], ends=MAY[4], by="tests")


@pytest.mark.django_db(transaction=True)
def test_two_teams_at_the_same_moment_one_gets_it(ours: World) -> None:
    effort = make_effort(ours)
    areas = [make_area(effort, "North", 0, 0, 5, 5), make_area(effort, "South", 4, 4, 9, 9)]
    teams: list[Team] = [make_team(ours, "Canal"), make_team(ours, "Parvis")]

    def give(area: Area, team: Team) -> Any:
        return lambda: assign_area(area=area, team=team, starts=MAY[0], ends=MAY[4], by="tests")

    outcomes = run_at_once(*(give(area, team) for area, team in zip(areas, teams, strict=True)))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AreaAssignment", "AreaTaken"]
    assert AreaAssignment.objects.count() == 1
