from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PartnerExportStatus(models.TextChoices):
    """How far a partner's encrypted file is."""

    ASKED = "asked", pgettext_lazy("a partner's export", "will be prepared")
    PREPARING = "preparing", pgettext_lazy("a partner's export", "being prepared")
    READY = "ready", pgettext_lazy("a partner's export", "ready")
    COLLECTED = "collected", pgettext_lazy("a partner's export", "collected")
    EXPIRED = "expired", pgettext_lazy("a partner's export", "deleted, nobody collected it")
    FAILED = "failed", pgettext_lazy("a partner's export", "not taken by the partner's system")
    CANCELLED = "cancelled", pgettext_lazy("a partner's export", "stopped")


class Rhythm(models.TextChoices):
    DAILY = "daily", _("every day")
    WEEKLY = "weekly", _("every week")


class Delivery(models.TextChoices):
    """How a standing export reaches the partner."""

    DOWNLOAD = "download", _("a manager downloads it")
    WEBHOOK = "webhook", _("it is sent to the partner's system")


class EndReason(models.TextChoices):
    """Why a standing export ended."""

    STOPPED = "stopped", _("stopped by hand")
    LEFT = "left", _("the partner left, or its agreement is missing")
    NO_KEY = "no_key", _("there is no key in use any more")
    REFUSED = "refused", _("the partner's system refused it again and again")
    REPLACED = "replaced", _("set up anew")
