from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_partners_and_known_roles"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="membership",
            options={"verbose_name": "membership", "verbose_name_plural": "members and roles"},
        ),
    ]
