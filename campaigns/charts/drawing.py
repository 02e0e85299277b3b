"""The one way a chart is written: elements as text, escaped, with a title and a description for those who listen.

Colours are presentation attributes, so a saved file stands alone; on our pages the style sheet (`progress.css`)
overrides them by class for dark mode and print. No inline styles: the content-security policy forbids them.
"""

import re
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

FONT = "Inter, 'Noto Sans', 'Noto Sans Arabic', system-ui, sans-serif"
INK, MUTED, LINE, SURFACE, PAPER = "#1d2733", "#56616f", "#c9d1da", "#eef2f6", "#ffffff"
ACCENT, GOOD, WARN = "#1f5f99", "#1b7a4b", "#a85a00"
COLOURS = {"ink": INK, "muted": MUTED, "line": LINE, "surface": SURFACE, "paper": PAPER, "accent": ACCENT, "good": GOOD}
COLOURS["warn"] = WARN


def element(tag: str, content: str = "", /, **attributes: object) -> str:
    """Return one SVG element; ``content`` is already markup. ``stroke_width`` becomes ``stroke-width``."""
    pairs = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{pairs}>{content}</{tag}>" if content else f"<{tag}{pairs}/>"


def _plain(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def filled(tag: str, colour: str, /, **attributes: object) -> str:
    """Return a shape filled with one of our colours, by class and by attribute."""
    return element(tag, class_=f"c-fill-{colour}", fill=COLOURS[colour], **attributes)


def stroked(tag: str, colour: str, thickness: float = 1, /, **attributes: object) -> str:
    """Return an unfilled shape drawn with one of our colours."""
    return element(
        tag, class_=f"c-stroke-{colour}", fill="none", stroke=COLOURS[colour], stroke_width=thickness, **attributes
    )


def text(content: str, x: float, y: float, *, size: int = 13, colour: str = "ink", **attributes: object) -> str:
    """Return a line of text; ``anchor`` start, middle or end."""
    anchor = attributes.pop("anchor", None)
    return element(
        "text",
        escape(content),
        class_=f"c-fill-{colour}",
        fill=COLOURS[colour],
        x=x,
        y=y,
        font_size=size,
        text_anchor=anchor,
        **attributes,
    )


def tick(x: float, y: float, size: float, *, colour: str = "good") -> str:
    """Return a check mark inside a square whose corner is (x, y): says "reached" without colour."""
    points = f"{x + size * 0.1:.1f},{y + size * 0.55:.1f} {x + size * 0.4:.1f},{y + size * 0.85:.1f} "
    points += f"{x + size * 0.92:.1f},{y + size * 0.15:.1f}"
    return stroked("polyline", colour, max(1.6, size / 5), points=points, stroke_linecap="round")


def hatch(ident: str, colour: str, gap: int = 6, width: float = 1.6) -> str:
    """Return a pattern of slanted lines, used as ``fill="url(#ident)"``."""
    line = stroked("line", colour, width, x1=0, y1=0, x2=0, y2=gap)
    return element(
        "pattern",
        line,
        id=ident,
        width=gap,
        height=gap,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )


@dataclass(frozen=True)
class Drawing:
    """A finished chart, in units of its view box (about the pixels of a phone)."""

    ident: str
    width: int
    height: int
    title: str
    description: str
    body: str

    def inline(self) -> SafeString:
        """Return the chart for a page: scales with its box, read out by its title and description."""
        return self._svg(0, 0, self.body, class_="chart")

    def standalone(self, caption: str) -> SafeString:
        """Return a file of its own: on paper, with its title above and ``caption`` (as of when, source) below."""
        headings = wrap(self.title, self.width // 9)
        top = 14 + 20 * len(headings)
        lines = wrap(caption, self.width // 7)
        heading = "".join(
            text(line, 12, 26 + 20 * index, size=15, font_weight="bold") for index, line in enumerate(headings)
        )
        notes = "".join(
            text(line, 12, top + self.height + 20 + 15 * index, size=11, colour="muted")
            for index, line in enumerate(lines)
        )
        paper = filled("rect", "paper", x=0, y=0, width="100%", height="100%")
        body = paper + heading + element("g", self.body, transform=f"translate(12 {top})") + notes
        return self._svg(24, top + 24 + 15 * len(lines), body, sized=True)

    def _svg(
        self, more_width: int, more_height: int, body: str, *, sized: bool = False, **attributes: object
    ) -> SafeString:
        width, height = self.width + more_width, self.height + more_height
        label = element("title", escape(self.title), id=f"{self.ident}-title")
        label += element("desc", escape(self.description), id=f"{self.ident}-desc")
        return mark_safe(  # noqa: S308 - every text and attribute went through escape() in element()
            element(
                "svg",
                label + body,
                xmlns="http://www.w3.org/2000/svg",
                viewBox=f"0 0 {width} {height}",
                width=width if sized else None,
                height=height if sized else None,
                role="img",
                aria_labelledby=f"{self.ident}-title {self.ident}-desc",
                direction="ltr",
                font_family=FONT,
                **attributes,
            )
        )


def wrap(words: str, width: int) -> list[str]:
    """Return the text in lines of at most ``width`` characters, broken at spaces."""
    lines: list[str] = []
    for word in words.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def wrap_name(name: str, width: int, most: int = 3) -> list[str]:
    """Return a name in at most ``most`` lines of ``width`` characters, broken after spaces and hyphens.

    What is longer still, or has nowhere to break, ends in "…".
    """
    lines: list[str] = []
    for piece in re.split(r"(?<=[\s\-/])(?=\S)", name.strip()):
        if lines and len(lines[-1]) + len(piece.rstrip()) <= width:
            lines[-1] += piece
        else:
            lines.append(piece)
    if len(lines) > most:
        lines[most - 1 :] = ["".join(lines[most - 1 :])]
    return [line if len(line) <= width else f"{line[: width - 1]}…" for line in map(str.rstrip, lines)]
