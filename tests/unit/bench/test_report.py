"""The page of figures: written whole by a full run, row by row by a run of one scenario."""

from pathlib import Path

import pytest

from bench.figures import Figure
from bench.report import update_report, write_report

PLAN = {"signatures": 1000, "rounds": 7, "seconds": 1.5}
QUIET = (0.1, 0.1, 0.1)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "performance.md"
    figures = [
        Figure(database, work, "0.40 of a bare loop", "≥ 0.5", is_met=False, detail="in the full run")
        for database in ("SQLite", "PostgreSQL")
        for work in ("ledger, 1 worker", "ledger, 1 worker: memory", "sync")
    ]
    write_report(path, figures, PLAN, QUIET)
    return path


def test_one_scenario_replaces_its_own_rows_and_says_when(page: Path) -> None:
    before = page.read_text().splitlines()
    new = Figure("PostgreSQL", "ledger, 1 worker", "0.70 of a bare loop", "≥ 0.5", is_met=True, detail="800/s")
    update_report(page, [new], (2.5, 1.0, 1.0))
    after = page.read_text().splitlines()
    changed = [(old, now) for old, now in zip(before, after, strict=True) if old != now]
    assert len(changed) == 1
    assert changed[0][0] == "| ledger, 1 worker | 0.40 of a bare loop | ≥ 0.5 | ✗ | in the full run |"
    assert changed[0][1].startswith("| ledger, 1 worker | 0.70 of a bare loop | ≥ 0.5 | ✓ | 800/s; apart, 20")
    assert "load 2.5 before" in changed[0][1]
    assert after.index(changed[0][1]) > after.index("## PostgreSQL")


def test_work_the_page_does_not_know_comes_to_the_end_of_its_table(page: Path) -> None:
    update_report(page, [Figure("SQLite", "segment", "0.3 s"), Figure("SQLite", "segment", "0.2 s")], QUIET)
    lines = page.read_text().splitlines()
    found = [number for number, line in enumerate(lines) if line.startswith("| segment | ")]
    assert [lines[number][:19] for number in found] == ["| segment | 0.2 s |"]
    assert lines[found[0] - 1].startswith("| sync |")
    assert lines[found[0] + 1] == ""


def test_page_without_the_table_is_refused_and_left(page: Path) -> None:
    before = page.read_text()
    with pytest.raises(ValueError, match="MariaDB"):
        update_report(page, [Figure("SQLite", "sync", "1"), Figure("MariaDB", "sync", "1")], QUIET)
    assert page.read_text() == before


def test_full_run_keeps_what_was_written_by_hand_and_nothing_else(page: Path) -> None:
    by_hand = "## Screens\nSeen, not measured.\n\n| a | b |\n"
    page.write_text(page.read_text().replace("## How it is measured", f"{by_hand}\n## How it is measured"))
    write_report(page, [Figure("SQLite", "sync", "new")], PLAN, QUIET)
    write_report(page, [Figure("SQLite", "sync", "newer")], PLAN, QUIET)
    after = page.read_text()
    assert after.count(by_hand) == 1
    assert [line for line in after.splitlines() if line.startswith("## ")] == [
        "## SQLite", "## Screens", "## How it is measured", "## What is not measured here",
    ]  # fmt: skip
    assert "newer" in after
    assert "0.40 of a bare loop" not in after
