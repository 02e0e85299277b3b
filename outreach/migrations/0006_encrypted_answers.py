from django.db import migrations

import core.encrypted_fields

# Most conversations have no answers: these would be written one by one by `rotate_data_keys`, for nothing.
EMPTIED = "UPDATE outreach_outreachcontact SET answers = '' WHERE answers = '{}'"
BACK = "UPDATE outreach_outreachcontact SET answers = '{}' WHERE answers = ''"


class Migration(migrations.Migration):
    dependencies = [("outreach", "0005_contacts_at_events")]

    operations = [
        migrations.AlterField(
            model_name="outreachcontact",
            name="answers",
            field=core.encrypted_fields.EncryptedJSONField(
                blank=True, default=dict, help_text="question key → option key or text"
            ),
        ),
        migrations.RunSQL(EMPTIED, BACK),
    ]
