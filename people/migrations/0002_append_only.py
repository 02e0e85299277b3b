from django.db import migrations

from core.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [append_only("people_consenttext"), append_only("people_consentevent")]
