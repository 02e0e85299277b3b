"""How the audit trail's entries about accounts read."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "accounts.user.signed_out_everywhere": _("Signed out on every device"),
    "accounts.membership.changed": _("Role changed"),
    "accounts.membership.granted": _("Role given"),
    "accounts.membership.revoked": _("Role taken away"),
    "accounts.organisation.changed": _("Organisation changed"),
    "accounts.organisation.created": _("Organisation created"),
    "accounts.user.created": _("Account created"),
    "core.audit.exported": _("Audit trail exported"),
}
