from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0005_mobiliser_sources"),
        ("people", "0006_name_key_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="signature",
            name="restated_territory_code",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="the country it is to count for, until the tallies follow",
                max_length=2,
            ),
        ),
        migrations.AddIndex(
            model_name="signature",
            index=models.Index(
                condition=models.Q(("restated_territory_code__gt", "")),
                fields=["id"],
                name="campaigns_signature_restated",
            ),
        ),
    ]
