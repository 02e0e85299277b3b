from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0001_events"),
    ]

    operations = [
        migrations.AddField(
            model_name="rsvp",
            name="lapses",
            field=models.PositiveSmallIntegerField(
                default=0, editable=False, help_text="offers nobody took in time; the second one ends the waiting"
            ),
        ),
    ]
