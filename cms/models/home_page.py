from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel, Panel
from wagtail.models import Page

from cms.models.public_page import PublicPage


class HomePage(PublicPage):
    """The first page of one language: the organisation's face, with one thing to do."""

    heading = models.CharField(_("heading"), max_length=120, help_text=_("the largest words of the page"))
    action_label = models.CharField(_("words on the button"), max_length=60, blank=True)
    action_page = models.ForeignKey(
        "wagtailcore.Page",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("page the button leads to"),
    )

    template = "cms/home_page.html"
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = [
        "cms.CampaignPage",
        "cms.PetitionPage",
        "cms.RegistrationPage",
        "cms.EventsPage",
        "cms.StandardPage",
    ]
    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("heading"),
        FieldPanel("introduction"),
        MultiFieldPanel([FieldPanel("action_label"), PageChooserPanel("action_page")], heading=_("Button")),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["action_url"] = self.action_page.localized.get_url(request) if self.action_page else ""
        context["campaign_pages"] = self.get_children().live().filter(content_type__model="campaignpage").specific()
        return context
