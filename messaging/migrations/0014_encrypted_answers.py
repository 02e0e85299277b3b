from typing import Any

from django.db import migrations

import core.encrypted_fields

BATCH = 1_000


def encrypt_answers(apps: Any, _editor: Any) -> None:
    """Move what staff wrote to people who texted out of the plain context."""
    messages = apps.get_model("messaging", "OutboundMessage")
    rows = messages.objects.filter(template="inbox_answer").order_by("pk")
    for pk, context in rows.values_list("pk", "context").iterator(chunk_size=BATCH):
        words = context.pop("text", "")
        if words:
            messages.objects.filter(pk=pk).update(answer=words, context=context)


def show_answers(apps: Any, _editor: Any) -> None:
    """Put them back into the context, where the release before reads them."""
    messages = apps.get_model("messaging", "OutboundMessage")
    rows = messages.objects.filter(template="inbox_answer", answer__gt="").order_by("pk")
    for pk, context, words in rows.values_list("pk", "context", "answer").iterator(chunk_size=BATCH):
        messages.objects.filter(pk=pk).update(context={**context, "text": words})


class Migration(migrations.Migration):
    dependencies = [("messaging", "0013_encrypted_words")]

    operations = [
        migrations.AddField(
            model_name="outboundmessage",
            name="answer",
            field=core.encrypted_fields.EncryptedTextField(
                blank=True,
                db_default="",
                default="",
                help_text="what staff wrote, where it answers a text",
            ),
        ),
        migrations.RunPython(encrypt_answers, show_answers),
    ]
