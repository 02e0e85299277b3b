from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AgreementKind(models.TextChoices):
    """What a partner agrees to before it sees anybody (GDPR, Articles 26 and 28)."""

    JOINT = "joint", _("joint controllership (Article 26 GDPR)")
    PROCESSOR = "processor", _("processing on behalf of the lead (Article 28 GDPR)")


class ContactTopic(models.TextChoices):
    """What a contact person is there for."""

    CAMPAIGN = "campaign", _("the campaign")
    PRESS = "press", _("the press")
    DATA_PROTECTION = "privacy", _("data protection")


class PartnerMetric(models.TextChoices):
    """What a partner may set itself a goal for."""

    SIGNATURES = "signatures", _("signatures")
    PLEDGES = "pledges", _("pledges")
    EVENTS = "events", _("events held")
    CONTACTS = "contacts", _("conversations")


class ApplicationStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("an application", "waits for an answer")
    ACCEPTED = "accepted", pgettext_lazy("an application", "accepted")
    REFUSED = "refused", pgettext_lazy("an application", "refused")


class PartnerImportStatus(models.TextChoices):
    UPLOADED = "uploaded", _("looked at, not applied")
    APPLIED = "applied", pgettext_lazy("an import", "applied")
    UNDONE = "undone", _("undone")
