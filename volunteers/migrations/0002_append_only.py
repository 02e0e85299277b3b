from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0001_volunteers")]

    operations = [
        append_only("volunteers_stagechange"),
        append_only("volunteers_agreementtext"),
        append_only("volunteers_agreementacceptance"),
    ]
