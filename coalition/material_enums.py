from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MaterialKind(models.TextChoices):
    """What partners are handed to campaign with."""

    FLYER = "flyer", _("flyer")
    POSTER = "poster", _("poster")
    PICTURE = "picture", _("picture for social media")
    TEXT = "text", _("text to copy")
    GUIDE = "guide", _("guide")
    LOGO = "logo", _("logo")
    OTHER = "other", pgettext_lazy("a kind of material", "something else")
