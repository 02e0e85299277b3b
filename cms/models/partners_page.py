import re
from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from campaigns.models import Partnership
from cms.models.public_page import PublicPage
from cms.page_forms import ForCampaignPageForm
from cms.partner_blocks import PartnerBodyBlock, usual_blocks
from coalition.selectors.public_partners import PublicPartner, public_partner, public_partners

_OWN = "partner"  # the editor's preview of a partner's own page
_OF_PARTNER = re.compile(r"([0-9]{1,15})(?:-[\w-]*)?")


class PartnersPage(PublicPage):
    """A campaign's partners in one language: the wall of their logos, and below it every partner's own page.

    What stands on partners' own pages is set here once for all of them; what they say in it is `PartnerProfile`.
    """

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="partners_pages", verbose_name=_("campaign")
    )
    partner_body = StreamField(
        PartnerBodyBlock(),
        blank=True,
        default=usual_blocks,
        verbose_name=_("every partner's own page"),
        help_text=_("Set once for all partners. Each of them fills the places that are its own, and you approve it."),
    )

    base_form_class = ForCampaignPageForm
    template = "cms/partners_page.html"
    partner_template = "cms/partner_page.html"
    parent_page_types: ClassVar[list[str]] = ["cms.CampaignPage"]
    subpage_types: ClassVar[list[str]] = []  # what follows the address names a partner
    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("campaign"),
        FieldPanel("introduction"),
        FieldPanel("body"),
        FieldPanel("partner_body"),
    ]

    class Meta:
        verbose_name = _("page of partners")
        verbose_name_plural = _("pages of partners")

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [("", _("The wall")), (_OWN, _("A partner's own page"))]

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return self.partner_template if self._example(mode_name) else str(self.get_template(request))

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        return self.get_context(request, partner=self._example(mode_name))

    def _example(self, mode_name: str) -> PublicPartner | None:
        """Return the partner whose page the editor is shown: one with a page, else any."""
        if mode_name != _OWN or not self.campaign_id:
            return None
        partners = public_partners(self.campaign)
        found = next((each for each in partners if each.has_page), None)
        return public_partner(self.campaign_id, found.partnership.pk) if found else next(iter(partners), None)

    @staticmethod
    def tail_of(partnership: Partnership) -> str:
        """Return what follows this page's address for a partner. The number finds it; the words are for people."""
        return f"{partnership.pk}-{partnership.organisation.slug}/"

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Lead ``12-any-words/`` to the partner; Wagtail finds this page itself."""
        if self.live and len(path_components) == 1:
            named = _OF_PARTNER.fullmatch(path_components[0])
            if named:
                return RouteResult(self, kwargs={"partner_id": int(named[1]), "tail": f"{path_components[0]}/"})
        return super().route(request, path_components)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the wall or one partner; who left, and pages nobody approved, are not found."""
        partner_id, tail = kwargs.pop("partner_id", None), kwargs.pop("tail", "")
        if partner_id is None:
            return super().serve(request, *args, **kwargs)
        partner = public_partner(self.campaign_id, partner_id)
        if partner is None:
            raise Http404
        if tail != self.tail_of(partner.partnership):
            query = request.META.get("QUERY_STRING", "")
            path = f"{self.get_url(request)}{self.tail_of(partner.partnership)}"
            return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)
        return super().serve(request, *args, partner=partner, **kwargs)

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        return self.partner_template if kwargs.get("partner") else str(super().get_template(request, *args, **kwargs))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the wall, or a partner and what its page shows of it.

        ``logo_address``: where its logo is found while only staff see it.
        """
        from cms.partner_context import partner_context, wall_context

        partner, logo_address = kwargs.pop("partner", None), kwargs.pop("logo_address", None)
        context = super().get_context(request, *args, **kwargs)
        if not self.campaign_id:  # a preview may come before the campaign is chosen
            return context
        if partner is None:
            return {**context, **wall_context(self)}
        return {**context, **partner_context(self, partner, context, request, logo_address=logo_address)}
