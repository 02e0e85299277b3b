"""Read a partner's signatures newest first. On PostgreSQL the index is built while people go on signing."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class AddIndexAside(AddIndexConcurrently):
    """Build the index without holding writers up where the database can; elsewhere as any other index."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            migrations.AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
        else:
            migrations.AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("campaigns", "0018_encrypted_words")]

    operations = [
        AddIndexAside(
            model_name="signature",
            index=models.Index(fields=["partnership", "-id"], name="campaigns_signature_partner"),
        ),
        migrations.AlterField(
            model_name="signature",
            name="partnership",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="signatures",
                to="campaigns.partnership",
            ),
        ),
    ]
