from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from cms.addresses import alternates_of, public_address
from cms.blocks import BodyBlock

# Short enough that a count is never older than a minute, long enough to carry a rush.
KEEP_SECONDS = 10


class PublicPage(Page):
    """What every public page has: an introduction, a body of blocks, and how it looks when it is shared."""

    introduction = models.TextField(_("introduction"), max_length=600, blank=True)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))
    social_image = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("image for social networks"),
        help_text=_("1200 × 630 pixels; without one, Carillon's card is shown."),
    )

    content_panels: ClassVar[list[Panel]] = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    promote_panels: ClassVar[list[Panel]] = [
        *Page.promote_panels,
        MultiFieldPanel([FieldPanel("social_image")], heading=_("When the page is shared")),
    ]
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("introduction"),
        index.SearchField("body"),
    ]

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> Any:
        """Return what the user may do with the page: nothing where it is another campaign's (`cms.page_rights`)."""
        from cms.page_rights import CampaignPagePermissionTester

        return CampaignPagePermissionTester(user, self)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page, to be kept by caches for a short time: it is the same for everybody."""
        response: HttpResponse = super().serve(request, *args, **kwargs)
        if request.method in ("GET", "HEAD"):
            patch_cache_control(response, public=True, max_age=KEEP_SECONDS)
        return response

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Answer with the page as a draft, which the editor shows beside the form in a frame of the same site."""
        response: HttpResponse = super().serve_preview(request, mode_name)
        response._csp_replace = {"frame-ancestors": ["'self'"]}  # type: ignore[attr-defined]
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["canonical_url"] = public_address(self, request)
        context["alternates"] = alternates_of(self, request)
        context["shows_initiative"] = any(
            block.block_type == "progress" and block.value["initiative"] for block in self.body
        )
        return context
