"""How the audit trail's entries about accounts read."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "accounts.api_token.made": _("API token made"),
    "accounts.api_token.revoked": _("API token revoked"),
    "accounts.export_request.approved": _("Large export approved"),
    "accounts.export_request.asked": _("Large export asked for"),
    "accounts.export_request.refused": _("Large export refused"),
    "accounts.export_request.used": _("Approval of a large export used"),
    "accounts.reading_alarm.raised": _("Unusual reading noticed"),
    "accounts.user.signed_out_everywhere": _("Signed out on every device"),
    "accounts.membership.changed": _("Role changed"),
    "accounts.membership.granted": _("Role given"),
    "accounts.membership.revoked": _("Role taken away"),
    "accounts.organisation.changed": _("Organisation changed"),
    "accounts.organisation.created": _("Organisation created"),
    "accounts.organisation.untied": _("Organisation out of the coalition"),
    "accounts.user.created": _("Account created"),
    "core.audit.exported": _("Audit trail exported"),
}
