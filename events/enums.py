from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EventKind(models.TextChoices):
    STAND = "stand", _("information stand")
    WORKSHOP = "workshop", _("workshop")
    HOUSE_MEETING = "house_meeting", _("house meeting")
    TRAINING = "training", _("training")
    FOCUS_GROUP = "focus_group", _("focus group")
    CANVASS = "canvass", _("canvass")
    PHONE_BANK = "phone_bank", _("phone bank")
    ONLINE = "online", _("online meeting")
    PRESS = "press", _("press event")


class EventStatus(models.TextChoices):
    """DRAFT → PUBLISHED → CLOSED → REPORTED, or CANCELLED from any before REPORTED."""

    DRAFT = "draft", pgettext_lazy("event", "draft")
    PUBLISHED = "published", pgettext_lazy("event", "published")
    CLOSED = "closed", _("over, report awaited")
    REPORTED = "reported", pgettext_lazy("event", "reported")
    CANCELLED = "cancelled", pgettext_lazy("event", "cancelled")


class RsvpStatus(models.TextChoices):
    """COMING and OFFERED hold places of their timeslot, WAITING and CANCELLED hold none.

    WAITING → OFFERED (a place is kept until ``offer_expires_at``) → COMING, or WAITING again at the end of the list.
    """

    COMING = "coming", _("coming")
    OFFERED = "offered", _("offered a place")
    WAITING = "waiting", _("on the waiting list")
    CANCELLED = "cancelled", _("not coming")


HOLDING = (RsvpStatus.COMING, RsvpStatus.OFFERED)


class CheckInVia(models.TextChoices):
    SEARCH = "search", _("found in the list")
    QR = "qr", _("QR code")
    WALK_IN = "walk_in", _("walked in")


class Moment(models.TextChoices):
    """From what a reminder's moment is counted."""

    AT_ONCE = "at_once", _("at once")
    DAY_AT = "day_at", _("days before, at an hour")
    BEFORE_START = "before_start", _("minutes before the start")
    AFTER_END = "after_end", _("minutes after the end")


class ReminderText(models.TextChoices):
    """What a reminder says."""

    REMINDER = "reminder", _("reminder")
    ANSWER = "answer", _("reminder that asks to confirm or cancel")
    FEEDBACK = "feedback", _("thanks and a question for feedback")


class Rating(models.IntegerChoices):
    """How an event was for a guest."""

    VERY_GOOD = 4, _("very good")
    GOOD = 3, _("good")
    SO_SO = 2, _("so-so")
    NOT_GOOD = 1, _("not good")


class QuestionKind(models.TextChoices):
    TEXT = "text", _("text")
    CHOICE = "choice", _("one of several")
    YES_NO = "yes_no", _("yes or no")


class AccessFeature(models.TextChoices):
    STEP_FREE = "step_free", _("step-free entrance")
    TOILET = "toilet", _("accessible toilet")
    LIFT = "lift", _("lift")
    HEARING_LOOP = "hearing_loop", _("hearing loop")
    SIGN_LANGUAGE = "sign_language", _("sign language")
    SEATS = "seats", _("seats for everybody")
    QUIET_ROOM = "quiet_room", _("quiet room")
    PARKING = "parking", _("accessible parking")
    CHILDREN = "children", _("children are welcome")


class OutcomeField(models.TextChoices):
    """What an outcome report may ask for; an event's type says which."""

    INFORMED = "informed", _("people informed")
    PLEDGES = "pledges", _("pledges")
    SIGNATURES = "signatures", _("signatures")
    MATERIALS = "materials", _("materials handed out")
    SAID = "said", _("what people said")
    FOCUS_NOTES = "focus_notes", _("focus-group notes")
    PHOTOS = "photos", _("photos")
    COST = "cost", _("cost")


class PhotoConsent(models.TextChoices):
    NONE = "none", _("no photos were taken")
    NOBODY = "nobody", _("photos show nobody who can be recognised")
    WRITTEN = "written", _("everybody shown agreed in writing")
    SPOKEN = "spoken", _("everybody shown agreed aloud")
