from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0011_pledges")]

    operations = [
        migrations.AddField(
            model_name="pledge",
            name="counted_territory_code",
            field=models.CharField(
                blank=True, db_default="", help_text="where the tallies hold it, until they follow", max_length=12
            ),
        ),
        migrations.RemoveIndex(model_name="pledge", name="campaigns_pledge_uncounted"),
        migrations.AddIndex(
            model_name="pledge",
            index=models.Index(
                condition=models.Q(
                    models.Q(("counts_as", models.F("counted_as")), _negated=True),
                    models.Q(("territory_code", models.F("counted_territory_code")), _negated=True),
                    _connector="OR",
                ),
                fields=["id"],
                name="campaigns_pledge_uncounted",
            ),
        ),
        migrations.AddIndex(
            model_name="pledge",
            index=models.Index(
                fields=["kind", "standing", "step", "territory_code", "locale", "partnership", "source"],
                name="campaigns_pledge_ladder",
            ),
        ),
        migrations.AddIndex(
            model_name="pledge",
            index=models.Index(
                fields=["campaign", "step_at"],
                name="campaigns_pledge_kept",
                condition=models.Q(("counts_as", "acted")),
            ),
        ),
    ]
