import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_members_and_roles"),
        ("messaging", "0004_address_lately"),
        ("people", "0008_agenda_purpose"),
    ]

    operations = [
        migrations.AlterField(
            model_name="outboundmessage",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("service", "answer to what you did here"),
                    ("campaign_news", "news of this campaign"),
                    ("partner_news", "news of a partner organisation"),
                    ("reminder", "reminders you asked for"),
                    ("agenda", "reminders of what you registered for"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="InboundMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(choices=[("email", "e-mail"), ("sms", "SMS")], max_length=5)),
                ("address", models.CharField(blank=True, max_length=254)),
                ("address_index", models.CharField(help_text="keyed hash of the canonical address", max_length=32)),
                ("text", models.TextField()),
                (
                    "provider_id",
                    models.CharField(help_text="by which a repetition is known", max_length=120, unique=True),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("handled", "done by itself"),
                            ("for_a_human", "waits for somebody to read it"),
                            ("settled", "dealt with"),
                        ],
                        max_length=11,
                    ),
                ),
                (
                    "handled_as",
                    models.CharField(blank=True, help_text="stop, start, or what a handler says it did", max_length=60),
                ),
                ("received_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "contact_point",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="inbound_messages",
                        to="people.contactpoint",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "text received",
                "verbose_name_plural": "texts received",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["received_at"], name="messaging_inbound_received")],
            },
        ),
    ]
