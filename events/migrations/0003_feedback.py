import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0002_rsvp_lapses"),
    ]

    operations = [
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rating",
                    models.PositiveSmallIntegerField(
                        choices=[(4, "very good"), (3, "good"), (2, "so-so"), (1, "not good")],
                        verbose_name="how it was",
                    ),
                ),
                ("words", models.TextField(blank=True, verbose_name="in your own words")),
                ("written_at", models.DateTimeField()),
                (
                    "rsvp",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="feedback", to="events.rsvp"
                    ),
                ),
            ],
            options={
                "verbose_name": "feedback",
                "verbose_name_plural": "feedback",
                "ordering": ["-id"],
            },
        ),
    ]
