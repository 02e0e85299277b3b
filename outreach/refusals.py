"""What a mobiliser is told about a record that needs attention, by the protocol's stable words."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "unreadable": _("This record cannot be read. Discard it, or log the conversation again."),
    "unknown_effort": _("You are not working for this effort, or it is gone. Ask your organiser."),
    "effort_closed": _("This effort does not take records of that day. Ask your organiser."),
    "partner_left": _("Your organisation had left this campaign by then. Only what you logged before is taken."),
    "not_yours": _("This record belongs to somebody else's list. Log the conversation again."),
    "certificate_missing": _("This effort needs a certificate you did not hold that day. Ask your organiser."),
    "agreement_missing": _("Accept the agreement on personal data first, then send this again. Or remove the person."),
    "unknown_outcome": _("Choose how the conversation ended."),
    "unknown_commune": _("Choose a commune from the list."),
    "unknown_language": _("Choose a language from the list."),
    "unknown_barrier": _("Choose the reasons from the list."),
    "unknown_script": _("The questions have changed. Answer them again, or remove the answers."),
    "root_mismatch": _("This correction does not say what it corrects. Discard it."),
    "too_old": _("The date is too far from today. Check the clock of your phone."),
    "email_unreadable": _("This e-mail address is not complete."),
    "phone_unreadable": _("This phone number is not complete. Numbers of other countries begin with +."),
    "contact_missing": _("Add a phone number or an e-mail address, or remove the name."),
    "consent_missing": _("Nobody may be kept without agreeing. Ask, or remove the person."),
    "consent_unknown": _("The wording of the consent has changed. Show it to the person again, or remove the person."),
    "person_not_asked": _("Names are not taken in this effort. Remove the person."),
    "text_too_long": _("This text is too long."),
    "unknown_event": _("You are not at the door of this event, or it was cancelled. Ask your organiser."),
    "unknown_guest": _("This registration is not of this event, or it is gone. Count the person as a walk-in."),
    "not_the_day": _("This check-in is not of the event’s day. Check the clock of your phone."),
    "partner_gone": _(
        "Your organisation has left this campaign, and the days for sending what you logged before are over. "
        "Ask your organiser."
    ),
    "partner_leaving": _(
        "Your organisation has left this campaign. What you logged before is still sent; nothing new is taken."
    ),
    "not_a_mobiliser": _("You are not a mobiliser of any campaign at the moment. Ask your organiser."),
}


def message_for(reason: str) -> str:
    """Return the sentence for ``reason`` in the language of the request."""
    return str(MESSAGES.get(reason) or gettext("This record cannot be stored."))
