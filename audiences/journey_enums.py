from django.db import models
from django.utils.translation import gettext_lazy as _


class JourneyStatus(models.TextChoices):
    """DRAFT → RUNNING ⇄ PAUSED → ENDED."""

    DRAFT = "draft", _("draft")
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")


class RunStatus(models.TextChoices):
    """Where somebody stands in a journey: WAITING until its next moment, or out of it."""

    WAITING = "waiting", _("on the way")
    DONE = "done", _("at the end")
    LEFT = "left", _("left: it is reached, or not meant for them any more")
    REMOVED = "removed", _("taken out by staff")


class StepOutcome(models.TextChoices):
    """What became of one step for one person."""

    PASSED = "passed", _("done")
    QUEUED = "queued", _("handed to the messages")
    NO_ADDRESS = "no_address", _("no address on this channel")
    NO_WORDING = "no_wording", _("the text has no wording")
    TOO_LATE = "too_late", _("left out: too late to be useful")
    YES = "yes", _("yes")
    NO = "no", _("no")


class TaskStatus(models.TextChoices):
    OPEN = "open", _("open")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


class CallStatus(models.TextChoices):
    """READY → SENDING → SENT | FAILED; UNKNOWN: the worker died while calling."""

    READY = "ready", _("ready")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("unknown: the worker died while calling")
