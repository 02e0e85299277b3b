"""How far an announcement is, and to whom one may go."""

from datetime import timedelta

from django.db import models
from django.utils.translation import pgettext_lazy

from accounts.enums import Role
from campaigns.enums import PartnerRole


class AnnouncementStatus(models.TextChoices):
    """DRAFT → PUBLISHED → WITHDRAWN; never back."""

    DRAFT = "draft", pgettext_lazy("an announcement", "draft")
    PUBLISHED = "published", pgettext_lazy("an announcement", "published")
    WITHDRAWN = "withdrawn", pgettext_lazy("an announcement", "withdrawn")


# Who at a partner reads what is addressed to it; its managers alone get letters.
READERS = (Role.PARTNER_MANAGER, Role.ORGANISER, Role.MOBILISER)
# Who leads a campaign writes, and is not written to.
ADDRESSED = (PartnerRole.PARTNER, PartnerRole.SUPPORTER)
# What was published so shortly before a partner joined is no old news to it.
CURRENT_FOR = timedelta(days=30)
