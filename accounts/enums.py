from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a member may do; `accounts/roles.py` says what each role is allowed."""

    COORDINATOR = "coordinator", _("campaign coordinator")
    PARTNER_MANAGER = "partner_manager", _("partner manager")
    ORGANISER = "organiser", _("event organiser")
    MOBILISER = "mobiliser", _("mobiliser")
    ANALYST = "analyst", _("analyst")
    DATA_PROTECTION_OFFICER = "dpo", _("data-protection officer")
