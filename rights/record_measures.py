"""The general description of the security measures (Art. 30(1)(g), Art. 32 GDPR): what docs/security.md says holds."""

from django.utils.translation import gettext_lazy as _

MEASURES = (
    _("Signing in by a code sent by mail or a passkey, and a second factor for staff; no shared passwords."),
    _("Sessions end after a time without use, after a working day in any case, and with the last role."),
    _("Rights by role, organisation and territory, asked of every row on the server; partners see only their own."),
    _("Exports of many people need a second person; reading far more than usual is noticed and told."),
    _("Every look at a list of people and every export stands in a trail that can only be added to."),
    _("What people wrote is encrypted in the database with keys kept apart; addresses are found by keyed hashes."),
    _("Files for partners are encrypted for the partner's own key before they leave."),
    _("HTTPS alone, strict headers, no script, font or tracker of a third party, no cookie for readers."),
    _("Logs without network addresses, browsers or keys of links; exports and personal pages are not cached."),
    _("Forms are confirmed by their sender before they become data about a person; unconfirmed ones are deleted."),
    _("Dependencies are locked by their hash; rights, headers and encryption are tested automatically."),
    _("Each campaign's data is let go of by its rules of retention, with evidence of when and how many."),
)
