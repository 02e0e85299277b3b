from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What a member may do; `accounts/roles.py` says what each role is allowed."""

    COORDINATOR = "coordinator", _("campaign coordinator")
    PARTNER_MANAGER = "partner_manager", _("partner manager")
    ORGANISER = "organiser", _("event organiser")
    MOBILISER = "mobiliser", _("mobiliser")
    ANALYST = "analyst", _("analyst")
    DATA_PROTECTION_OFFICER = "dpo", _("data-protection officer")


class ExportStatus(models.TextChoices):
    """How far a large export is that needs a second person's word."""

    ASKED = "asked", _("waits for a second person")
    APPROVED = "approved", pgettext_lazy("an export", "approved")
    REFUSED = "refused", pgettext_lazy("an export", "refused")
    USED = "used", pgettext_lazy("an export", "downloaded")
    EXPIRED = "expired", pgettext_lazy("an export", "lapsed")
