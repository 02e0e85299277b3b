"""How the audit trail's entries about people read."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "people.address.suppressed": _("Address blocked"),
    "people.address.unsuppressed": _("Address no longer blocked"),
    "people.consent_text.published": _("Consent wording published"),
    "people.contact_conflict.left": _("Address left with whom it was"),
    "people.contact_conflict.moved": _("Address moved to the other person"),
    "people.contact_conflict.viewed": _("Address claimed twice read"),
    "people.contact_point.claimed_twice": _("Address claimed by two people"),
    "people.contact_point.verified": _("Address proved"),
    "people.submission.disowned": _("Form deleted: it was not theirs"),
    "people.submission.purged": _("Unconfirmed forms deleted"),
    "people.supporter.merged": _("Two supporters merged"),
    "people.supporter.restricted": _("Use of somebody's data restricted"),
    "people.supporter.restriction_lifted": _("Restriction lifted"),
    "people.supporter.removed": _("Supporter removed: “this was not me”"),
}
