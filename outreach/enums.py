from django.db import models
from django.utils.translation import gettext_lazy as _


class EffortKind(models.TextChoices):
    STALL = "stall", _("street stall")
    DOOR = "door", _("door to door")
    PHONE = "phone", _("telephone")
    MEETING = "meeting", _("meeting")


class Outcome(models.TextChoices):
    """How a conversation or an attempt ended; one button each in the phone app."""

    INFORMED = "informed", _("informed")
    INTERESTED = "interested", _("interested")
    PLEDGED = "pledged", _("pledged")
    ALREADY_REGISTERED = "already_registered", _("already registered")
    NOT_ELIGIBLE = "not_eligible", _("not eligible")
    REFUSED = "refused", _("refused")
    NOBODY = "nobody", _("nobody there")


# With whom somebody really spoke; the contact rate is their share of all attempts.
CONVERSATIONS = tuple(outcome for outcome in Outcome if outcome != Outcome.NOBODY)


class RecordType(models.TextChoices):
    CONTACT = "contact", _("contact")
    CORRECTION = "correction", _("correction of an earlier record")
    UNDO = "undo", _("undone by the mobiliser")


class ConsentGiven(models.TextChoices):
    """How the wording reached the person."""

    SHOWN = "shown", _("shown on the phone")
    READ_ALOUD = "read_aloud", _("read aloud")


class MatchStatus(models.TextChoices):
    """Where an identified contact stands on its way to a supporter."""

    PENDING = "pending", _("waiting to be matched")
    MATCHED = "matched", _("a supporter we knew")
    CREATED = "created", _("a new supporter")
    AMBIGUOUS = "ambiguous", _("to be decided by staff")
    DISCARDED = "discarded", _("discarded")


class BatchStatus(models.TextChoices):
    """The life of a paper batch. Only counts ever come back to us."""

    ISSUED = "issued", _("handed out")
    RETURNED = "returned", _("returned")
    SENT = "sent", _("handed to the organisers for upload")
    DESTROYED = "destroyed", _("destroyed")
    LOST = "lost", _("lost")


class BatchEventKind(models.TextChoices):
    ISSUED = "issued", _("handed out")
    PASSED_ON = "passed_on", _("passed on")
    COUNTED = "counted", _("counted")
    RETURNED = "returned", _("returned")
    SENT = "sent", _("handed to the organisers for upload")
    DESTROYED = "destroyed", _("destroyed")
    LOST = "lost", _("reported lost")
