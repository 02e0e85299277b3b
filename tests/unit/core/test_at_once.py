"""Making the tables of a package in one go."""

from typing import ClassVar

import pytest
from django.db import connection, migrations, models
from django.db.migrations import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from core.at_once import AtOnce

KEY = ("id", models.BigAutoField(primary_key=True))
OPERATIONS: list[Operation] = [
    migrations.CreateModel("Nest", [KEY, ("name", models.CharField(max_length=9))]),
    migrations.CreateModel("Bird", [KEY, ("nest", models.ForeignKey("atonce.Nest", models.CASCADE))]),
    migrations.AddField("nest", "owner", models.ForeignKey("atonce.Bird", models.CASCADE, null=True)),
    migrations.AddIndex("nest", models.Index(fields=["name"], name="nest_by_name")),
    migrations.AddConstraint("bird", models.UniqueConstraint(fields=["nest"], name="bird_once")),
]
TABLES = ("atonce_nest", "atonce_bird")
pytestmark = pytest.mark.django_db(transaction=True)


class Together(AtOnce):
    operations: ClassVar[list[Operation]] = OPERATIONS


class StepByStep(Migration):
    operations: ClassVar[list[Operation]] = OPERATIONS


class Mixed(AtOnce):
    operations: ClassVar[list[Operation]] = [*OPERATIONS, migrations.RunPython(migrations.RunPython.noop)]


class Strange(AtOnce):
    operations: ClassVar[list[Operation]] = [migrations.AddField("egg", "name", models.TextField())]


def tables() -> dict[str, object]:
    """Return what the database says of each table: columns, and every index and constraint with its columns."""
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor)) & set(TABLES)
        return {
            table: (
                sorted((c.name, c.null_ok) for c in connection.introspection.get_table_description(cursor, table)),
                sorted(
                    (found["columns"], found["unique"], found["index"], found["foreign_key"])
                    for found in connection.introspection.get_constraints(cursor, table).values()
                    if not found["primary_key"]
                ),
            )
            for table in sorted(present)
        }


def migrate(kind: type[Migration]) -> ProjectState:
    migration = kind("0001_initial", "atonce")
    with connection.schema_editor(atomic=True) as editor:
        return migration.apply(ProjectState(), editor)


def take_back(kind: type[Migration]) -> None:
    with connection.schema_editor(atomic=True) as editor:
        kind("0001_initial", "atonce").unapply(ProjectState(), editor)


def test_at_once_makes_the_tables_step_by_step_would_make() -> None:
    state = migrate(StepByStep)
    expected = tables()
    assert set(expected) == set(TABLES)
    take_back(StepByStep)
    assert tables() == {}

    at_once = migrate(Together)
    assert tables() == expected
    assert at_once.models.keys() == state.models.keys()
    assert all(at_once.models[key] == state.models[key] for key in state.models)
    take_back(Together)
    assert tables() == {}


@pytest.mark.parametrize("kind", [Mixed, Strange])
def test_at_once_refuses_what_makes_no_new_table_before_making_any(kind: type[Migration]) -> None:
    with pytest.raises(TypeError, match="makes no new table"):
        migrate(kind)
    assert tables() == {}
