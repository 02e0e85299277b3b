"""The charts of an initiative's progress. Each takes plain figures and returns a `Drawing`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.charts.drawing import Drawing, element, filled, hatch, stroked, text, tick
from campaigns.charts.numbers import day as written
from campaigns.charts.numbers import percent, whole
from core.lists import listed

WIDTH = 400
# Where each country stands in the tile map: column, row.
TILES = {
    "SE": (5, 0), "FI": (6, 0),
    "IE": (0, 1), "GB": (1, 1), "DK": (4, 1), "EE": (6, 1),
    "BE": (2, 2), "NL": (3, 2), "DE": (4, 2), "PL": (5, 2), "LV": (6, 2),
    "FR": (2, 3), "LU": (3, 3), "CZ": (4, 3), "SK": (5, 3), "LT": (6, 3),
    "PT": (0, 4), "ES": (1, 4), "IT": (3, 4), "AT": (4, 4), "HU": (5, 4), "RO": (6, 4),
    "SI": (4, 5), "HR": (5, 5), "BG": (6, 5),
    "MT": (3, 6), "GR": (6, 6), "CY": (7, 6),
}  # fmt: skip


@dataclass(frozen=True)
class CountryFigure:
    """One country to draw. ``ratio`` counts what counts: 0 for late certificates; none when nothing was read."""

    code: str
    name: str
    ratio: float | None
    is_late: bool = False

    @property
    def passed(self) -> bool:
        return self.ratio is not None and self.ratio >= 1

    @property
    def label(self) -> str:
        if self.is_late:
            return _("late")
        return "—" if self.ratio is None else percent(self.ratio)


def draw_total(ident: str, *, total: int, valid: int, target: int, is_certified: bool) -> Drawing:
    """Return the bar of the total against the target; hatched: what may fall away in verification."""
    scale = (WIDTH - 4) / max(total, target, 1)
    y, height = 26, 34
    body = element("defs", hatch(f"{ident}-hatch", "accent"))
    body += filled("rect", "surface", x=2, y=y, width=WIDTH - 4, height=height, rx=4)
    if not is_certified and total:
        body += element("rect", x=2, y=y, width=total * scale, height=height, rx=4, fill=f"url(#{ident}-hatch)")
        body += stroked("rect", "accent", 1, x=2, y=y, width=total * scale, height=height, rx=4)
    body += filled("rect", "accent", x=2, y=y, width=max(0.0, valid * scale), height=height, rx=4)
    mark = 2 + target * scale
    body += stroked("line", "ink", 2, x1=min(mark, WIDTH - 2), y1=y - 6, x2=min(mark, WIDTH - 2), y2=y + height + 6)
    anchor = "end" if mark > WIDTH / 2 else "start"
    body += text(whole(target), min(mark, WIDTH - 2) + (4 if anchor == "start" else 0), y - 10, anchor=anchor)
    body += text("0", 2, y + height + 18, size=12, colour="muted")
    body += text(whole(total), min(2 + total * scale, WIDTH - 2), y + height + 18, anchor=_side(total * scale))
    if not is_certified and total:
        body += filled("rect", "accent", x=2, y=y + height + 30, width=16, height=12)
        body += text(_("likely to stand"), 24, y + height + 41, size=12)
        body += element("rect", x=202, y=y + height + 30, width=16, height=12, fill=f"url(#{ident}-hatch)")
        body += stroked("rect", "accent", 1, x=202, y=y + height + 30, width=16, height=12)
        body += text(_("may fall away in verification"), 224, y + height + 41, size=12)
    described = _("%(total)s statements of support of the %(target)s needed.") % {
        "total": whole(total),
        "target": whole(target),
    }
    if not is_certified:
        described += " " + _("About %(valid)s may stand after verification.") % {"valid": whole(valid)}
    return Drawing(
        ident, WIDTH, 84 if is_certified else 108, _("Statements of support against the million"), described, body
    )


def _side(x: float) -> str:
    return "end" if x > WIDTH * 0.6 else "middle" if x > WIDTH * 0.2 else "start"


def draw_ranking(ident: str, countries: Sequence[CountryFigure], *, seventh: int = 7, most: int = 10) -> Drawing:
    """Return the bars of the strongest countries by count ÷ minimum, the seventh marked: it decides on breadth."""
    ranked = sorted((c for c in countries if c.ratio), key=lambda c: (-(c.ratio or 0), c.code))[:most]
    deciding = ranked[seventh - 1] if len(ranked) >= seventh else None
    # Bars end a little beyond the deciding country: what a giant has beyond that decides nothing.
    strongest = (ranked[0].ratio or 0) if ranked else 0
    longest = max(1.25, min(strongest, 1.5 * max(1.0, (deciding.ratio or 0) if deciding else 0)))
    left, right, step = 122, 84, 30
    scale = (WIDTH - left - right) / longest
    height = 30 + step * max(1, len(ranked))
    body = "".join(_rank_row(c, i, left, scale, longest, step, i == seventh - 1) for i, c in enumerate(ranked))
    body += stroked("line", "ink", 1.5, x1=left + scale, y1=20, x2=left + scale, y2=height, stroke_dasharray="4 3")
    body += text(_("minimum"), left + scale, 14, size=12, anchor="middle", colour="muted")
    if deciding is not None:
        described = _("The seventh country is %(country)s with %(percent)s of its minimum.") % {
            "country": deciding.name,
            "percent": percent(deciding.ratio or 0),
        }
    else:
        described = _("Fewer than seven countries have statements of support.")
    return Drawing(ident, WIDTH, height, _("The strongest countries, and the seventh that decides"), described, body)


def _rank_row(
    country: CountryFigure, index: int, left: int, scale: float, longest: float, step: int, is_seventh: bool
) -> str:
    y, ratio = 26 + index * step, country.ratio or 0
    length = min(ratio, longest) * scale
    row = ""
    if is_seventh:
        row += filled("rect", "surface", x=0, y=y - 3, width=WIDTH, height=step - 2, rx=4)
        row += stroked("rect", "accent", 2, x=1, y=y - 3, width=WIDTH - 2, height=step - 2, rx=4)
    row += text(f"{index + 1}", 22, y + 17, size=12, colour="muted", anchor="end")
    row += text(_shorten(country.name, 13), 30, y + 17, font_weight="bold" if is_seventh else None)
    row += filled("rect", "good" if country.passed else "accent", x=left, y=y + 3, width=length, height=step - 12, rx=2)
    if ratio > longest:  # a notch says the bar goes on
        row += stroked("line", "paper", 3, x1=left + length - 12, y1=y + step - 7, x2=left + length - 6, y2=y + 1)
    if country.passed:
        row += tick(WIDTH - 79, y + 5, 12)
    return row + text(country.label, WIDTH - 4, y + 17, anchor="end")


def _shorten(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def draw_tiles(ident: str, countries: Sequence[CountryFigure]) -> Drawing:
    """Return one tile per country where it lies on the map, filled up to its minimum and ticked when reached."""
    step = WIDTH // 8
    body = "".join(_tile(country, step) for country in countries if country.code in TILES)
    return Drawing(ident, WIDTH, step * 7, _("Countries by share of their minimum"), describe_map(countries), body)


def _tile(country: CountryFigure, step: int) -> str:
    column, row = TILES[country.code]
    x, y, side = column * step + 2, row * step + 2, step - 4
    level = min(1.0, country.ratio or 0) * side
    tile = element("title", escape(f"{country.name}: {country.label}"))
    tile += filled("rect", "surface", x=x, y=y, width=side, height=side, rx=3)
    if level:
        colour = "good" if country.passed else "accent"
        tile += filled("rect", colour, x=x, y=y + side - level, width=side, height=level, rx=3, fill_opacity=0.3)
    edge, thickness = ("good", 2) if country.passed else ("line", 1)
    tile += stroked("rect", edge, thickness, x=x, y=y, width=side, height=side, rx=3)
    tile += text(country.code, x + 5, y + 18, size=14, font_weight="bold")
    if country.passed:
        tile += tick(x + side - 17, y + 5, 13)
    return element("g", tile + text(country.label, x + 5, y + side - 7, size=12))


def describe_map(countries: Sequence[CountryFigure]) -> str:
    """Return in a sentence what the map shows."""
    passed = [country.name for country in countries if country.passed]
    if not passed:
        return _("No country has reached its minimum.")
    said = ngettext(
        "%(count)d country has reached its minimum: %(names)s.",
        "%(count)d countries have reached their minimum: %(names)s.",
        len(passed),
    )
    return said % {"count": len(passed), "names": listed(passed)}


def draw_series(ident: str, points: Sequence[tuple[date, int]], *, target: int, end: date | None) -> Drawing:
    """Return the line of totals by day; every reading is a dot, the target a dashed line."""
    left, right, top, bottom, height = 8, 8, 24, 26, 220
    first, last = points[0][0], max(points[-1][0], end or points[-1][0])
    days = max(1, (last - first).days)
    most = max(target, *(total for _day, total in points))

    def place(day: date, total: int) -> tuple[float, float]:
        x = left + (WIDTH - left - right) * (day - first).days / days
        return x, height - bottom - (height - top - bottom) * total / most

    dots = [place(day, total) for day, total in points]
    goal = place(first, target)[1]
    body = stroked("line", "line", 1, x1=left, y1=height - bottom, x2=WIDTH - right, y2=height - bottom)
    body += stroked("line", "ink", 1.2, x1=left, y1=goal, x2=WIDTH - right, y2=goal, stroke_dasharray="4 3")
    body += text(whole(target), left, goal - 6, size=12, colour="muted")
    body += stroked("polyline", "accent", 2.5, points=" ".join(f"{x:.1f},{y:.1f}" for x, y in dots))
    body += "".join(filled("circle", "accent", cx=x, cy=y, r=3) for x, y in dots[-60:])
    x, y = dots[-1]
    body += text(whole(points[-1][1]), x, max(14, y - 10), font_weight="bold", anchor=_side(x))
    body += text(written(first), left, height - 8, size=12, colour="muted")
    body += text(written(last), WIDTH - right, height - 8, size=12, colour="muted", anchor="end")
    described = _("From %(first)s on %(first_day)s to %(last)s on %(last_day)s.") % {
        "first": whole(points[0][1]),
        "first_day": written(points[0][0]),
        "last": whole(points[-1][1]),
        "last_day": written(points[-1][0]),
    }
    return Drawing(ident, WIDTH, height, _("Statements of support over time"), described, body)
