"""How the audit trail's entries about people's rights read."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "rights.retention_rule.looked": _("Looked at what a retention rule would do"),
    "rights.retention_rule.proposed": _("Usual retention rules proposed"),
    "rights.retention_run.finished": _("Retention rule applied to the end"),
    "rights.retention_run.started": _("Retention rule begun to be applied"),
    "rights.supporter.erased": _("Person erased"),
}
