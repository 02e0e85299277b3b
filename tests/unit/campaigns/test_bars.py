"""Bars with names: long ones are written out over several lines, never cut where there is a place to break."""

import re

import pytest

from campaigns.charts.drawing import wrap_name
from campaigns.charts.petition import LETTERS_OF_A_NAME, draw_bars


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Ixelles", ["Ixelles"]),
        ("Woluwe-Saint-Lambert", ["Woluwe-Saint-Lambert"]),
        ("Sint-Lambrechts-Woluwe", ["Sint-Lambrechts-", "Woluwe"]),
        ("Saint-Josse-ten-Noode", ["Saint-Josse-ten-", "Noode"]),
        ("سان جوس تين نود وولوي", ["سان جوس تين نود", "وولوي"]),
        ("a" * 30, ["a" * 19 + "…"]),
        ("x y " * 30, ["x y x y x y x y x y", "x y x y x y x y x y", "x y x y x y x y x y…"]),
        ("", [""]),
    ],
)
def test_name_is_broken_where_it_can_be(name: str, lines: list[str]) -> None:
    assert wrap_name(name, LETTERS_OF_A_NAME) == lines


def test_bars_make_room_for_names_of_two_lines_and_say_each_whole() -> None:
    short = draw_bars("b", "Bars", [("Ixelles", 3), ("Evere", 2)])
    long = draw_bars("b", "Bars", [("Sint-Lambrechts-Woluwe", 3), ("Evere", 2)])
    assert short is not None
    assert long is not None
    assert long.height > short.height
    assert "…" not in long.body
    assert "<title>Sint-Lambrechts-Woluwe: 3</title>" in long.body
    heights = [float(y) for y in re.findall(r'<text[^>]* y="([\d.]+)"', long.body)]
    assert max(heights) < long.height


def test_name_of_a_bar_cannot_bring_markup() -> None:
    drawn = draw_bars("b", "Bars", [("<script>-alert", 1)])
    assert drawn is not None
    assert "<script" not in drawn.body
