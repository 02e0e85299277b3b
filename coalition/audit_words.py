"""How the audit trail's entries about partners read."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "accounts.organisation.deleted": _("Organisation deleted"),
    "accounts.user.deleted": _("Account deleted"),
    "campaigns.partnership.created": _("Partner taken in"),
    "campaigns.partnership.deleted": _("Partner deleted"),
    "campaigns.source.created": _("Link made"),
    "campaigns.source.deleted": _("Link deleted"),
    "coalition.agreement.accepted": _("Agreement accepted"),
    "coalition.agreement_text.published": _("Agreement with partners published"),
    "coalition.application.accepted": _("Application accepted"),
    "coalition.application.received": _("Application of an organisation received"),
    "coalition.application.refused": _("Application refused"),
    "coalition.application.viewed": _("Application read"),
    "coalition.contact.added": _("Contact person added"),
    "coalition.contact.changed": _("Contact person changed"),
    "coalition.contact.removed": _("Contact person removed"),
    "coalition.goals.changed": _("Partner's goals changed"),
    "coalition.partner_application.listed": _("Applications of organisations listed"),
    "coalition.partners.import_undone": _("Import of partners undone"),
    "coalition.partners.imported": _("Partners imported from a file"),
    "coalition.partnership.came_back": _("Partner came back"),
    "coalition.partnership.left": _("Partner left"),
    "coalition.rules.changed": _("Rules for partners changed"),
}
