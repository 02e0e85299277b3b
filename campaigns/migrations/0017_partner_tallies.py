"""Read what partners brought at any size: tallies by partner and country, found by partner."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0016_source_links")]

    operations = [
        migrations.AlterField(
            model_name="tally",
            name="grain",
            field=models.CharField(
                choices=[
                    ("total", "in all"),
                    ("day", "by day"),
                    ("territory", "by country"),
                    ("partner", "by partner"),
                    ("partner_day", "by partner and day"),
                    ("partner_territory", "by partner and country"),
                    ("source", "by source"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="tally",
            index=models.Index(
                condition=models.Q(("grain", "partner_day"), ("partnership__isnull", False)),
                fields=["partnership", "day"],
                name="campaigns_tally_partner_days",
            ),
        ),
        migrations.AddIndex(
            model_name="tally",
            index=models.Index(
                condition=models.Q(("grain", "partner"), ("partnership__isnull", False)),
                fields=["campaign", "partnership"],
                name="campaigns_tally_partners",
            ),
        ),
    ]
