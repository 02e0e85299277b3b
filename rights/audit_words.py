"""How the audit trail's entries about people's rights read."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "rights.supporter.erased": _("Person erased"),
}
