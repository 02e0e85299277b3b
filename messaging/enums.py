from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageStatus(models.TextChoices):
    """READY → SENDING → SENT → DELIVERED | FAILED | UNKNOWN; or never sent: SUPPRESSED, EXPIRED, CANCELLED."""

    READY = "ready", _("ready")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("unknown: the worker died while sending")
    SUPPRESSED = "suppressed", _("not allowed")
    EXPIRED = "expired", _("too late to be useful")
    CANCELLED = "cancelled", _("cancelled")


# What the person has, or may have, read.
REACHED = (MessageStatus.SENDING, MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.UNKNOWN)
# What left nobody's house and never will.
NEVER_SENT = (MessageStatus.SUPPRESSED, MessageStatus.EXPIRED, MessageStatus.CANCELLED)


class InboundStatus(models.TextChoices):
    """HANDLED by the machine, or FOR_A_HUMAN until somebody of the staff has SETTLED it."""

    HANDLED = "handled", _("done by itself")
    FOR_A_HUMAN = "for_a_human", _("waits for somebody to read it")
    SETTLED = "settled", _("dealt with")


class ReportedEvent(models.TextChoices):
    """What a provider, or a bounced mail, tells us of a message it took. What each does: `take_report`."""

    SENT = "sent", _("handed on by the provider")
    DELIVERED = "delivered", _("arrived")
    FAILED = "failed", _("did not arrive")
    SOFT_BOUNCED = "soft_bounced", _("did not arrive this time")
    HARD_BOUNCED = "hard_bounced", _("there is no such address")
    COMPLAINED = "complained", _("reported as spam")
    UNSUBSCRIBED = "unsubscribed", _("asked the provider for no more of these")
    UNREACHABLE = "unreachable", _("the phone could not be reached")
    SENDER_BLOCKED = "sender_blocked", _("this sender may not write to this number")


class Told(models.TextChoices):
    """What a provider understood of a text, did, and answered by itself."""

    STOP = "stop", _("no more messages")
    START = "start", _("messages again")
    HELP = "help", _("who are you")
