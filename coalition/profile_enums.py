from django.db import models
from django.utils.translation import pgettext_lazy


class ProfileStatus(models.TextChoices):
    """Where one version of a partner's own page stands. OPEN ones can still become public."""

    DRAFT = "draft", pgettext_lazy("a partner's page", "draft")
    WAITING = "waiting", pgettext_lazy("a partner's page", "waits for approval")
    RETURNED = "returned", pgettext_lazy("a partner's page", "returned")
    PUBLIC = "public", pgettext_lazy("a partner's page", "public")
    REPLACED = "replaced", pgettext_lazy("a partner's page", "replaced by a newer one")
    TAKEN_OFF = "off", pgettext_lazy("a partner's page", "taken off")


OPEN = (ProfileStatus.DRAFT, ProfileStatus.WAITING, ProfileStatus.RETURNED)
EVER_PUBLIC = (ProfileStatus.PUBLIC, ProfileStatus.REPLACED, ProfileStatus.TAKEN_OFF)
