from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0005_fill_name_keys")]

    operations = [
        migrations.AddIndex(
            model_name="supporter",
            index=models.Index(fields=["name_key"], name="people_supporter_name", opclasses=["varchar_pattern_ops"]),
        ),
        migrations.AddIndex(
            model_name="supporter",
            index=models.Index(
                fields=["surname_key"], name="people_supporter_surname", opclasses=["varchar_pattern_ops"]
            ),
        ),
    ]
