from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_contact_conflicts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="consentevent",
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
        migrations.AlterField(
            model_name="consenttext",
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
    ]
