"""A partner's figures and the league as CSV: sums only, each with as of when, "fewer than 10" in words."""

from collections.abc import Sequence
from datetime import datetime

from dashboards.exports import write_csv
from dashboards.partner_figures import PartnerFigures
from dashboards.partner_league import League

Rows = tuple[list[str], list[Sequence[object]]]
PARTNER_TABLES = ("figures", "goals", "days", "countries", "links")


def cell(count: int | None) -> object:
    """Return a count for a file: "fewer than 10" in words, because a spreadsheet would add up a ten."""
    return count if count is None or type(count) is int else str(count)


def partner_csv(figures: PartnerFigures, name: str) -> str:
    """Return one of PARTNER_TABLES."""
    counted, now = _moment(figures.as_of), _moment(figures.at)
    header: list[str]
    rows: list[Sequence[object]]
    if name == "figures":
        header, rows = _figure_rows(figures, counted, now)
    elif name == "goals":
        header = ["metric", "target", "due", "reached", "missing", "needed_per_day", "last_7_days", "as_of"]
        rows = [
            [one.metric, one.pace.target, one.pace.due_date, cell(one.pace.reached), cell(one.pace.missing),
             one.pace.needed, cell(one.pace.lately), now]
            for one in figures.goals
        ]  # fmt: skip
    elif name == "days":
        header, rows = ["day", "signatures", "as_of"], [[day, count, counted] for day, count in figures.days]
    else:
        found = figures.countries if name == "countries" else figures.links
        header = ["key", "name", "signatures", "as_of"]
        rows = [[row.key, row.name, cell(row.count), counted] for row in found]
        if name == "links":
            rows.append(["", "", cell(figures.links_rest), counted])
    return write_csv(header, rows)


def _figure_rows(figures: PartnerFigures, counted: str, now: str) -> Rows:
    header = ["figure", "in_all", "last_7_days", "median_of_others", "median_of_others_last_7_days", "as_of"]
    rows: list[Sequence[object]] = [
        [tile.key, cell(tile.count), cell(tile.lately), cell(tile.median), cell(tile.median_lately),
         counted if tile.key in {"signatures", "pledges"} else now]
        for tile in figures.tiles
    ]  # fmt: skip
    rows += [
        ["signatures_today", cell(figures.signatures_today), None, None, None, counted],
        ["pledges_acted", cell(figures.acted), None, None, None, counted],
        ["events_to_come", figures.events_to_come, None, None, None, now],
        ["volunteers", cell(figures.volunteers), None, cell(figures.volunteers_median), None, now],
        ["agreed_to_news", cell(figures.consented), None, None, None, _moment(figures.consented_at)],
    ]
    return header, rows


def league_csv(found: League) -> str:
    """Return one row for each partner the filters leave, in the order asked for."""
    header = [
        "partner", "country", "role", "signatures", "signatures_last_7_days", "pledges", "events_held", "volunteers",
        "conversations", "goals_reached", "last_signature_or_pledge", "left", "counted_as_of", "as_of",
    ]  # fmt: skip
    counted, now = _moment(found.as_of), _moment(found.at)
    return write_csv(
        header,
        [
            [
                line.name, line.country, line.partnership.role, cell(line.signatures), cell(line.lately),
                cell(line.pledges), line.events, cell(line.volunteers), cell(line.contacts),
                None if line.goal_share is None else round(line.goal_share, 4), line.last_day,
                line.partnership.left_at.date() if line.partnership.left_at else None, counted, now,
            ]
            for line in found.lines
        ],
    )  # fmt: skip


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""
