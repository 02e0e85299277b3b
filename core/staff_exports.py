"""Lists of the staff area as files for spreadsheets: the view, and the query that takes the list's filters along."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.generic import View
from wagtail.admin import messages

from core.staff_views import RefusalPageMixin, refuse

PLACES_IN_A_LIST = ("before", "after", "end", "_w_filter_fragment")


def filters_of_list(request: HttpRequest) -> str:
    """Return ``?`` and the list's filters and search, without the page one is at; blank where there are none."""
    query = request.GET.copy()
    for name in PLACES_IN_A_LIST:
        query.pop(name, None)
    return f"?{query.urlencode()}" if query else ""


class CsvExportView(RefusalPageMixin, View):
    """Stream the rows the filters leave, as CSV; filters and search are those of the list.

    ``permission`` is asked for; ``index`` names the list one comes back to when a filter cannot be read; the day is
    added to ``filename``.
    """

    permission = ""
    index = ""
    filename = ""
    filterset_class: Any = None

    def rows(self) -> QuerySet[Any]:
        """Return the rows the person may have."""
        raise NotImplementedError

    def searched(self, rows: QuerySet[Any], typed: str) -> QuerySet[Any]:
        """Return those found by what was typed into the list's search; a list without one has all."""
        return rows

    def stream(self, rows: QuerySet[Any]) -> Iterator[bytes]:
        """Audit that the export begins and return its bytes, piece by piece."""
        raise NotImplementedError

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.has_perm(self.permission):
            return refuse(request)
        filters = self.filterset_class(request.GET, request=request, queryset=self.rows())
        if not filters.is_valid():
            messages.error(request, gettext("One of the filters is not valid; nothing was exported."))
            return redirect(self.index)
        stream = self.stream(self.searched(filters.qs, request.GET.get("q", "")))
        name = f"{self.filename}-{timezone.localdate():%Y-%m-%d}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return StreamingHttpResponse(stream, content_type="text/csv; charset=utf-8", headers=headers)
