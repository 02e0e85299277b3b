from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")


class Purpose(models.TextChoices):
    """Why we would reach somebody. SERVICE answers what the person just did and needs no consent.

    AGENDA reminds of what the person registered for: it needs no consent of its own, but a proved address, and it
    yields to a withdrawal of REMINDER (ADR 16).
    """

    SERVICE = "service", _("answer to what you did here")
    CAMPAIGN_NEWS = "campaign_news", _("news of this campaign")
    PARTNER_NEWS = "partner_news", _("news of a partner organisation")
    REMINDER = "reminder", _("reminders you asked for")
    AGENDA = "agenda", _("reminders of what you registered for")


class ConsentState(models.TextChoices):
    GRANTED = "granted", _("granted")
    WITHDRAWN = "withdrawn", _("withdrawn")


class SuppressionReason(models.TextChoices):
    STOP = "stop", _("asked to stop")
    BOUNCE = "bounce", _("address does not exist")
    COMPLAINT = "complaint", _("reported as spam")
    LEGAL = "legal", _("legal")
    ERASED = "erased", _("erased on request")


class LiftReason(models.TextChoices):
    """Why a suppression is lifted; a choice, so that the audit trail holds no words about a person."""

    ASKED = "asked", _("the person asked to be written to again")
    MENDED = "mended", _("the address works again, or was mistyped")
    MISTAKE = "mistake", _("it was entered by mistake")
    CLOSED = "closed", _("the legal matter is closed")


class SubmissionStatus(models.TextChoices):
    PENDING = "pending", _("waiting for confirmation")
    CONFIRMED = "confirmed", _("confirmed")
    SETTLED = "settled", _("settled by another submission of the same person")
    DISOWNED = "disowned", _("“this was not me”")


class ConflictStatus(models.TextChoices):
    """What staff decided about an address two people gave."""

    OPEN = "open", _("waiting for a decision")
    MERGED = "merged", _("one person: merged")
    SEPARATE = "separate", _("two people: left as it was")
    MOVED = "moved", _("moved to the other person")
