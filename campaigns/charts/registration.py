"""The charts of official registration figures: a map of communes, and small multiples over time."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.charts.drawing import Drawing, element, filled, hatch, stroked, text, wrap_name
from campaigns.charts.numbers import day as written
from campaigns.charts.numbers import whole
from campaigns.registration_words import rate, short_group
from campaigns.selectors.registration_figures import Comparison, Series
from places.commune_maps import CommuneMap, CommuneShape

STEPS = (10, 15, 20, 25)  # percent; the shades of the map begin at these
SHADES = (0.12, 0.27, 0.42, 0.57, 0.72)
WIDTH, PANEL_HEIGHT, COLUMNS, GAP = 400, 144, 2, 16
MOST_PANELS = 24


def draw_commune_map(ident: str, communes: CommuneMap, lines: Sequence[Comparison]) -> Drawing:
    """Return the communes shaded by the rate of all; hatched where none is published: that is not zero."""
    rates = {line.code: line.now.rate for line in lines if line.now and line.now.rate is not None}
    names = {line.code: line.name for line in lines}
    frame = communes.frame
    body = element("defs", hatch(f"{ident}-none", "line", 8, 1.4))
    body += "".join(
        _shape(ident, each, names.get(each.code, each.name), rates.get(each.code)) for each in communes.communes
    )
    body += "".join(_label(each, rates[each.code]) for each in communes.communes if each.code in rates)
    body += _legend(ident, frame.height + 14)
    known = sorted(((value, names.get(code, code)) for code, value in rates.items()), reverse=True)
    described = "; ".join(f"{name}: {rate(value)}" for value, name in known)
    missing = len(communes.communes) - len([each for each in communes.communes if each.code in rates])
    if missing:
        described += " " + ngettext(
            "For %(count)d commune no rate is published.", "For %(count)d communes no rate is published.", missing
        ) % {"count": missing}
    title = _("Share of those who could that had registered, by commune")
    return Drawing(ident, frame.width, frame.height + 96, title, described.strip(), body)


def _shade(value: Decimal) -> float:
    return SHADES[sum(value >= step for step in STEPS)]


def _shape(ident: str, commune: CommuneShape, name: str, value: Decimal | None) -> str:
    path = commune.shape.path
    figure = _("not published") if value is None else rate(value)
    said = element("title", escape(f"{name}: {figure}"))
    ground = filled("path", "paper", d=path)
    if value is None:
        fill = element("path", d=path, fill=f"url(#{ident}-none)")
    else:
        fill = filled("path", "accent", d=path, fill_opacity=_shade(value))
    edge = stroked("path", "muted", 1.2, d=path, stroke_linejoin="round")
    return element("g", said + ground + fill + edge)


def _label(commune: CommuneShape, value: Decimal) -> str:
    x, y, said = commune.shape.x, commune.shape.y, f"{value:.0f}"
    plate = filled("rect", "paper", x=x - 17, y=y - 14, width=34, height=27, rx=6)
    return plate + text(said, x, y + 7, size=22, anchor="middle", font_weight="bold")


def _legend(ident: str, top: float) -> str:
    labels = [
        f"< {STEPS[0]}",
        *(f"{low}–{high}" for low, high in pairwise(STEPS)),
        f"≥ {STEPS[-1]}",
    ]
    row = ""
    for index, (label, shade) in enumerate(zip(labels, SHADES, strict=True)):
        x = 10 + index * 96
        row += filled("rect", "accent", x=x, y=top, width=26, height=20, fill_opacity=shade)
        row += stroked("rect", "muted", 1, x=x, y=top, width=26, height=20)
        row += text(label, x + 33, top + 17, size=19)
    row += text(_("percent"), 10 + 5 * 96, top + 17, size=19)
    row += element("rect", x=10, y=top + 36, width=26, height=20, fill=f"url(#{ident}-none)")
    row += stroked("rect", "muted", 1, x=10, y=top + 36, width=26, height=20)
    return row + text(_("no rate published"), 43, top + 53, size=19)


def draw_multiples(ident: str, series: Sequence[Series], *, deadline: date | None) -> Drawing | None:
    """Return one small chart a place and group, on one axis of time, each from zero on a scale of its own.

    A hollow mark is provisional, a full one final; the dashed line is the election before. None where nothing moved.
    """
    shown = [one for one in series if len(one.values) > 1][:MOST_PANELS]
    if not shown:
        return None
    days = [day for one in shown for day, _value in one.values]
    first, last = min(days), max([*days, *([deadline] if deadline and deadline > min(days) else [])])
    side = (WIDTH - GAP * (COLUMNS - 1)) / COLUMNS
    body = ""
    for index, one in enumerate(shown):
        x, y = (index % COLUMNS) * (side + GAP), (index // COLUMNS) * (PANEL_HEIGHT + GAP)
        body += element("g", _panel(one, side, first, last), transform=f"translate({x:.1f} {y})")
    rows = -(-len(shown) // COLUMNS)
    height = rows * (PANEL_HEIGHT + GAP)
    body += text(_("○ provisional  ● final  - - the election before"), 0, height + 8, size=12, colour="muted")
    described = "; ".join(_described(one) for one in shown)
    return Drawing(ident, WIDTH, height + 16, _("Registered over time"), described, body)


def _said(one: Series, value: float) -> str:
    return rate(value) if one.is_rate else whole(int(value))


def _described(one: Series) -> str:
    (first, low), (last, high) = one.values[0], one.values[-1]
    return _("%(place)s, %(group)s: %(low)s on %(first)s, %(high)s on %(last)s") % {
        "place": one.name,
        "group": short_group(one.group),
        "low": _said(one, low),
        "first": written(first),
        "high": _said(one, high),
        "last": written(last),
    }


def _panel(one: Series, side: float, first: date, last: date) -> str:
    top, bottom, span = 50, PANEL_HEIGHT - 20, max((last - first).days, 1)
    highest = max([*(value for _day, value in one.values), one.base_value or 0]) or 1

    def place(day: date, value: float) -> tuple[float, float]:
        return 6 + (side - 12) * (day - first).days / span, bottom - (bottom - top) * value / highest

    points = [place(day, value) for day, value in one.values]
    body = text(wrap_name(one.name, 26, 1)[0], 0, 12, size=12, font_weight="bold")
    body += text(short_group(one.group), 0, 27, size=12, colour="muted")
    body += text(_said(one, one.values[-1][1]), side, 27, size=12, anchor="end", font_weight="bold")
    body += stroked("line", "line", 1, x1=0, y1=bottom, x2=side, y2=bottom)
    if one.base_value is not None:
        y = place(first, one.base_value)[1]
        body += stroked("line", "muted", 1.2, x1=0, y1=y, x2=side, y2=y, stroke_dasharray="4 3")
        body += text(_said(one, one.base_value), 2, y - 3, size=11, colour="muted")
    body += stroked("polyline", "accent", 2, points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points))
    figures = [figure for figure in one.figures if (figure.rate if one.is_rate else figure.registered) is not None]
    for (x, y), figure in zip(points, figures, strict=True):
        body += filled("circle", "accent" if figure.is_final else "paper", cx=x, cy=y, r=4)
        body += stroked("circle", "accent", 1.6, cx=x, cy=y, r=4)
    body += text(written(first), 0, PANEL_HEIGHT - 4, size=11, colour="muted")
    return body + text(written(last), side, PANEL_HEIGHT - 4, size=11, colour="muted", anchor="end")
