from django.db import models
from django.utils.translation import gettext_lazy as _


class ProviderKind(models.TextChoices):
    """What somebody outside does with the data on the organisation's behalf."""

    HOSTING = "hosting", _("runs the servers and keeps the backups")
    MAIL = "mail", _("delivers e-mail")
    TEXTS = "texts", _("delivers text messages")
    CALLS = "calls", _("takes calls of journeys (webhooks)")
    OTHER = "other", _("anything else")


class Safeguard(models.TextChoices):
    """What allows data to go to a country outside the European Economic Area (Art. 45 to 49 GDPR)."""

    ADEQUACY = "adequacy", _("adequacy decision (Art. 45)")
    CLAUSES = "clauses", _("standard contractual clauses (Art. 46(2)(c))")
    RULES = "rules", _("binding corporate rules (Art. 47)")
    OTHER = "other", _("another one, named in the remarks")
