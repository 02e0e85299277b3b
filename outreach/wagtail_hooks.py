from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSetGroup

from outreach import figures_views
from outreach.home_panel import PaperPanel
from outreach.viewsets.areas import AreaViewSet
from outreach.viewsets.efforts import BarrierViewSet, EffortViewSet
from outreach.viewsets.identities import IdentityViewSet
from outreach.viewsets.paper import PaperBatchViewSet
from outreach.viewsets.scripts import ScriptViewSet
from outreach.viewsets.sessions import RevocationViewSet


class FiguresMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("outreach.view_canvassingeffort")


class SessionsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("outreach.add_revocation")


class OutreachGroup(ViewSetGroup):
    menu_label = _("Outreach")
    menu_icon = "comment"
    menu_name = "outreach"
    menu_order = 165
    items = (
        EffortViewSet,
        IdentityViewSet,
        AreaViewSet,
        ScriptViewSet,
        BarrierViewSet,
        RevocationViewSet,
        PaperBatchViewSet,
    )

    def get_submenu_items(self) -> list[Any]:
        figures = FiguresMenuItem(_("Figures"), reverse_lazy("outreach_figures"), icon_name="order", order=1)
        sessions = SessionsMenuItem(
            _("Sessions of mobilisers"), reverse_lazy("staff_revocations:sessions"), icon_name="user", order=6
        )
        return [figures, *super().get_submenu_items(), sessions]


@hooks.register("register_admin_viewset")
def register_outreach() -> OutreachGroup:
    return OutreachGroup()


@hooks.register("register_admin_urls")
def register_figures() -> list[Any]:
    return [
        path("outreach/figures/", figures_views.figures, name="outreach_figures"),
        path("outreach/figures/<slug:name>.csv", figures_views.table, name="outreach_figures_table"),
    ]


@hooks.register("construct_homepage_panels")
def add_paper_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(PaperPanel())
