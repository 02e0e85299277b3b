"""What an older web process or worker still does while a newer release migrates the database under it.

It inserts rows without the columns it does not know, and reads and writes the columns it knows. So a column added to
a table that stands has a default in the database or may be empty, and a column goes one release after its last use.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.personal_data_register import our_apps
from tests.architecture.test_house_rules import ROOT

# Before the first release: nobody's old workers ran beside these.
BEFORE_THE_FIRST_RELEASE = {
    "campaigns/0009_eligibility_rules: election.is_generated",
    "campaigns/0009_eligibility_rules: election.is_shipped",
    "campaigns/0013_loaded_examples: election.loaded_examples",
    "coalition/0003_export_streams: handedover.digest",
    "coalition/0003_export_streams: handedover.told",
    "coalition/0003_export_streams: partnerexport.is_copy",
    "messaging/0008_sender_pace: senderstate.taken",
    "messaging/0008_sender_pace: senderstate.used_until",
    "messaging/0008_sender_pace: senderstate.window_at",
    "places/0002_territory_membership_and_outline_source: postcode.is_main",
    "places/0002_territory_membership_and_outline_source: territory.has_own_outline",
    "places/0002_territory_membership_and_outline_source: territory.is_eu",
    "places/0002_territory_membership_and_outline_source: territory.outline_source",
}
_TAKEN_AWAY = {"RemoveField", "RenameField", "DeleteModel", "RenameModel"}


def _calls(tree: ast.AST, names: set[str]) -> Iterator[tuple[str, dict[str, ast.expr]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            yield node.func.attr, {str(word.arg): word.value for word in node.keywords}


def _text(value: ast.expr | None) -> str:
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def what_breaks_old_workers(source: str) -> list[str]:
    """Return ``model.column`` for each column that an older release would stumble over after this migration."""
    tree = ast.parse(source)
    made = {_text(words.get("name")).lower() for _operation, words in _calls(tree, {"CreateModel"})}
    found = []
    for operation, words in _calls(tree, _TAKEN_AWAY | {"AddField"}):
        model = _text(words.get("model_name")).lower()
        name = f"{model}.{_text(words.get('name')) or _text(words.get('old_name'))}".strip(".")
        if model in made:
            continue
        if operation in _TAKEN_AWAY or not _may_be_left_out(words["field"]):
            found.append(name)
    return sorted(found)


def _may_be_left_out(field: ast.expr) -> bool:
    assert isinstance(field, ast.Call)
    words = {word.arg: ast.unparse(word.value) for word in field.keywords}
    return "ManyToMany" in ast.unparse(field.func) or words.get("null") == "True" or "db_default" in words


def _migrations() -> list[Path]:
    folders = [Path(config.path) for config in our_apps()]
    return sorted(path for folder in folders for path in folder.glob("migrations/0*.py"))


def test_no_migration_breaks_workers_of_the_release_before() -> None:
    found = {
        f"{path.parent.parent.relative_to(ROOT)}/{path.stem}: {name}"
        for path in _migrations()
        for name in what_breaks_old_workers(path.read_text())
    }
    assert found == BEFORE_THE_FIRST_RELEASE


def test_every_migration_is_one_transaction() -> None:
    """So that one interrupted half way leaves nothing of itself."""
    assert len(_migrations()) > 50
    assert [path.name for path in _migrations() if "atomic = False" in path.read_text()] == []


@pytest.mark.parametrize(
    ("operation", "breaks"),
    [
        ("AddField(model_name='pledge', name='a', field=models.BooleanField(default=False))", ["pledge.a"]),
        ("AddField(model_name='pledge', name='a', field=models.BooleanField(default=False, db_default=False))", []),
        ("AddField(model_name='pledge', name='a', field=models.DateField(null=True))", []),
        ("RemoveField(model_name='Pledge', name='a')", ["pledge.a"]),
        ("RenameField(model_name='pledge', old_name='a', new_name='b')", ["pledge.a"]),
        ("DeleteModel(name='Pledge')", ["Pledge"]),
    ],
)
def test_what_breaks_is_seen(operation: str, breaks: list[str]) -> None:
    assert what_breaks_old_workers(f"migrations.{operation}") == breaks
