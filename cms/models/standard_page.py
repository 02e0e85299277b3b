from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.models import Page

from cms.models.public_page import PublicPage


class StandardPage(PublicPage):
    """Anything else: how it works, about us, the privacy notice."""

    class Purpose(models.TextChoices):
        ORDINARY = "ordinary", _("an ordinary page")
        PRIVACY = "privacy", _("the privacy notice")

    purpose = models.CharField(
        _("what it is"),
        max_length=10,
        choices=Purpose.choices,
        default=Purpose.ORDINARY,
        help_text=_("Forms link to the privacy notice."),
    )

    template = "cms/standard_page.html"
    parent_page_types: ClassVar[list[str]] = [
        "cms.HomePage",
        "cms.CampaignPage",
        "cms.PetitionPage",
        "cms.StandardPage",
    ]
    subpage_types: ClassVar[list[str]] = ["cms.StandardPage"]
    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("body"),
        FieldPanel("purpose"),
    ]

    class Meta:
        verbose_name = _("page")
