import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0007_delivery_reports"),
    ]

    operations = [
        migrations.RemoveField(model_name="senderstate", name="taken"),
        migrations.RemoveField(model_name="senderstate", name="window_at"),
        migrations.AddField(
            model_name="senderstate",
            name="used_until",
            field=models.DateTimeField(
                default=django.utils.timezone.now,
                help_text="its rate is used up to this moment; what comes before it is taken",
            ),
            preserve_default=False,
        ),
    ]
