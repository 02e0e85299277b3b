"""The toolkit in the staff area, among the screens of one's partner."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from coalition.actions.material_links import give_links
from coalition.partner_screens import screens_of
from coalition.selectors.partners import coordinates, manages
from coalition.selectors.toolkit import Place, own_places
from coalition.toolkit_views import PERMISSION, campaign_place, partner_place, toolkit_context
from core.staff_page import StaffPage
from core.staff_views import refuse


class ToolkitIndexView(StaffPage):
    """The toolkits one may use; who has a single one is taken there."""

    permission = PERMISSION
    template_name = "coalition/staff/toolkit_index.html"
    page_title = _("Toolkit")
    header_icon = "folder-open-inverse"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        places = own_places(user)
        if len(places) == 1:
            return redirect(address_of(places[0]))
        listed = [(place, address_of(place)) for place in places]
        return self.render_to_response(self.get_context_data(places=listed))


def address_of(place: Place) -> str:
    """Return where a toolkit stands in the staff area."""
    if place.partnership is not None:
        return reverse("staff_toolkit:partner", args=[place.partnership.pk])
    return reverse("staff_toolkit:campaign", args=[place.campaign.pk])


class ToolkitPage(StaffPage):
    """What is offered to somebody, in their language first."""

    permission = PERMISSION
    template_name = "coalition/staff/toolkit.html"
    page_title = _("Toolkit")
    header_icon = "folder-open-inverse"
    trail = (("staff_toolkit:index", _("Toolkit")),)

    @cached_property
    def place(self) -> Place:
        raise NotImplementedError

    def get_page_subtitle(self) -> str:
        return self.place.title

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), **toolkit_context(self.request, self.place)}


class CampaignToolkitView(ToolkitPage):
    @cached_property
    def place(self) -> Place:
        user: Any = self.request.user
        return campaign_place(user, self.kwargs["pk"])


class PartnerToolkitView(ToolkitPage):
    """A partner's toolkit; who looks after the partner makes the links its texts are filled with."""

    @cached_property
    def place(self) -> Place:
        user: Any = self.request.user
        return partner_place(user, self.kwargs["pk"])

    @cached_property
    def may_make_link(self) -> bool:
        user: Any = self.request.user
        partnership = self.place.partnership
        if partnership is None or not user.has_perm("campaigns.add_source"):
            return False
        return manages(partnership, user) or coordinates(partnership, user)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        partnership, user = self.place.partnership, request.user
        if partnership is None or not self.may_make_link:
            return refuse(request)
        if request.POST.get("do") == "link":
            give_links(partnership=partnership, by=user, at=timezone.now())
            messages.success(request, gettext("The links are made."))
        return redirect(request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        partnership: Any = self.place.partnership
        return {
            **super().get_context_data(**kwargs),
            "may_make_link": self.may_make_link,
            "screens": screens_of(partnership, user, self.request.path),
        }


class ToolkitMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)


class ToolkitViewSet(ViewSet):
    name = "toolkit"
    url_namespace = "staff_toolkit"
    icon = "folder-open-inverse"
    menu_label = _("Toolkit")
    menu_item_class = ToolkitMenuItem

    def get_urlpatterns(self) -> list[Any]:
        return [
            path("", ToolkitIndexView.as_view(), name="index"),
            path("partner/<int:pk>/", PartnerToolkitView.as_view(), name="partner"),
            path("campaign/<int:pk>/", CampaignToolkitView.as_view(), name="campaign"),
        ]
