from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.fields import RichTextField
from wagtail.models import Page

from cms.blocks import INLINE_FEATURES
from cms.models.public_page import PublicPage
from cms.page_forms import PetitionPageForm


class PetitionPage(PublicPage):
    """A petition's words in one language, beside its form. What it asks and when it is open: `campaigns.Petition`."""

    petition = models.ForeignKey(
        "campaigns.Petition", on_delete=models.PROTECT, related_name="pages", verbose_name=_("petition")
    )
    form_heading = models.CharField(_("heading over the form"), max_length=80, blank=True)
    thank_you = RichTextField(
        _("thanks"), blank=True, features=INLINE_FEATURES, help_text=_("shown after somebody confirmed")
    )
    share_text = models.TextField(
        _("words for sharing"), max_length=280, blank=True, help_text=_("The link is added behind them.")
    )

    base_form_class = PetitionPageForm
    template = "cms/petition_page.html"
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage", "cms.CampaignPage"]
    subpage_types: ClassVar[list[str]] = ["cms.StandardPage"]
    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("petition"),
        FieldPanel("introduction"),
        FieldPanel("body"),
        FieldPanel("form_heading"),
        MultiFieldPanel([FieldPanel("thank_you"), FieldPanel("share_text")], heading=_("After signing")),
    ]

    class Meta:
        verbose_name = _("petition page")

    @classmethod
    def for_petition(cls, petition_id: int, language: str) -> "PetitionPage | None":
        """Return the live page of a petition in ``language``, else in the site's first language, else any or none."""
        pages = cls.objects.live().filter(petition=petition_id).select_related("locale").order_by("pk")
        by_language = {page.locale.language_code: page for page in pages}
        preferred = by_language.get(language) or by_language.get(settings.LANGUAGE_CODE)
        return preferred or next(iter(by_language.values()), None)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the form and the figures; a form that was sent with errors comes in as ``form``."""
        from cms.petition_context import petition_context

        form = kwargs.pop("form", None)
        context = super().get_context(request, *args, **kwargs)
        if self.petition_id:  # a preview may come before the petition is chosen
            shown = petition_context(
                self,
                form=form,
                source=request.GET.get("s", ""),
                is_preview=getattr(request, "is_preview", False),
            )
            context.update(shown)
            self.petition = shown["petition"]  # with its campaign, which blocks ask for
        return context
