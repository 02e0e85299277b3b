from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0010_counted_links"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="inboundmessage",
            options={
                "ordering": ["-id"],
                "permissions": [("delete_words", "Can delete the words of a text received")],
                "verbose_name": "text received",
                "verbose_name_plural": "texts received",
            },
        ),
        migrations.AlterField(
            model_name="inboundmessage",
            name="provider_id",
            field=models.CharField(blank=True, help_text="by which a repetition is known", max_length=120),
        ),
        migrations.AddConstraint(
            model_name="inboundmessage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("provider_id__gt", "")), fields=("provider_id",), name="messaging_inbound_once"
            ),
        ),
    ]
