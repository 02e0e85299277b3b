from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SponsorKind(models.TextChoices):
    """The public register tells private sponsors from organisations (``privateSponsor``), and so do we."""

    ORGANISATION = "organisation", _("organisation")
    PERSON = "person", _("private person")


class LedgerPlace(models.TextChoices):
    """Where the law wants a ledger to be seen (Regulation (EU) 2019/788, Art. 17)."""

    REGISTER = "register", pgettext_lazy("where a ledger is published", "the public register")
    SITE = "site", pgettext_lazy("where a ledger is published", "the campaign's own site")
