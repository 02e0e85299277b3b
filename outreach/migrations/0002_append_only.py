from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_outreach")]

    operations = [append_only("outreach_scriptversion"), append_only("outreach_paperbatchevent")]
