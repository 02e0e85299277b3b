"""The words of eligibility: outcomes, and what may be answered."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Outcome(models.TextChoices):
    """How the check ends. Every one comes with a reason."""

    ELIGIBLE = "eligible", _("may register")
    NOT_ELIGIBLE = "not_eligible", _("may not register")
    INADMISSIBLE = "inadmissible", _("too late for this election")
    INCOMPLETE = "incomplete", _("something is missing")
    ALREADY_REGISTERED = "already_registered", pgettext_lazy("eligibility", "already registered")
    MUST_REGISTER = "must_register", _("must register")
    NEEDS_CHECK = "needs_check", _("the commune has to check")
    NOT_APPLICABLE = "not_applicable", _("does not apply")
    ELIGIBLE_TO_DEREGISTER = "eligible_to_deregister", _("may be taken off the list")
    REFUSED = "refused", pgettext_lazy("eligibility", "refused")


class Register(models.TextChoices):
    """Registers of residents."""

    POPULATION = "population", _("population register")
    FOREIGNERS = "foreigners", _("foreigners' register")
    WAITING = "waiting", _("waiting register")
    NONE = "none", _("in no register")


class GroupAnswer(models.TextChoices):
    """What the law says to a group of nationalities."""

    MAY_REGISTER = "may_register", _("may register")
    VOTES_AUTOMATICALLY = "votes_automatically", _("votes without registering")
    MUST_REGISTER = "must_register", _("must register as a voter")
    NO_RIGHT = "no_right", _("has no vote")


class Wish(models.TextChoices):
    """What somebody wants to do."""

    REGISTER = "register", _("register")
    DEREGISTER = "deregister", _("be taken off the list")
