"""Drawings of the figures page: pure functions over lines, in the one way charts are written."""

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.translation import gettext as _

from campaigns.charts.drawing import Drawing, element, filled, stroked, text
from campaigns.charts.numbers import whole
from outreach.selectors.figures import Line
from outreach.selectors.maps import CommuneMap

WIDTH, HEIGHT = 400, 180
TINTS = (0.0, 0.18, 0.38, 0.6, 0.85)
# More than this many labels under columns run into each other on a phone.
MOST_LABELS = 7


def draw_columns(ident: str, title: str, lines: Sequence[Line], names: Sequence[str]) -> Drawing | None:
    """Return conversations as columns over a line of names, attempts paler behind them; none for fewer than two."""
    if len(lines) < 2:
        return None
    highest = max(line.attempts for line in lines) or 1
    top, bottom = 18, HEIGHT - 24
    width = WIDTH / len(lines)
    body = stroked("line", "line", 1, x1=0, y1=bottom, x2=WIDTH, y2=bottom)
    every = -(-len(lines) // MOST_LABELS)
    for index, (line, name) in enumerate(zip(lines, names, strict=True)):
        x, broad = index * width + width * 0.1, max(width * 0.8, 0.8)
        columns = ""
        for number, opacity in ((line.attempts, 0.3), (line.conversations, 1)):
            tall = (bottom - top) * number / highest
            columns += filled("rect", "accent", x=x, y=bottom - tall, width=broad, height=tall, fill_opacity=opacity)
        body += element("g", element("title", escape(describe(name, line))) + columns)
        if index % every == 0:
            anchor = "start" if index == 0 else "middle"
            body += text(name, x if index == 0 else x + broad / 2, HEIGHT - 8, size=11, colour="muted", anchor=anchor)
    peak = max(range(len(lines)), key=lambda index: lines[index].attempts)
    x = (peak + 0.5) * width
    anchor = "start" if x < WIDTH * 0.25 else "end" if x > WIDTH * 0.75 else "middle"
    body += text(whole(lines[peak].attempts), x, 12, size=12, anchor=anchor)
    return Drawing(ident, WIDTH, HEIGHT, title, describe(names[peak], lines[peak]), body)


def describe(name: str, line: Line) -> str:
    """Return a line of a table as a sentence."""
    return _("%(name)s: %(attempts)s records, %(conversations)s conversations") % {
        "name": name,
        "attempts": whole(line.attempts),
        "conversations": whole(line.conversations),
    }


def draw_commune_map(ident: str, communes: Sequence[Line], drawn: CommuneMap | None) -> Drawing | None:
    """Return the communes tinted by conversations, each with its number; none without outlines."""
    if drawn is None:
        return None
    lines = {line.key: line for line in communes}
    highest = max((line.conversations for line in communes), default=0)
    body = ""
    for commune in drawn.communes:
        line = lines.get(commune.code, Line(commune.code, commune.name, 0, 0))
        tint = _tint(line.conversations, highest)
        shape = element("title", escape(describe(commune.name, line)))
        shape += filled("path", "surface", d=commune.shape.path, fill_rule="evenodd")
        if tint:
            shape += filled("path", "accent", d=commune.shape.path, fill_rule="evenodd", fill_opacity=TINTS[tint])
        shape += stroked("path", "muted", 0.8, d=commune.shape.path, stroke_linejoin="round")
        body += element("g", shape)
    for commune in drawn.communes:
        number = lines[commune.code].conversations if commune.code in lines else 0
        if number:
            # The paler tints carry dark numbers, the darkest pale ones.
            colour = "paper" if _tint(number, highest) >= len(TINTS) - 1 else "ink"
            x, y = commune.shape.x, commune.shape.y + 6
            body += text(whole(number), x, y, size=17, colour=colour, anchor="middle", font_weight="bold")
    body += _legend(highest, drawn.frame.height + 8)
    described = "; ".join(describe(line.name, line) for line in communes) or _("Nothing was logged yet.")
    return Drawing(ident, drawn.frame.width, drawn.frame.height + 44, _("Conversations by commune"), described, body)


def _tint(number: int, highest: int) -> int:
    """Return the class of a number: 0 for none, then quarters of the highest."""
    return 0 if not number else min(4, 1 + (4 * (number - 1)) // highest)


def _legend(highest: int, y: float) -> str:
    bounds = [(0, 0)]
    for tint in range(1, len(TINTS)):
        numbers = [number for number in (_lowest(tint, highest), _lowest(tint + 1, highest) - 1) if number]
        if highest and numbers[0] <= min(numbers[-1], highest):
            bounds.append((numbers[0], min(numbers[-1], highest)))
    legend = ""
    for index, (low, high) in enumerate(bounds):
        x = 8 + index * 124
        legend += filled("rect", "surface", x=x, y=y, width=26, height=18)
        tint = _tint(high, highest) if high else 0
        if tint:
            legend += filled("rect", "accent", x=x, y=y, width=26, height=18, fill_opacity=TINTS[tint])
        legend += stroked("rect", "muted", 0.8, x=x, y=y, width=26, height=18)
        words = _("none") if not high else whole(low) if low == high else f"{whole(low)}–{whole(high)}"
        legend += text(words, x + 34, y + 15, size=16)
    return legend


def _lowest(tint: int, highest: int) -> int:
    """Return the smallest number of a class."""
    return -(-(tint - 1) * highest // 4) + 1
