import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    """Short links: where a source leads, which websites may show its form, and how often it was followed."""

    dependencies = [("campaigns", "0015_reminder_moments")]

    operations = [
        migrations.AddField(
            model_name="source",
            name="embed_hosts",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="One per line, for instance www.example.org. Empty: any website may.",
                max_length=1000,
                verbose_name="websites that may show its form",
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="leads_to",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The page its short link and QR code open, in the reader's language.",
                max_length=60,
                verbose_name="leads to",
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="made_for",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                help_text="what a link was made for by itself, so that a second press makes no second one",
                max_length=60,
            ),
        ),
        migrations.AddIndex(
            model_name="source",
            index=models.Index(django.db.models.functions.text.Upper("code"), name="campaigns_source_code_upper"),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(
                condition=models.Q(("made_for__gt", "")),
                fields=("campaign", "made_for"),
                name="campaigns_source_made_once",
            ),
        ),
        migrations.CreateModel(
            name="SourceVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(help_text="in the campaign's time zone")),
                (
                    "way",
                    models.CharField(
                        choices=[("link", "short link or QR code"), ("widget", "form on another website, begun")],
                        max_length=6,
                    ),
                ),
                ("visits", models.PositiveIntegerField(default=0)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="visits", to="campaigns.source"
                    ),
                ),
            ],
            options={"verbose_name": "visits of a link", "verbose_name_plural": "visits of links"},
        ),
        migrations.AddConstraint(
            model_name="sourcevisit",
            constraint=models.UniqueConstraint(fields=("source", "day", "way"), name="campaigns_source_visit_once"),
        ),
    ]
