from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """The columns of the onboarding pipeline, in order."""

    APPLIED = "applied", _("applied")
    CONTACTED = "contacted", _("contacted")
    TRAINED = "trained", _("trained")
    ACTIVE = "active", _("active")
    RESTING = "resting", _("resting")


WORKING_STAGES = (Stage.TRAINED, Stage.ACTIVE)


class AgreementKind(models.TextChoices):
    """What a volunteer agrees to, in a versioned text."""

    CODE_OF_CONDUCT = "conduct", _("code of conduct")
    DATA = "data", _("handling of personal data")
    PROCESSOR = "processor", _("processor agreement for paper collection (Art. 28 GDPR)")


class AcceptedThrough(models.TextChoices):
    """How an acceptance reached us."""

    FORM = "form", _("sign-up form")
    OWN_PAGE = "own_page", _("own page")
    PAPER = "paper", _("signed on paper, entered by staff")


class DayPart(models.TextChoices):
    MORNING = "morning", _("morning")
    AFTERNOON = "afternoon", _("afternoon")
    EVENING = "evening", _("evening")


class Weekday(models.IntegerChoices):
    """ISO 8601: Monday is 1."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class TrainingPresence(models.TextChoices):
    """A volunteer's place in one training session."""

    INVITED = "invited", _("invited")
    COMING = "coming", _("coming")
    DECLINED = "declined", _("not coming")
    ATTENDED = "attended", _("attended")
    MISSED = "missed", _("missed")


class AssignmentStatus(models.TextChoices):
    ASSIGNED = "assigned", _("assigned")
    RELEASED = "released", _("released")
    DONE = "done", _("done")
    MISSED = "missed", _("missed")


class HoursKind(models.TextChoices):
    SHIFT = "shift", _("shift")
    TRAINING = "training", _("training")
    OTHER = "other", _("other work")
