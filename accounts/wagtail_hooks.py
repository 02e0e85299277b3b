from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from accounts.audit_report import AuditViewSet
from accounts.export_screens import ExportsViewSet
from accounts.home_panel import SafetyPanel
from accounts.viewsets import MembershipViewSet, OrganisationViewSet


class PeopleAndAccessGroup(ViewSetGroup):
    menu_label = _("Access")
    menu_icon = "lock"
    menu_name = "access"
    menu_order = 800
    items = (OrganisationViewSet, MembershipViewSet, AuditViewSet, ExportsViewSet)


@hooks.register("register_admin_viewset")
def register_access() -> PeopleAndAccessGroup:
    return PeopleAndAccessGroup()


@hooks.register("construct_homepage_panels")
def add_safety_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(SafetyPanel())


@hooks.register("construct_main_menu")
def keep_reports_for_administrators(request: HttpRequest, items: list[Any]) -> None:
    """Hide Wagtail's own reports and help from everybody but administrators; ours stand in their own menus."""
    if not request.user.is_superuser:
        items[:] = [item for item in items if item.name not in ("reports", "help")]


@hooks.register("register_permissions")
def register_audit_permission() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="core", codename="view_auditentry")
