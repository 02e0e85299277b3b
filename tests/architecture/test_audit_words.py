"""Every action of the audit trail has words: staff read "Event published", never ``events.event.published``."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from core.audit_display import OF_ANY_MODEL, describe_action, words_of_apps
from core.models import AuditEntry
from outreach.enums import BatchStatus, MatchStatus

ROOT = Path(settings.BASE_DIR)
NOT_OURS = {"tests", "bench", "migrations", "docs", "static"}

# Names that are put together while the program runs, by file and expression: what they can become.
COMPUTED = {
    ("campaigns/actions/comments.py", "f'campaigns.comment.{verb}'"): {
        "campaigns.comment.shown",
        "campaigns.comment.hidden",
    },
    ("campaigns/actions/initiatives.py", "action"): {
        "campaigns.initiative.imported",
        "campaigns.initiative.counts_imported",
    },
    ("events/actions/reports.py", "f\"events.report.{('written' if is_new else 'changed')}\""): {
        "events.report.written",
        "events.report.changed",
    },
    ("outreach/actions/matching.py", "f'outreach.contact_identity.{status.value}'"): {
        f"outreach.contact_identity.{status.value}" for status in (MatchStatus.MATCHED, MatchStatus.CREATED)
    },
    ("outreach/actions/paper.py", "f'outreach.paper_batch.{status.value}'"): {
        f"outreach.paper_batch.{status.value}" for status in (BatchStatus.SENT, BatchStatus.DESTROYED, BatchStatus.LOST)
    },
}


def test_audit_actions_recorded_in_the_code_all_have_words() -> None:
    used = {name for _file, name in _names_used()}
    assert len(used) > 100, "the search finds too little to be true"
    assert sorted(used - set(words_of_apps())) == [], "say in <app>/audit_words.py how these read"


def test_audit_words_all_belong_to_an_action() -> None:
    assert sorted(set(words_of_apps()) - {name for _file, name in _names_used()}) == []


def test_audit_verbs_of_the_common_screens_all_have_words() -> None:
    source = (ROOT / "core/staff_views.py").read_text()
    verbs = set(re.findall(r'audit_name\(self\.model, "(\w+)"\)', source.replace("\n", "")))
    verbs |= {verb for path in _sources() for verb in re.findall(r'audit_verb = "(\w+)"', path.read_text())}
    assert verbs
    assert verbs <= set(OF_ANY_MODEL)


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("events.event.published", "Event published"),
        ("events.event_type.created", "Event type: created"),
        ("outreach.canvassing_effort.changed", "Canvassing effort: changed"),
        ("gone.thing.done", "gone.thing.done"),
        ("events.event.juggled", "events.event.juggled"),
        ("unreadable", "unreadable"),
    ],
)
def test_action_reads_in_words_and_unknown_ones_as_recorded(action: str, words: str) -> None:
    assert describe_action(AuditEntry(action=action)) == words


def _sources() -> Iterator[Path]:
    for path in sorted(ROOT.glob("*/**/*.py")):
        parts = path.relative_to(ROOT).parts
        if not parts[0].startswith(".") and not NOT_OURS & set(parts):
            yield path


def _names_used() -> Iterator[tuple[str, str]]:
    """Yield file and name of each action recorded; fails for one that can be neither read nor looked up."""
    for path in _sources():
        if "audit.record" not in (source := path.read_text()):
            continue
        file = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                yield from ((file, name) for name in _names_of(file, node.args[0]))


def _names_of(file: str, told: ast.expr) -> set[str]:
    if isinstance(told, ast.Constant):
        return {str(told.value)}
    if isinstance(told, ast.IfExp):
        return _names_of(file, told.body) | _names_of(file, told.orelse)
    written = ast.unparse(told)
    if written.startswith("audit_name("):
        return set()  # any model's: what `OF_ANY_MODEL` says
    assert (file, written) in COMPUTED, f"{file} records {written}: name in COMPUTED what it can become"
    return COMPUTED[(file, written)]
