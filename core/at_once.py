"""Create a package's tables in one go.

Django draws every model that hangs together with a changed one anew after each operation; here nearly all do, so that
the first migration of a package with fourteen tables cost ten seconds. `AtOnce` draws them once.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class AtOnce(Migration):
    """A migration that only makes new tables: each is created as it stands when the migration is over.

    Operations are CreateModel, and AddField, AddIndex and AddConstraint of a model created here; any other raises
    TypeError before anything is changed. Taken back like any other migration.
    """

    def apply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        created = [operation for operation in self.operations if isinstance(operation, CreateModel)]
        names = {operation.name_lower for operation in created}
        for operation in self.operations:
            if not _belongs(operation, names):
                raise TypeError(f"{self}: {operation.describe()} makes no new table")
        project_state.__dict__.pop("apps", None)  # drawn at the next need, with everything in it
        before = project_state.clone()
        after = self.mutate_state(project_state, preserve=False)
        for operation in created:
            operation.database_forwards(self.app_label, schema_editor, before, after)
        return after


def _belongs(operation: Operation, names: set[str]) -> bool:
    if isinstance(operation, CreateModel):
        return True
    return isinstance(operation, AddField | AddIndex | AddConstraint) and operation.model_name_lower in names
