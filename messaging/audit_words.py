"""How the audit trail's entries about messages read."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "messaging.message_text.created": _("Text created"),
    "messaging.inbound_message.answered": _("Incoming message answered"),
    "messaging.inbound_message.assigned": _("Incoming messages given to somebody"),
    "messaging.inbound_message.words_deleted": _("Words of an incoming message deleted"),
    "messaging.inbound_message.reopened": _("Incoming message left to wait again"),
    "messaging.inbound_message.settled": _("Incoming message settled"),
    "messaging.inbound_message.viewed": _("Incoming messages of one number looked at"),
    "messaging.message.settled": _("Message of unknown fate settled"),
    "messaging.outbound_message.cancelled": _("Message cancelled before it was sent"),
    "messaging.outbound_message.viewed": _("Message read"),
    "messaging.sender_block.lifted": _("Sender may write to a number again"),
    "messaging.sender_block.set": _("Sender may not write to a number any more"),
    "messaging.wording.saved": _("Version of a text saved"),
    "messaging.wording.sent_to_oneself": _("Text sent to oneself to look at"),
}
