from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.models import Page

from cms.models.public_page import PublicPage
from cms.page_forms import RegistrationPageForm


class RegistrationPage(PublicPage):
    """Whether one may register to vote, and how, in one language: the questions stand in it, the answers nowhere."""

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="registration_pages", verbose_name=_("campaign")
    )
    election = models.ForeignKey(
        "campaigns.Election", on_delete=models.PROTECT, related_name="+", verbose_name=_("election")
    )
    pledge_kind = models.ForeignKey(
        "campaigns.PledgeKind",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("kind of pledge"),
        help_text=_("offered under the answer; empty: none"),
    )

    base_form_class = RegistrationPageForm
    template = "cms/registration_page.html"
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage", "cms.CampaignPage"]
    subpage_types: ClassVar[list[str]] = ["cms.StandardPage"]
    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("campaign"),
        FieldPanel("election"),
        FieldPanel("pledge_kind"),
        FieldPanel("introduction"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("page of an eligibility check")
        verbose_name_plural = _("pages of eligibility checks")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the first question, or what follows the answers that come in as ``sent``."""
        from cms.eligibility_context import check_context

        sent = kwargs.pop("sent", None)
        context = super().get_context(request, *args, **kwargs)
        context.update(form=None, result=None, known=[], election=None, is_generated=False)
        if self.campaign_id and self.election_id:  # a preview may come before they are chosen
            context.update(check_context(self, sent=sent, at=timezone.now()))
        return context
