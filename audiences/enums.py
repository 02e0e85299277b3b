from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BroadcastStatus(models.TextChoices):
    """DRAFT → WAITING_FOR_APPROVAL → SCHEDULED → SENDING ⇄ PAUSED → SENT | STOPPED."""

    DRAFT = "draft", _("draft")
    WAITING_FOR_APPROVAL = "waiting", _("waiting for approval")
    SCHEDULED = "scheduled", _("scheduled")
    SENDING = "sending", _("being sent")
    PAUSED = "paused", pgettext_lazy("broadcast", "paused")
    SENT = "sent", pgettext_lazy("broadcast", "sent")
    STOPPED = "stopped", pgettext_lazy("broadcast", "stopped")


class RecipientStatus(models.TextChoices):
    """What we did for one of the audience. What became of the message stands in the ledger."""

    WAITING = "waiting", _("waits for its turn")
    QUEUED = "queued", _("queued")
    LEFT_OUT = "left_out", _("left out")


class Split(models.TextChoices):
    """How several variants are shared out."""

    NONE = "none", _("one text for everybody")
    EVEN = "even", _("as many people each")
    TEST = "test", _("try them on a few people, send the better one to the rest")


class DecidedBy(models.TextChoices):
    """Who chose the variant for the rest."""

    STAFF = "staff", _("by hand")
    FIGURES = "figures", _("by the figures")
    DEFAULT = "default", _("the figures did not tell; the first one")


class ReturnReason(models.TextChoices):
    """Why a broadcast came back from where it was."""

    REJECTED = "rejected", _("rejected")
    CHANGED = "changed", _("changed after it was handed in")
    GROWN = "grown", _("more people than may be written to without a second person")
    NOT_READY = "not_ready", _("not ready at the time it was to start")
