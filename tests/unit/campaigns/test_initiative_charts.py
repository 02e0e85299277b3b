from datetime import date
from xml.etree import ElementTree

import pytest
from django.utils import translation

from campaigns.charts import numbers
from campaigns.charts.drawing import wrap
from campaigns.charts.initiative import TILES, CountryFigure, draw_ranking, draw_series, draw_tiles, draw_total
from campaigns.charts.outlines import build_map, draw_map, project
from campaigns.initiative_rules import periods

SVG = "{http://www.w3.org/2000/svg}"
EVIL = '<script>alert("1")</script>&'
FIGURES = [
    CountryFigure("DE", EVIL, 4.0),
    CountryFigure("FR", "France", 0.75),
    CountryFigure("MT", "Malta", 0.2),
    CountryFigure("IT", "Italy", None),
    CountryFigure("ES", "Spain", 0.0, is_late=True),
]
SQUARES = {
    code: {"type": "Polygon", "coordinates": [[[x, 45], [x + 3, 45], [x + 3, 48], [x, 48], [x, 45]]]}
    for code, x in (("DE", 0), ("FR", 4), ("MT", 8), ("IT", 12), ("ES", 16))
}


def drawings():
    return [
        draw_total("total", total=150, valid=100, target=1_000_000, is_certified=False),
        draw_total("done", total=1_500_000, valid=1_500_000, target=1_000_000, is_certified=True),
        draw_ranking("ranking", FIGURES),
        draw_ranking("empty", []),
        draw_tiles("tiles", FIGURES),
        draw_map("map", FIGURES, build_map(SQUARES)),
        draw_series("series", [(date(2025, 1, 1), 5), (date(2025, 2, 1), 50)], target=100, end=date(2025, 3, 1)),
    ]


@pytest.mark.parametrize("drawing", drawings(), ids=lambda drawing: drawing.ident)
def test_drawing_is_well_formed_titled_and_escaped(drawing):
    for markup in (drawing.inline(), drawing.standalone(f"caption {EVIL}")):
        root = ElementTree.fromstring(markup)  # noqa: S314 - our own markup
        assert root.get("role") == "img"
        named = root.get("aria-labelledby").split()
        assert [root[0].get("id"), root[1].get("id")] == named
        assert root[0].text
        assert root[1].text
        assert not root.findall(f".//{SVG}script")
        # The pages' content-security policy forbids inline styles.
        assert "style=" not in markup
        assert "<style" not in markup


def test_standalone_holds_title_caption_and_size():
    root = ElementTree.fromstring(drawings()[2].standalone("as of 1 Jan 2025"))  # noqa: S314
    texts = "".join("".join(node.itertext()) for node in root.findall(f"{SVG}text"))
    assert "seventh" in texts
    assert "as of 1 Jan 2025" in texts
    assert int(root.get("height")) > 0


def test_draw_ranking_marks_the_seventh_and_leaves_out_what_does_not_count():
    figures = [CountryFigure(code, f"Country {code}", 3 - index / 10) for index, code in enumerate(list(TILES)[:9])]
    seventh = figures[6]
    drawing = draw_ranking("r", [*figures, CountryFigure("FR", "Late", 0.0, is_late=True)])
    assert seventh.name in drawing.description
    assert 'font-weight="bold">' + seventh.name in drawing.body
    assert "Late" not in drawing.body


def test_draw_tiles_says_more_than_colour():
    root = ElementTree.fromstring(draw_tiles("t", FIGURES).inline())  # noqa: S314
    tiles = {group.find(f"{SVG}text").text: group for group in root.findall(f"{SVG}g")}
    assert tiles["DE"].find(f"{SVG}polyline") is not None
    assert tiles["FR"].find(f"{SVG}polyline") is None
    assert [tiles[code].findall(f"{SVG}text")[1].text for code in ("DE", "FR", "IT", "ES")] == [
        "400 %",
        "75 %",
        "—",
        "late",
    ]


def test_tiles_have_a_place_of_their_own_for_every_country():
    codes = {code for period in periods() for code in period.minimums}
    assert set(TILES) == codes
    assert len(set(TILES.values())) == len(TILES)


def test_build_map_keeps_areas_equal_and_leaves_out_what_is_not_in_europe():
    # One degree of latitude is longer than one of longitude in the north; equal area makes up for it.
    overseas = {"type": "MultiPolygon", "coordinates": [[[[-53, 3], [-51, 3], [-51, 5], [-53, 3]]]]}
    outlines = build_map({**SQUARES, "XX": overseas})
    assert set(outlines.outlines) == set(SQUARES)
    sizes = [outline.size for outline in outlines.outlines.values()]
    assert max(sizes) / min(sizes) < 1.001


def test_project_centre_is_the_origin_and_north_is_up():
    assert project(10, 52) == pytest.approx((0, 0))
    assert project(10, 60)[1] < 0 < project(20, 52)[0]


@pytest.mark.parametrize(
    ("ratio", "shown"), [(0.996, "99 %"), (0.9999, "99 %"), (1.0, "100 %"), (1.4963, "150 %"), (16.65, "1,665 %")]
)
def test_percent_is_rounded_but_never_up_to_the_minimum(ratio, shown):
    assert numbers.percent(ratio) == shown


@pytest.mark.parametrize(("ratio", "shown"), [(0.999, "0.99 ×"), (1.4963, "1.50 ×"), (3.4453, "3.45 ×")])
def test_multiple_is_rounded_but_never_up_to_the_minimum(ratio, shown):
    assert numbers.multiple(ratio) == shown


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", "1,234,567"), ("fr", "1\u202f234\u202f567"), ("nl", "1.234.567"), ("ar", "1\u202f234\u202f567")],
)
def test_whole_groups_thousands_in_every_language(language, shown):
    with translation.override(language):
        assert numbers.whole(1_234_567).replace("\xa0", "\u202f") == shown


def test_wrap_keeps_every_word():
    assert wrap("one two three four", 9) == ["one two", "three", "four"]
