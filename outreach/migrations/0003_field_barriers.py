from django.db import migrations

# key, then the names in the interface's languages
BARRIERS = [
    ("did_not_know", "did not know", "ne savait pas", "wist het niet", "لم يكن يعلم"),
    (
        "fears_obligation",
        "fears the duty to vote",
        "craint l’obligation de vote",
        "vreest de stemplicht",
        "يخشى إلزامية التصويت",
    ),
    ("no_time", "no time", "pas le temps", "geen tijd", "لا وقت لديه"),
    ("form_unclear", "form unclear", "formulaire peu clair", "formulier onduidelijk", "الاستمارة غير واضحة"),
    (
        "fears_consequences",
        "afraid of consequences or for papers",
        "craint des conséquences ou pour ses papiers",
        "vreest gevolgen of problemen met papieren",
        "يخشى العواقب أو على أوراقه",
    ),
    (
        "not_interested",
        "not interested in politics",
        "ne s’intéresse pas à la politique",
        "geen interesse in politiek",
        "لا يهتم بالسياسة",
    ),
    ("language", "language", "langue", "taal", "اللغة"),
    ("other", "other", "autre", "anders", "سبب آخر"),
]


def add_barriers(apps, schema_editor):
    barrier = apps.get_model("outreach", "Barrier")
    for position, (key, en, fr, nl, ar) in enumerate(BARRIERS, start=1):
        labels = {"en": en, "fr": fr, "nl": nl, "ar": ar}
        barrier.objects.get_or_create(key=key, defaults={"labels": labels, "position": position * 10})


class Migration(migrations.Migration):
    dependencies = [("outreach", "0002_append_only")]

    # Taking the migration back leaves the rows: staff may have changed them, and contacts name their keys.
    operations = [migrations.RunPython(add_barriers, migrations.RunPython.noop)]
