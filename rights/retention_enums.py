from django.db import models
from django.utils.translation import gettext_lazy as _


class Kept(models.TextChoices):
    """What a rule of retention speaks of. Forms are no choice: they are gone 21 days after they were sent, always."""

    SUPPORTERS = "supporters", _("people nothing keeps any more")
    RSVPS = "rsvps", _("what guests told us with their RSVP")
    CONVERSATIONS = "conversations", _("who conversations in the street were with")
    MESSAGES = "messages", _("addresses and words of messages that were sent")
    NOTES = "notes", _("notes of the help desk on pledges")


class KeptFor(models.TextChoices):
    """Why a person whose campaign is over stays all the same, in the order it is asked."""

    CAMPAIGN = "campaign", _("takes part in another campaign")
    CONSENT = "consent", _("allows somebody to write to them")
    VOLUNTEER = "volunteer", _("volunteers")
    REQUEST = "request", _("asked something about their data that is not answered yet, or had its use restricted")
    FORM = "form", _("sent a form that waits to be confirmed")
    PARTNER = "partner", _("is a partner's contact person, or asked for an organisation to take part")
    FAILED = "failed", _("could not be let go; the next night tries again")


# Months after the campaign's end that are proposed for a campaign without rules.
USUAL_MONTHS = {Kept.SUPPORTERS: 12, Kept.RSVPS: 6, Kept.CONVERSATIONS: 1, Kept.MESSAGES: 6, Kept.NOTES: 3}
