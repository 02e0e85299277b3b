"""The colours of tokens.css meet WCAG 2.2 AA in both themes: 4.5 for text, 3 for what shows a field or the focus."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = (Path(settings.BASE_DIR) / "static" / "css" / "tokens.css").read_text()
TEXT = [
    (ink, ground)
    for ink in ("ink", "muted", "accent", "accent-strong", "good", "warn", "bad")
    for ground in ("paper", "surface")
] + [
    ("muted", "sunken"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
    ("accent-strong", "accent-tint"),
    ("ink", "good-tint"),
    ("ink", "warn-tint"),
    ("bad", "bad-tint"),
    ("night-ink", "night"),
    ("night-muted", "night"),
    ("brass", "night"),
    ("brass-ink", "brass"),
]
SHAPES = [(shape, ground) for shape in ("field-line", "focus", "accent") for ground in ("paper", "surface")]


def colours(start: str) -> dict[str, str]:
    """Return the colours of the first rule behind ``start``."""
    rule = CSS[CSS.index(start) :]
    return dict(re.findall(r"--color-([a-z-]+): (#[0-9a-f]{6})", rule[: rule.index("}")]))


LIGHT = colours(":root {")
DARK = LIGHT | colours(':root[data-theme="dark"]')
PREFERRED_DARK = LIGHT | colours(':root:not([data-theme="light"])')


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(theme: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(theme[ink], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_can_be_seen(theme: dict[str, str], shape: str, ground: str) -> None:
    assert contrast(theme[shape], theme[ground]) >= 3


def test_both_ways_into_the_dark_lead_to_the_same_colours() -> None:
    assert DARK == PREFERRED_DARK
