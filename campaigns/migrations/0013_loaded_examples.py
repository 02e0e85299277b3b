from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def remember_examples(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write down the examples that came from a file until now."""
    for election in apps.get_model("campaigns", "Election").objects.all():
        labels = election.cases.filter(is_shipped=True).order_by("pk").values_list("label", flat=True)
        election.loaded_examples = list(labels)
        election.save(update_fields=["loaded_examples"])


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0012_counted_territory"),
    ]

    operations = [
        migrations.AddField(
            model_name="election",
            name="loaded_examples",
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.RunPython(remember_examples, migrations.RunPython.noop, elidable=True),
    ]
