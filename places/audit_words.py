"""How the audit trail's entries about places read."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "places.outlines.replaced": _("Outlines on maps replaced"),
    "places.territories.loaded": _("Territories loaded"),
}
