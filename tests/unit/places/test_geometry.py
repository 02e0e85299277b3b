"""Areas share ground or they do not, however they are drawn."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places.geometry import UnreadableOutline, holds, read_outline, share_ground
from places.models import Territory

STEP = 0.001
cells = st.integers(0, 12)


def box(left: int, low: int, right: int, high: int, *, holes: list[Any] | None = None) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring(left, low, right, high), *(holes or [])]}


def ring(left: int, low: int, right: int, high: int) -> list[list[float]]:
    corners = [(left, low), (right, low), (right, high), (left, high), (left, low)]
    return [[4.3 + x * STEP, 50.8 + y * STEP] for x, y in corners]


@st.composite
def boxes(draw: st.DrawFn) -> tuple[int, int, int, int]:
    left, low = draw(cells), draw(cells)
    return left, low, left + draw(st.integers(1, 6)), low + draw(st.integers(1, 6))


@st.composite
def stars(draw: st.DrawFn) -> dict[str, Any]:
    """A simple polygon: corners around a centre, in the order of their angles."""
    centre = draw(st.tuples(st.floats(0, 0.02), st.floats(0, 0.02)))
    reaches = draw(st.lists(st.floats(0.002, 0.01), min_size=3, max_size=12))
    start = draw(st.floats(0, 6))
    corners = [
        [
            4.3 + centre[0] + reach * math.cos(start + 2 * math.pi * index / len(reaches)),
            50.8 + centre[1] + reach * math.sin(start + 2 * math.pi * index / len(reaches)),
        ]
        for index, reach in enumerate(reaches)
    ]
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}


@given(boxes(), boxes())
def test_boxes_share_ground_exactly_when_their_sides_overlap(one: Any, other: Any) -> None:
    expected = one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    assert share_ground(box(*one), box(*other)) is expected


@given(stars(), stars())
def test_order_does_not_matter(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert share_ground(one, other) is share_ground(other, one)


@given(stars())
def test_an_area_shares_ground_with_itself_however_it_is_written(one: dict[str, Any]) -> None:
    corners = one["coordinates"][0][:-1]
    turned = [*corners[1:], corners[0], corners[1]]
    backwards = [*reversed(corners), corners[-1]]
    for ring_again in (turned, backwards):
        assert share_ground(one, {"type": "Polygon", "coordinates": [ring_again]})


@given(stars(), stars())
def test_a_point_well_inside_both_means_shared_ground(one: dict[str, Any], other: dict[str, Any]) -> None:
    grid = [(4.29 + x * 0.002, 50.79 + y * 0.002) for x in range(25) for y in range(25)]
    around = [(0.0, 0.0), (1e-4, 0.0), (0.0, 1e-4), (-1e-4, 0.0), (0.0, -1e-4)]
    if any(all(holds(area, (x + dx, y + dy)) for dx, dy in around for area in (one, other)) for x, y in grid):
        assert share_ground(one, other)


@given(stars())
def test_areas_far_apart_share_nothing(one: dict[str, Any]) -> None:
    moved = [[x + 0.1, y] for x, y in one["coordinates"][0]]
    assert not share_ground(one, {"type": "Polygon", "coordinates": [moved]})


@given(stars())
def test_what_is_drawn_is_read_back(one: dict[str, Any]) -> None:
    again = read_outline(json.dumps({"type": "Feature", "properties": {}, "geometry": one}))
    assert read_outline(json.dumps(again)) == again


def test_area_in_a_hole_shares_nothing_and_across_its_edge_does() -> None:
    with_hole = box(0, 0, 10, 10, holes=[ring(3, 3, 7, 7)])
    assert not share_ground(with_hole, box(4, 4, 6, 6))
    assert not share_ground(with_hole, box(3, 3, 7, 7))
    assert share_ground(with_hole, box(2, 4, 6, 6))
    assert share_ground(with_hole, box(1, 1, 9, 9))


def test_a_border_drawn_twice_by_hand_is_no_overlap() -> None:
    one = box(0, 0, 5, 5)
    other = {"type": "Polygon", "coordinates": [[[x - 1e-5, y] for x, y in ring(5, 0, 9, 5)]]}
    assert not share_ground(one, other)
    assert share_ground(one, {"type": "Polygon", "coordinates": [[[x - 1e-4, y] for x, y in ring(5, 0, 9, 5)]]})


def test_communes_of_brussels_share_no_ground_with_each_other(territories: None) -> None:
    outlines = list(Territory.objects.brussels_communes().values_list("code", "outline"))
    assert len(outlines) == 19
    overlapping = [
        (one, other)
        for index, (one, outline) in enumerate(outlines)
        for other, other_outline in outlines[index + 1 :]
        if share_ground(outline, other_outline)
    ]
    assert overlapping == []
    assert all(share_ground(outline, outline) for _code, outline in outlines)


@pytest.mark.parametrize(
    ("outline", "said"),
    [
        ("{", "not JSON"),
        ('{"type": "Point", "coordinates": [4, 50]}', "Polygon"),
        ('{"type": "Polygon", "coordinates": []}', "no corners"),
        ('{"type": "Polygon", "coordinates": [[[4, 50], [4.1, 50], [4, 50]]]}', "three corners"),
        ('{"type": "Polygon", "coordinates": [[[4, 50], [4.1, 50], ["a", 51]]]}', "pair of numbers"),
        ('{"type": "Polygon", "coordinates": [[[4, 50], [400, 50], [4, 51]]]}', "between"),
        ('{"type": "Polygon", "coordinates": [[[4, 50], [NaN, 50], [4, 51]]]}', "between"),
        ('{"type": "Polygon", "coordinates": [[[4, 50], [4.1, 50.1], [4.1, 50], [4, 50.1]]]}', "crosses itself"),
        ('{"type": "Polygon", "coordinates": [[[4, 50], [4.1, 50], [4.2, 50]]]}', "back over itself"),
        ('{"type": "Polygon", "coordinates": [[[4, 50], [5, 50], [5, 51], [4, 50], [3, 51]]]}', "twice"),
        ('{"type": "Polygon", "coordinates": [[[4,50],[5,50],[5,51]], [[4,50],[5,50],[5,51]]]}', "holes"),
        ('{"type": "FeatureCollection", "features": []}', "exactly one"),
    ],
)
def test_outline_that_is_none_is_refused_with_a_sentence(outline: str, said: str) -> None:
    with pytest.raises(UnreadableOutline, match=said):
        read_outline(outline)


@pytest.mark.parametrize(
    "text",
    ["[" * 60_000, f'{{"type":"Polygon","coordinates":[[[{"9" * 400},0],[0,1],[1,1]]]}}',
     f'{{"type":"Polygon","coordinates":[[[{"9" * 5_000},0],[0,1],[1,1]]]}}',
     '{"type":"Polygon","coordinates":[[[NaN,0],[0,1],[1,1]]]}',
     '{"type":"Polygon","coordinates":[[[1e999,0],[0,1],[1,1]]]}'],
    ids=["deep", "wide", "wider", "nan", "infinite"],
)  # fmt: skip
def test_outline_no_computer_can_hold_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UnreadableOutline):
        read_outline(text)
