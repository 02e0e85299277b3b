from typing import Any

from django.http import HttpRequest
from django.urls import include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSetGroup

from accounts.enums import Role
from coalition.announcement_enums import READERS
from coalition.announcement_panels import AnnouncementsPanel
from coalition.viewsets.agreements import AgreementTextViewSet, RulesViewSet
from coalition.viewsets.announcements import AnnouncementViewSet
from coalition.viewsets.applications import ApplicationViewSet
from coalition.viewsets.materials import MaterialViewSet
from coalition.viewsets.partner_exports import PartnerExportViewSet
from coalition.viewsets.partners import PartnerViewSet
from coalition.viewsets.toolkit import ToolkitViewSet


class OwnOrganisationItem(MenuItem):
    """An entry for those who manage a partner."""

    def is_shown(self, request: HttpRequest) -> bool:
        return Role.PARTNER_MANAGER.value in request.user.roles  # type: ignore[union-attr]


class InboxItem(MenuItem):
    """An entry for those whom announcements are addressed to."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool({role.value for role in READERS} & request.user.roles)  # type: ignore[union-attr]


class CoalitionGroup(ViewSetGroup):
    menu_label = _("Coalition")
    menu_icon = "group"
    menu_name = "coalition"
    menu_order = 161
    items = (
        PartnerViewSet,
        ToolkitViewSet,
        MaterialViewSet,
        AnnouncementViewSet,
        ApplicationViewSet,
        AgreementTextViewSet,
        RulesViewSet,
        PartnerExportViewSet,
    )

    def get_submenu_items(self) -> list[Any]:
        own = OwnOrganisationItem(
            _("My organisation"),
            reverse_lazy("staff_partners:own"),
            name="own-organisation",
            icon_name="home",
            order=-1,
        )
        inbox = InboxItem(
            _("Announcements to partners"),
            reverse_lazy("staff_announcements:inbox"),
            name="announcements-inbox",
            icon_name="mail",
            order=0,
        )
        return [own, inbox, *super().get_submenu_items()]


@hooks.register("register_admin_viewset")
def register_coalition() -> CoalitionGroup:
    return CoalitionGroup()


@hooks.register("register_admin_urls")
def register_files() -> list[Any]:
    return [path("partner-files/", include("coalition.file_urls"))]


@hooks.register("construct_homepage_panels")
def show_unread_announcements(_request: HttpRequest, panels: list[Any]) -> None:
    panels.append(AnnouncementsPanel())
