from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_members_and_roles"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="postal_address",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="Stands below every mail that needs a consent: people have a right to know who writes.",
                max_length=300,
                verbose_name="postal address",
            ),
        ),
    ]
