"""The charts of a petition's dashboard. Each takes plain figures and returns a `Drawing`."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.charts.drawing import Drawing, element, filled, stroked, text, wrap_name
from campaigns.charts.numbers import day as written
from campaigns.charts.numbers import whole
from core.small_counts import FewerThan

WIDTH = 400
HEIGHT = 180
# More bars than this are thinner than a pixel on a phone: then a bar is a week.
MOST_BARS = 100
# As many letters stand in a line beside a bar.
LETTERS_OF_A_NAME = 20


def group_days(days: Sequence[tuple[date, int]]) -> tuple[int, list[tuple[date, int]]]:
    """Return how many days a bar stands for (1 or 7, or more for years) and the bars, empty days included."""
    if not days:
        return 1, []
    first, last = days[0][0], days[-1][0]
    span = (last - first).days + 1
    step = 1 if span <= MOST_BARS else 7 * -(-span // (7 * MOST_BARS))
    bars = [0] * -(-span // step)
    for day, count in days:
        bars[(day - first).days // step] += count
    return step, [(first + timedelta(days=index * step), count) for index, count in enumerate(bars)]


def signatures_by(step: int) -> str:
    """Return the title of signatures in bars of ``step`` days."""
    if step == 1:
        return _("Signatures by day")
    return ngettext("Signatures by %(days)s day", "Signatures by %(days)s days", step) % {"days": step}


def draw_days(
    ident: str, days: Sequence[tuple[date, int]], *, titled: Callable[[int], str] = signatures_by
) -> Drawing | None:
    """Return signatures, or what ``titled`` calls it, by day as bars; none before there are two days."""
    if len(days) < 2:
        return None
    step, bars = group_days(days)
    highest = max(count for _day, count in bars)
    top, bottom, left = 18, HEIGHT - 26, 4
    width = (WIDTH - 2 * left) / len(bars)
    body = stroked("line", "line", 1, x1=left, y1=bottom, x2=WIDTH - left, y2=bottom)
    for index, (_day, count) in enumerate(bars):
        height = (bottom - top) * count / highest if highest else 0.0
        body += filled(
            "rect", "accent", x=left + index * width, y=bottom - height, width=max(width * 0.8, 0.8), height=height
        )
    peak = max(range(len(bars)), key=lambda index: bars[index][1])
    x = left + (peak + 0.5) * width
    anchor = "start" if x < WIDTH * 0.25 else "end" if x > WIDTH * 0.75 else "middle"
    body += text(whole(highest), x, top - 5, size=12, anchor=anchor)
    body += text(written(bars[0][0]), left, HEIGHT - 8, size=12, colour="muted")
    body += text(written(days[-1][0]), WIDTH - left, HEIGHT - 8, size=12, colour="muted", anchor="end")
    described = _("From %(first)s to %(last)s; the highest bar is %(highest)s, from %(day)s.") % {
        "first": written(days[0][0]),
        "last": written(days[-1][0]),
        "highest": whole(highest),
        "day": written(bars[peak][0]),
    }
    return Drawing(ident, WIDTH, HEIGHT, titled(step), described, body)


def _said(count: int) -> str:
    return str(count) if isinstance(count, FewerThan) else whole(count)


def draw_bars(ident: str, title: str, rows: Sequence[tuple[str, int]], *, most: int = 12) -> Drawing | None:
    """Return the largest rows of a breakdown as bars with their numbers; none when there is nothing."""
    if not rows:
        return None
    shown = rows[:most]
    left, right, step, between = 140, 60, 26, 14
    longest = max(count for _name, count in shown) or 1
    body, y = "", 4
    for name, count in shown:
        lines = wrap_name(name, LETTERS_OF_A_NAME)
        tall = step + between * (len(lines) - 1)
        middle = y + (tall - step) / 2
        row = element("title", escape(f"{name}: {_said(count)}"))
        for index, line in enumerate(lines):
            row += text(line, left - 8, y + 14 + between * index, size=12, anchor="end")
        length = (WIDTH - left - right) * count / longest
        row += filled("rect", "accent", x=left, y=middle + 2, width=max(length, 1.0), height=step - 10, rx=2)
        body += element("g", row + text(_said(count), left + length + 6, middle + 14, size=12))
        y += tall
    described = "; ".join(f"{name}: {_said(count)}" for name, count in shown)
    return Drawing(ident, WIDTH, y + 4, title, described, body)
