"""The frame of the screens on which sessions and shifts are filled: one row fetched through its viewer, one right."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from core.staff_views import RefusalPageMixin, refuse


class WorkingView(RefusalPageMixin, WagtailAdminTemplateMixin, TemplateView):
    """A screen about one row. Outsiders get 404; who may see the row but not change it, 403."""

    model: Any
    permission = ""
    related: tuple[str, ...] = ()
    row: Any
    index_name = ""
    index_label: Any = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.row = get_object_or_404(
            self.model.objects.visible_to(request.user).select_related(*self.related), pk=kwargs["pk"]
        )
        may = request.user.has_perm(self.permission)
        if not may or not self.model.objects.changeable_by(request.user).filter(pk=self.row.pk).exists():
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return str(self.row)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse(self.index_name), "label": self.index_label}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title, "sublabel": str(self.row)}]

    def back(self, name: str, anchor: str = "") -> HttpResponse:
        return redirect(reverse(name, args=[self.row.pk]) + anchor)


def number_in(posted: Any, name: str) -> int | None:
    """Return an id somebody posted, or None for anything that is none."""
    text = posted.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None
