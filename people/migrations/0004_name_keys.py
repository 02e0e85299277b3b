from django.db import migrations

import people.fields


class Migration(migrations.Migration):
    dependencies = [("people", "0003_people_names")]

    operations = [
        migrations.AddField(
            model_name="supporter",
            name="name_key",
            field=people.fields.NameKeyField(db_default="", editable=False, last_word_first=False, max_length=150),
        ),
        migrations.AddField(
            model_name="supporter",
            name="surname_key",
            field=people.fields.NameKeyField(db_default="", editable=False, last_word_first=True, max_length=150),
        ),
    ]
