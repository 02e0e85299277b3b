"""Staff screens over rows that not everybody sees: Wagtail's generic views, scoped by ``visible_to``.

Any app's ModelViewSet may use these: an object outside what the person sees is 404, a screen they lack the right for is
403 with a page that says so.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from wagtail.admin.views import generic


def refuse(request: HttpRequest) -> HttpResponse:
    """Answer 403 with a page for people."""
    return render(request, "accounts/no_staff_area.html", status=403)


class ForbiddenPageMixin:
    """Answer a missing right with 403, where Wagtail would redirect to its home page with a message.

    ``object_permission``: a rule asked with the object before anything is shown or done.
    """

    object_permission: str | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object_permission and not request.user.has_perm(self.object_permission, self.get_object()):  # type: ignore[attr-defined]
            return refuse(request)
        try:
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except PermissionDenied:
            return refuse(request)
        return response


class ScopedMixin(ForbiddenPageMixin):
    """Narrow every view to the rows ``visible_to`` the person."""

    model: Any
    request: HttpRequest

    def _visible(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.visible_to(self.request.user)
        return rows

    def get_base_queryset(self) -> QuerySet[Any]:
        return self._visible()

    def get_base_object_queryset(self) -> QuerySet[Any]:
        return self._visible()


class ScopedIndexView(ScopedMixin, generic.IndexView):
    pass


class ScopedCreateView(ForbiddenPageMixin, generic.CreateView):
    pass


class ScopedEditView(ScopedMixin, generic.EditView):
    def get_object(self, queryset: QuerySet[Any] | None = None) -> Any:
        if not hasattr(self, "_fetched"):
            self._fetched = super().get_object(queryset)
        return self._fetched

    def get_queryset(self) -> QuerySet[Any]:
        return self._visible()


class ScopedDeleteView(ScopedMixin, generic.DeleteView):
    def get_queryset(self) -> QuerySet[Any]:
        return self._visible()


class ScopedHistoryView(ScopedMixin, generic.history.HistoryView):
    def get_base_queryset(self) -> QuerySet[Any]:
        return super(ScopedMixin, self).get_base_queryset()


class ScopedUsageView(ScopedMixin, generic.usage.UsageView):
    def get_base_queryset(self) -> QuerySet[Any]:
        return super(ScopedMixin, self).get_base_queryset()
