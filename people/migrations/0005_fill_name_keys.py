from django.db import migrations

BATCH = 2_000


def fill_keys(apps, schema_editor):
    """Work out the keys of the names there are, a batch at a time."""
    model = apps.get_model("people", "Supporter")
    keys = [model._meta.get_field(name) for name in ("name_key", "surname_key")]
    supporters = model.objects.exclude(full_name="").only("full_name").order_by("pk")
    last = 0
    while batch := list(supporters.filter(pk__gt=last)[:BATCH]):
        for supporter in batch:
            for key in keys:
                setattr(supporter, key.attname, key.key_of(supporter.full_name))
        supporters.bulk_update(batch, ["name_key", "surname_key"])
        last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("people", "0004_name_keys")]

    operations = [migrations.RunPython(fill_keys, migrations.RunPython.noop, elidable=True)]
