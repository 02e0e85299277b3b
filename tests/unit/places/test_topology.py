import pytest

from places import topology
from places.topology import Topology, TopologyError

# Two unit squares side by side; they share the border from (1, 0) to (1, 1), which has a bump.
BORDER = [(1.0, 0.0), (1.001, 0.5), (1.0, 1.0)]
LEFT = [(1.0, 1.0), (0.0, 1.0), (0.0, 0.0), (1.0, 0.0)]
RIGHT = [(1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0)]
SQUARES = Topology([BORDER, LEFT, RIGHT], {"left": [[[0, 1]]], "right": [[[2, ~0]]]})


def ring(*corners):
    return [*corners, corners[0]]


def test_read_topology_adds_up_deltas_and_applies_the_transform():
    document = {
        "transform": {"scale": [0.5, 0.1], "translate": [10, 20]},
        "arcs": [[[0, 0], [2, 0], [0, 10], [-2, -10]]],
        "objects": {"o": {"geometries": [{"type": "Polygon", "arcs": [[0]], "properties": {"name": "a"}}]}},
    }

    read = topology.read_topology(document, "o", lambda geometry: geometry["properties"]["name"])

    assert read.arcs == [[(10, 20), (11, 20), (11, 21), (10, 20)]]
    assert read.geometries == {"a": [[[0]]]}


def test_union_of_neighbours_drops_their_common_border():
    (polygon,) = topology.union_of(SQUARES, ["left", "right"])

    assert len(polygon) == 1
    assert (1.001, 0.5) not in polygon[0]
    assert topology.signed_area(polygon[0]) == pytest.approx(2, rel=0.01)


def test_simplify_drops_the_bump_on_both_sides_of_the_border():
    simple = topology.simplify(SQUARES, threshold=0.01, share=0.01)

    assert simple.arcs[0] == [(1.0, 0.0), (1.0, 1.0)]
    assert len(topology.union_of(simple, ["left", "right"])) == 1


def test_simplify_line_keeps_ends_and_the_points_that_matter():
    line = [(0.0, 0.0), (1.0, 0.01), (2.0, 1.0), (3.0, 0.01), (4.0, 0.0)]

    assert topology.simplify_line(line, 0.1) == [(0.0, 0.0), (1.0, 0.01), (2.0, 1.0), (3.0, 0.01), (4.0, 0.0)]
    assert topology.simplify_line([(0.0, 0.0), (1.0, 0.01), (2.0, 0.0)], 0.1) == [(0.0, 0.0), (2.0, 0.0)]


def test_union_around_a_gap_keeps_it_as_a_clockwise_hole():
    def cell(x, y):
        return [ring((x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1))]

    cells = [cell(float(x), float(y)) for x in range(3) for y in range(3) if (x, y) != (1, 1)]

    (polygon,) = topology.union(cells)

    outer, hole = polygon
    assert topology.signed_area(outer) > 0 > topology.signed_area(hole)
    assert set(hole) == {(1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 2.0)}


def test_union_of_polygons_apart_gives_two():
    near = [ring((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))]
    far = [ring((5.0, 0.0), (6.0, 0.0), (6.0, 1.0))]

    assert len(topology.union([near, far])) == 2


def test_merge_of_a_border_that_breaks_off_is_refused():
    with pytest.raises(TopologyError, match="breaks off"):
        topology.merge([[(0.0, 0.0), (1.0, 0.0)], [(1.0, 0.0), (1.0, 1.0)]])


def test_without_specks_keeps_the_largest_however_small():
    small = [ring((0.0, 0.0), (0.01, 0.0), (0.01, 0.01))]
    smaller = [ring((1.0, 0.0), (1.001, 0.0), (1.001, 0.001))]

    assert topology.without_specks([smaller, small], square_km=100) == [small]


def test_within_cuts_overseas_parts():
    europe = [ring((2.0, 48.0), (3.0, 48.0), (3.0, 49.0))]
    guiana = [ring((-53.0, 4.0), (-52.0, 4.0), (-52.0, 5.0))]

    assert topology.within([europe, guiana], -11.5, 34, 35, 72) == [europe]


def test_geometry_rounds_and_drops_what_vanishes():
    whole = [ring((0.0, 0.0), (1.0, 0.0), (1.004, 1.0))]
    vanishing = [ring((2.001, 2.001), (2.002, 2.001), (2.002, 2.002))]

    assert topology.geometry([whole, vanishing], digits=2) == {
        "type": "Polygon",
        "coordinates": [[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]],
    }
