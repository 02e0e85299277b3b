import uuid
from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0013_loaded_examples"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Ledger",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "is_public",
                    models.BooleanField(
                        default=True,
                        help_text="The page follows the ledger within a minute.",
                        verbose_name="shown on the public site",
                    ),
                ),
                (
                    "starts_date",
                    models.DateField(
                        help_text="The day the initiative was registered. The first update is due from it.",
                        verbose_name="duty since",
                    ),
                ),
                (
                    "ends_date",
                    models.DateField(
                        blank=True,
                        help_text="The day the initiative was submitted to the Commission. Nobody is reminded after it.",
                        null=True,
                        verbose_name="duty until",
                    ),
                ),
                ("changed_at", models.DateTimeField(editable=False, null=True, verbose_name="last entry")),
                (
                    "is_generated",
                    models.BooleanField(default=False, editable=False, verbose_name="generated for the demo"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ledger",
                        to="campaigns.campaign",
                        verbose_name="campaign",
                    ),
                ),
            ],
            options={
                "verbose_name": "ledger",
                "verbose_name_plural": "ledgers",
                "ordering": ["campaign__title"],
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "place",
                    models.CharField(
                        choices=[("register", "the public register"), ("site", "the campaign's own site")],
                        max_length=8,
                        verbose_name="where",
                    ),
                ),
                ("published_date", models.DateField(verbose_name="on")),
                ("figures", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("is_generated", models.BooleanField(default=False)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ledger",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="publications", to="campaigns.ledger"
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-published_date", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Sponsor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("key", models.CharField(editable=False, max_length=220)),
                (
                    "kind",
                    models.CharField(
                        choices=[("organisation", "organisation"), ("person", "private person")],
                        default="organisation",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "agreed_date",
                    models.DateField(
                        blank=True,
                        help_text="For private persons only. Left empty, our page says “a private person”.",
                        null=True,
                        verbose_name="agreed to be named on our page on",
                    ),
                ),
                (
                    "total",
                    models.DecimalField(
                        decimal_places=2, default=0, editable=False, max_digits=14, verbose_name="cumulated, in euros"
                    ),
                ),
                ("crossed_at", models.DateTimeField(editable=False, null=True)),
                ("is_generated", models.BooleanField(default=False, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "ledger",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sponsors", to="campaigns.ledger"
                    ),
                ),
            ],
            options={
                "verbose_name": "sponsor",
                "verbose_name_plural": "sponsors",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Contribution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        help_text="For colleagues; never shown outside.",
                        max_length=300,
                        verbose_name="note",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("is_generated", models.BooleanField(default=False)),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                        verbose_name="amount in euros",
                    ),
                ),
                (
                    "is_in_kind",
                    models.BooleanField(
                        default=False,
                        help_text="A thing or a service with a price: write down what it is worth.",
                        verbose_name="in kind",
                    ),
                ),
                ("received_date", models.DateField(verbose_name="received on")),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="campaigns.contribution",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sponsor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contributions",
                        to="campaigns.sponsor",
                        verbose_name="sponsor",
                    ),
                ),
            ],
            options={
                "verbose_name": "contribution",
                "verbose_name_plural": "contributions",
                "ordering": ["received_date", "pk"],
            },
        ),
        migrations.CreateModel(
            name="UnpaidHelp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        help_text="For colleagues; never shown outside.",
                        max_length=300,
                        verbose_name="note",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("is_generated", models.BooleanField(default=False)),
                ("organisation", models.CharField(max_length=200, verbose_name="organisation")),
                ("what", models.CharField(max_length=300, verbose_name="what it gives")),
                ("since_date", models.DateField(verbose_name="since")),
                ("until_date", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="campaigns.unpaidhelp",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ledger",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="helps", to="campaigns.ledger"
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "help without money",
                "verbose_name_plural": "help without money",
                "ordering": ["organisation", "since_date", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="ledger",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_date__isnull", True), ("ends_date__gte", models.F("starts_date")), _connector="OR"
                ),
                name="campaigns_ledger_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("ledger", "place", "published_date"),
                name="campaigns_publication_once_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="sponsor",
            constraint=models.UniqueConstraint(fields=("ledger", "key"), name="campaigns_sponsor_once"),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="campaigns_contribution_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("corrects",),
                name="campaigns_contribution_corrected_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="unpaidhelp",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_date__isnull", True), ("until_date__gte", models.F("since_date")), _connector="OR"
                ),
                name="campaigns_help_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="unpaidhelp",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("corrects",),
                name="campaigns_help_corrected_once",
            ),
        ),
        append_only("campaigns_contribution", ["sponsor_id", "amount", "is_in_kind", "received_date", "corrects_id"]),
        append_only(
            "campaigns_unpaidhelp", ["ledger_id", "organisation", "what", "since_date", "until_date", "corrects_id"]
        ),
    ]
