"""One A4 page for a board or a funder: what official figures say, with their sources and what they do not say."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext, pgettext

from campaigns.charts.drawing import Drawing
from campaigns.charts.numbers import whole
from campaigns.registration_words import written_day
from campaigns.selectors.registration_figures import Comparison, RegistrationFigures
from campaigns.templatetags.registration_figures import as_of, basis_of, group_of, kind_of, points, rate_of, signed
from campaigns.templatetags.registration_figures import signed_percent as percent_of
from core.lists import listed
from core.paper import draw_pdf
from dashboards.attribution import Attribution
from dashboards.goals import GoalLine
from dashboards.pledge_ladders import LadderTable
from dashboards.told_sentences import told_sentences

MOST_FINDINGS = 3
MOST_COMMUNES = 8  # on one page; the largest
_PAGE = Path(__file__).parent / "paper" / "registration.typ"


def registration_pdf(
    figures: RegistrationFigures,
    *,
    goals: Sequence[GoalLine],
    drawings: Mapping[str, Drawing | None],
    outline_sources: Sequence[str] = (),
    tables: Sequence[LadderTable] = (),
    gain: Attribution | None = None,
) -> bytes:
    """Return the report as PDF/UA in the active language; without the mark where a name needs the machine's fonts.

    ``tables`` and ``gain`` are what people told us, for who reads the report: they stand apart from official figures.
    """
    paper = _paper(figures, goals, drawings, outline_sources) | {
        "told_title": gettext("What people told us"),
        "told": told_sentences(tables, gain),
    }
    return draw_pdf(_PAGE, paper)


def _paper(
    figures: RegistrationFigures,
    goals: Sequence[GoalLine],
    drawings: Mapping[str, Drawing | None],
    outline_sources: Sequence[str],
) -> dict[str, Any]:
    """Return every word of the page; nothing is left to look up."""
    return {
        "language": (translation.get_language() or "en").split("-")[0],
        "is_rtl": translation.get_language_bidi(),
        "title": f"{figures.campaign.title}: {figures.election.title}",
        "campaign": figures.campaign.title,
        "election": figures.election.title,
        "organisation": figures.campaign.organisation.name,
        "keys": _keys(figures.whole),
        "said": _said(figures),
        "goals_title": gettext("Goals"),
        "goals": [_goal(goal) for goal in goals],
        "charts": {name: _chart(drawing) for name, drawing in drawings.items() if drawing},
        "table": _table(figures),
        "findings_title": gettext("What does not add up"),
        "findings": list(figures.findings[:MOST_FINDINGS]),
        "limits": gettext(
            "Official figures are sums. They do not say who made somebody register, and are never matched to people."
        ),
        "sources": gettext("Sources: %(sources)s.") % {"sources": listed([*figures.sources, *outline_sources])},
        "made": gettext("Made on %(day)s.") % {"day": written_day(timezone.localdate())},
        "generated": gettext("Generated for the demo.") if figures.campaign.is_generated else "",
    }


def _chart(drawing: Drawing) -> dict[str, str]:
    return {"svg": str(drawing.inline()), "title": drawing.title, "alt": drawing.description}


def _keys(line: Comparison) -> list[dict[str, str]]:
    now, base = line.now, line.base
    if now is None:
        return []
    before = whole(base.registered) if base and base.registered is not None else "—"
    return [
        {
            "label": gettext("People registered"),
            "value": "—" if now.registered is None else whole(now.registered),
            "note": gettext("%(number)s before") % {"number": before},
        },
        {
            "label": gettext("People gained"),
            "value": "—" if line.people_gained is None else signed(line.people_gained),
            "note": gettext("%(percent)s people") % {"percent": percent_of(line.people_gained_percent)},
        },
        {
            "label": gettext("Rate: share of those who could"),
            "value": rate_of(now),
            "note": gettext("against %(rate)s") % {"rate": rate_of(base)},
        },
        {
            "label": gettext("Rate gained"),
            "value": "—" if line.rate_gained_points is None else points(line.rate_gained_points),
            "note": gettext("percentage points, not percent of people"),
        },
    ]


def _said(figures: RegistrationFigures) -> str:
    now = figures.whole.now
    if now is None:
        return ""
    said = gettext("As of %(day)s, %(kind)s; %(basis)s.") % {
        "day": as_of(now), "kind": kind_of(now), "basis": basis_of(now)
    }  # fmt: skip
    if figures.band is not None:
        said += " " + gettext("It may end between %(low)s and %(high)s, learned from %(elections)s.") % {
            "low": whole(figures.band.low),
            "high": whole(figures.band.high),
            "elections": listed(figures.band.elections),
        }
        if figures.band.is_of_one_election:
            said += " " + gettext("There is only one earlier election to learn from.")
    elif not now.is_final:
        said += " " + gettext("More will be entered; no earlier election tells how much.")
    return said


def _goal(goal: GoalLine) -> dict[str, Any]:
    reached = "—" if goal.reached is None else whole(goal.reached)
    return {
        "label": goal.label,
        "said": gettext("%(reached)s of %(target)s") % {"reached": reached, "target": whole(goal.target)},
        "share": min(1.0, goal.share),
    }


def _table(figures: RegistrationFigures) -> dict[str, Any]:
    header = [
        gettext("Who"),
        pgettext("registrations", "Registered"),
        pgettext("registrations", "Before"),
        pgettext("registrations", "Rate"),
        pgettext("registrations", "Rate before"),
    ]
    lines = [[group_of(line), *_cells(line)] for line in figures.groups]
    communes = [line for line in figures.communes if line.now is not None and line.now.rate is not None]
    if len(communes) > MOST_COMMUNES:
        communes.sort(key=lambda line: -((line.now.registered if line.now else 0) or 0))
    lines += [[line.name, *_cells(line)] for line in communes[:MOST_COMMUNES]]
    return {"header": header, "rows": lines}


def _cells(line: Comparison) -> list[str]:
    counts = [each.registered if each else None for each in (line.now, line.base)]
    said = ["—" if count is None else whole(count) for count in counts]
    return [*said, rate_of(line.now), rate_of(line.base)]
