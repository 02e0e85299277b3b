from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0011_texts_without_an_id")]

    operations = [
        migrations.RemoveIndex(model_name="outboundmessage", name="messaging_message_sending"),
        migrations.AddIndex(
            model_name="outboundmessage",
            index=models.Index(
                condition=models.Q(("status", "sending")), fields=["id"], name="messaging_message_sending"
            ),
        ),
    ]
