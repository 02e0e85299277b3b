from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.fields import RichTextField
from wagtail.models import Page

from cms.blocks import INLINE_FEATURES
from cms.models.public_page import PublicPage
from cms.page_forms import ForCampaignPageForm


class VolunteerPage(PublicPage):
    """Where people offer their help to a campaign, in one language. A partner's link makes them the partner's."""

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="volunteer_pages", verbose_name=_("campaign")
    )
    form_heading = models.CharField(_("heading over the form"), max_length=80, blank=True)
    thank_you = RichTextField(
        _("thanks"),
        blank=True,
        features=INLINE_FEATURES,
        help_text=_("shown after somebody confirmed: what happens next, and when"),
    )

    base_form_class = ForCampaignPageForm
    template = "cms/volunteer_page.html"
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage", "cms.CampaignPage"]
    subpage_types: ClassVar[list[str]] = ["cms.StandardPage"]
    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("campaign"),
        FieldPanel("introduction"),
        FieldPanel("body"),
        FieldPanel("form_heading"),
        MultiFieldPanel([FieldPanel("thank_you")], heading=_("After applying")),
    ]

    class Meta:
        verbose_name = _("page for volunteers")
        verbose_name_plural = _("pages for volunteers")

    @classmethod
    def for_campaign(cls, campaign_id: int, language: str) -> "VolunteerPage | None":
        """Return the campaign's live page in ``language``, else any, else none."""
        pages = list(cls.objects.live().filter(campaign=campaign_id).select_related("locale").order_by("pk"))
        return next((page for page in pages if page.locale.language_code == language), next(iter(pages), None))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the form; one that was sent with errors comes in as ``form``."""
        from cms.volunteer_context import volunteer_context

        form = kwargs.pop("form", None)
        context = super().get_context(request, *args, **kwargs)
        if self.campaign_id:  # a preview may come before the campaign is chosen
            is_preview = getattr(request, "is_preview", False)
            source = request.GET.get("s", "")
            context.update(volunteer_context(self, form=form, source=source, is_preview=is_preview))
        return context
