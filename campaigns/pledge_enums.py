from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Standing(models.TextChoices):
    """Where a pledge stands, whatever its ladder is called."""

    OPEN = "open", pgettext_lazy("a pledge", "still to do")
    ACTED = "acted", pgettext_lazy("a pledge", "done, as they say")
    COMPLETE = "complete", pgettext_lazy("a pledge", "done and answered, as they say")
    ENDED = "ended", pgettext_lazy("a pledge", "ended otherwise")
    WITHDRAWN = "withdrawn", pgettext_lazy("a pledge", "taken back")


class CountsAs(models.TextChoices):
    """What the tallies hold of a pledge. One that was acted on is still one that was promised."""

    NOTHING = "", _("nothing")
    PLEDGED = "pledged", _("promised")
    ACTED = "acted", _("promised and done")


class RemindMe(models.TextChoices):
    """How often somebody wants to be reminded of what they promised."""

    AS_NEEDED = "as_needed", _("a few times, as the last day comes nearer")
    ONCE = "once", _("once, before the last day")
    ON_DAY = "on_day", _("on a day I choose")
    NEVER = "never", _("not at all")


class ToldBy(models.TextChoices):
    """Who says that somebody got on with what they promised. We never know it otherwise."""

    FORM = "form", _("themselves, in the form")
    OWN_PAGE = "own_page", _("themselves, on their own page")
    STAFF = "staff", _("somebody of the team, after talking with them")


class ReminderMoment(models.TextChoices):
    BEFORE_LAST_DAY = "before_last_day", _("days before the last day")
    AFTER_STEP = "after_step", _("days after a step")


class ReminderWords(models.TextChoices):
    """What a reminder says."""

    DEADLINE = "deadline", _("the last day comes nearer")
    FOLLOW_UP = "follow_up", _("how did it go on?")


class NoteKind(models.TextChoices):
    NOTE = "note", _("note")
    CALL_BACK = "call_back", _("call back")
