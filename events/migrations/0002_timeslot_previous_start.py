from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0001_events")]

    operations = [
        migrations.AddField(
            model_name="timeslot",
            name="previous_starts_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
