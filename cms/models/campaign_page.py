from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.models import Page

from cms.models.public_page import PublicPage
from cms.page_forms import ForCampaignPageForm


class CampaignPage(PublicPage):
    """A campaign in one language: what it is for, who stands behind it, what one can do."""

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="pages", verbose_name=_("campaign")
    )

    base_form_class = ForCampaignPageForm
    template = "cms/campaign_page.html"
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = [
        "cms.PetitionPage",
        "cms.RegistrationPage",
        "cms.EventsPage",
        "cms.VolunteerPage",
        "cms.PartnersPage",
        "cms.StandardPage",
    ]
    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("campaign"),
        FieldPanel("introduction"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("campaign page")

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.partner_spec import takes_applications

        context = super().get_context(request, *args, **kwargs)
        below = self.get_children().live()
        context["petition_pages"] = below.filter(content_type__model="petitionpage").specific()
        context["events_pages"] = below.filter(content_type__model="eventspage").specific()
        context["registration_pages"] = below.filter(content_type__model="registrationpage").specific()
        context["pledge_pages"] = below.filter(content_type__model="pledgepage").specific()
        context["volunteer_pages"] = below.filter(content_type__model="volunteerpage").specific()
        context["partners_pages"] = below.filter(content_type__model="partnerspage").specific()
        context["takes_partners"] = takes_applications(self.campaign_id)
        return context
