"""A page of our own in the staff area: guarded by a permission, with Wagtail's header and breadcrumbs."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from core.staff_views import RefusalPageMixin, refuse


class StaffPage(RefusalPageMixin, WagtailAdminTemplateMixin, TemplateView):
    """One page; ``permission`` opens it, ``trail`` names the screens above it as (address name, label)."""

    permission = ""
    trail: tuple[tuple[str, Any], ...] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(self.permission):
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        above = [{"url": reverse(name), "label": label} for name, label in self.trail]
        return [*self.breadcrumbs_items, *above, {"url": "", "label": self.get_page_title()}]
