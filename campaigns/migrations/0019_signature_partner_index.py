"""Read a partner's signatures newest first. Signing waits while the index is built, and for nothing else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0018_encrypted_words")]

    operations = [
        migrations.AddIndex(
            model_name="signature",
            index=models.Index(fields=["partnership", "-id"], name="campaigns_signature_partner"),
        ),
        migrations.AlterField(
            model_name="signature",
            name="partnership",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="signatures",
                to="campaigns.partnership",
            ),
        ),
    ]
