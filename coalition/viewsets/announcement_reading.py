"""Announcements for whom they are for, in the staff area: a partner's list, and one page each, which marks it read."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coalition.announcement_opening import inbox_page, opened_announcement
from core.staff_page import StaffPage

PERMISSION = "coalition.add_announcementread"


class InboxView(StaffPage):
    """What is addressed to the partners one works for: pinned ones first, then the newest."""

    permission = PERMISSION
    template_name = "coalition/staff/announcement_inbox.html"
    page_title = _("Announcements to partners")
    header_icon = "mail"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), **inbox_page(self.request)}


class ReadView(StaffPage):
    """One announcement; opening it marks it read."""

    permission = PERMISSION
    template_name = "coalition/staff/announcement_read.html"
    page_title = _("Announcement to partners")
    header_icon = "mail"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if user.has_perm(self.permission):
            self.shown = opened_announcement(request, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = super().get_breadcrumbs_items()
        above = {"url": reverse("staff_announcements:inbox"), "label": _("Announcements to partners")}
        return [*items[:-1], above, items[-1]]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "shown": self.shown}
