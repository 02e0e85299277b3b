from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_members_and_roles"),
        ("messaging", "0003_unknown_messages_index"),
        ("people", "0006_name_key_indexes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="outboundmessage",
            index=models.Index(
                condition=models.Q(("purpose", "service")),
                fields=["address_index", "created_at"],
                name="messaging_message_address",
            ),
        ),
    ]
