from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms.page_rights import foreign_pages

EDITING = ("add", "change", "publish")


@hooks.register("insert_global_admin_css")
def staff_colours() -> SafeString:
    """Draw the staff area in the colours of the public site."""
    return format_html('<link rel="stylesheet" href="{}">', static("cms/css/staff.css"))


@hooks.register("insert_global_admin_js")
def start_widgets() -> SafeString:
    """Start dates, panels and choosers from data instead of scripts inside the page (cms.staff_widgets)."""
    return format_html('<script src="{}" defer></script>', static("cms/js/staff_start.js"))


@hooks.register("before_move_page")
def refuse_to_show_a_move(request: HttpRequest, page: Page, destination: Page) -> None:
    """Refuse Wagtail's "move this page?", which names any page, drafts too, to whoever enters the staff area."""
    if not page.permissions_for_user(request.user).can_move_to(destination):
        raise PermissionDenied


@hooks.register("construct_page_chooser_queryset")
def keep_the_page_chooser_for_editors(pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    """Refuse the page chooser, which lists drafts too, to whoever edits no page; leave out others' campaigns."""
    if not PagePermissionPolicy().user_has_any_permission(request.user, EDITING):
        raise PermissionDenied
    return pages if request.user.is_superuser else pages.exclude(pk__in=foreign_pages(request.user).values("pk"))


@hooks.register("filter_form_submissions_for_user")
def name_form_pages(user: Any, pages: QuerySet[Page]) -> QuerySet[Page]:
    """Give Wagtail's list of forms the pages by their numbers: its search cannot read how others' are left out."""
    return Page.objects.filter(pk__in=list(pages.values_list("pk", flat=True)))
