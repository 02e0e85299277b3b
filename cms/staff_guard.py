"""Wagtail's own screens that would name what is not the viewer's: closed to whom they do not concern.

Wagtail asks at most "do you enter the staff area?" before these. They stand here by the names of their addresses, so
that one added by a new version of Wagtail is found by the table of access (tests/data/access.txt).
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms.page_rights import foreign_pages
from cms.viewer import viewed_by
from core.middleware import staff_path
from core.query_values import whole_number

EDITING = ("add", "change", "publish")
# They list what everybody in the house did, with the addresses of who did it.
FOR_ADMINISTRATORS = ("wagtailadmin_reports:", "wagtail_localize:translations_report", "wagtailadmin_workflows:")
# They show any page, file or picture to whoever asks by its number: for those who may choose such a one.
FOR_EDITORS = ("wagtailadmin_choose_page", "wagtailadmin_api:pages:", "wagtailadmin_tag", "wagtailembeds:")
FOR_WHOM_MAY = {
    "wagtailadmin_api:documents:": "wagtaildocs.choose_document",
    "wagtaildocs_chooser:": "wagtaildocs.choose_document",
    "wagtailadmin_api:images:": "wagtailimages.choose_image",
    "wagtailimages_chooser:": "wagtailimages.choose_image",
}
MANY_CHOSEN = "wagtailadmin_choose_page_chosen_multiple"
_GAPS = ("page_id", "parent_page_id", "page_to_move_id", "destination_id")


class StaffGuardMiddleware:
    """Refuse (403) by the name of the address, and where it names a page of another campaign."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(staff_path()):
            return self.get_response(request)
        with viewed_by(request.user):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> HttpResponse | None:
        match = request.resolver_match
        name = match.view_name if match else None
        # A public page is Wagtail's too; to look who asks for it would cost it its place in every cache.
        if not name or not name.startswith("wagtail") or not request.path_info.startswith(staff_path()):
            return None
        if not request.user.is_authenticated or request.user.is_superuser or not _is_closed(request, name, kwargs):
            return None
        return render(request, "core/staff/refused.html", status=403)


def _is_closed(request: HttpRequest, name: str, kwargs: dict[str, Any]) -> bool:
    user: Any = request.user
    if name.startswith(FOR_ADMINISTRATORS):
        return True
    if name.startswith(FOR_EDITORS) and not PagePermissionPolicy().user_has_any_permission(user, EDITING):
        return True
    for beginning, permission in FOR_WHOM_MAY.items():
        if name.startswith(beginning) and not _may_somewhere(user, permission):
            return True
    if name.startswith(("wagtailadmin", "wagtail_localize:")):
        return _names_foreign_page(request, name, kwargs)
    return False


def _may_somewhere(user: Any, permission: str) -> bool:
    """Whether the person has the right over any collection; Wagtail keeps these apart from Django's permissions."""
    app, codename = permission.split(".")
    found: bool = user.groups.filter(
        collection_permissions__permission__codename=codename,
        collection_permissions__permission__content_type__app_label=app,
    ).exists()
    return found


def _names_foreign_page(request: HttpRequest, name: str, kwargs: dict[str, Any]) -> bool:
    named = {kwargs[gap] for gap in _GAPS if gap in kwargs}
    asked = {whole_number(pk) for pk in request.GET.getlist("id")} if name == MANY_CHOSEN else set()
    named |= asked
    if not named:
        return False
    paths = list(Page.objects.filter(pk__in=named - {None}).values_list("path", flat=True))
    if asked and len(paths) < len(named):
        return True  # as for others' pages: which numbers there are is nobody's to find out
    above = {path[:end] for path in paths for end in range(Page.steplen, len(path) + 1, Page.steplen)}
    return foreign_pages(request.user).filter(path__in=above).exists()
