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


class InboundStatus(models.TextChoices):
    """HANDLED by the machine, or FOR_A_HUMAN until somebody of the staff has SETTLED it."""

    HANDLED = "handled", _("done by itself")
    FOR_A_HUMAN = "for_a_human", _("waits for somebody to read it")
    SETTLED = "settled", _("dealt with")
