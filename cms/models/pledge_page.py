from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.fields import RichTextField
from wagtail.models import Page

from cms.blocks import INLINE_FEATURES
from cms.models.public_page import PublicPage
from cms.page_forms import ForKindPageForm


class PledgePage(PublicPage):
    """Where people promise something, in one language: what it takes, and the form that reminds them."""

    pledge_kind = models.ForeignKey(
        "campaigns.PledgeKind", on_delete=models.PROTECT, related_name="pages", verbose_name=_("kind of pledge")
    )
    form_heading = models.CharField(_("heading over the form"), max_length=80, blank=True)
    thank_you = RichTextField(
        _("thanks"), blank=True, features=INLINE_FEATURES, help_text=_("shown on the person's own page")
    )

    base_form_class = ForKindPageForm
    template = "cms/pledge_page.html"
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage", "cms.CampaignPage"]
    subpage_types: ClassVar[list[str]] = ["cms.StandardPage"]
    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("pledge_kind"),
        FieldPanel("introduction"),
        FieldPanel("body"),
        FieldPanel("form_heading"),
        MultiFieldPanel([FieldPanel("thank_you")], heading=_("After promising")),
    ]

    class Meta:
        verbose_name = _("page of a pledge")
        verbose_name_plural = _("pages of pledges")

    @classmethod
    def for_kind(cls, kind_id: int, language: str) -> "PledgePage | None":
        """Return the kind's live page in ``language``, else any, else none."""
        pages = list(cls.objects.live().filter(pledge_kind=kind_id).select_related("locale").order_by("pk"))
        return next((page for page in pages if page.locale.language_code == language), next(iter(pages), None))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the form (one that was sent with errors comes in as ``form``), and what supporting an initiative needs.

        ``sent``: what was answered to "what does my country ask?", by POST; it is kept nowhere.
        """
        from cms.pledge_context import pledge_context
        from cms.support_context import support_context

        form, sent = kwargs.pop("form", None), kwargs.pop("sent", None)
        context = super().get_context(request, *args, **kwargs)
        context.update(support=None)
        if self.pledge_kind_id:  # a preview may come before the kind is chosen
            is_preview = getattr(request, "is_preview", False)
            source = request.GET.get("s", "")
            context.update(pledge_context(self, form=form, source=source, is_preview=is_preview))
            if self.pledge_kind.initiative_id:
                # A form sent with errors carries the source in itself, not in its address.
                context["support"] = support_context(self, sent=sent, source=request.POST.get("source", ""))
        return context
