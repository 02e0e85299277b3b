"""Lists of the staff area as files for spreadsheets: the view, and the query that takes the list's filters along.

Before people leave in a file, settings.EXPORT_GUARD is asked: whether staff proved lately who they are, and whether so
many people need a second person's word. It is asked here, so that no export can forget it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.views.generic import View
from wagtail.admin import messages

from core.hashing import keyed_hash
from core.lists import listed
from core.staff_views import RefusalPageMixin, refuse

ENCRYPTED_EXPORTS = "staff_partner_exports:index"
PLACES_IN_A_LIST = ("before", "after", "end", "_w_filter_fragment")


@dataclass(frozen=True)
class AskedExport:
    """People somebody wants in a file: of what list, by which filters in words, and how many.

    ``permission`` is what a second person must hold as well; ``address`` leads to the very export, ``back`` to where it
    was asked for. ``people`` counts the rows, and stops counting at what it is given.
    """

    what: str | Promise
    permission: str
    address: str
    back: str
    people: Callable[[int | None], int]
    filters: str = ""

    @property
    def fingerprint(self) -> str:
        """What this export is known by: the same list with the same filters."""
        return keyed_hash("export", self.address)


def stand_before(request: HttpRequest, asked: AskedExport) -> HttpResponseBase | None:
    """Return what to show instead of the export, or None: it may begin, and that is written down."""
    answer: HttpResponseBase | None = import_string(settings.EXPORT_GUARD)(request, asked)
    return answer


def address_of_encrypted_exports() -> str:
    """Return the address of the screen where partners get people encrypted, or "" while there is none."""
    try:
        return reverse(ENCRYPTED_EXPORTS)
    except NoReverseMatch:
        return ""


def only_encrypted(request: HttpRequest) -> HttpResponse:
    """Answer 403, and say where these people are got instead: in files encrypted to the partner's own key."""
    context = {"encrypted_exports": address_of_encrypted_exports()}
    return render(request, "core/staff/only_encrypted.html", context, status=403)


def filters_of_list(request: HttpRequest) -> str:
    """Return ``?`` and the list's filters and search, without the page one is at; blank where there are none."""
    query = request.GET.copy()
    for name in PLACES_IN_A_LIST:
        query.pop(name, None)
    return f"?{query.urlencode()}" if query else ""


def address_of_export(request: HttpRequest) -> str:
    """Return path and query in one order, so that the same filters are the same export however they were set."""
    query = request.GET.copy()
    for name in PLACES_IN_A_LIST:
        query.pop(name, None)
    ordered = type(query)(mutable=True)
    for name in sorted(query):
        ordered.setlist(name, sorted(filter(None, query.getlist(name))))
    told = ordered.urlencode()
    return f"{request.path}?{told}" if told else request.path


def filters_in_words(form: forms.BaseForm, is_searched: bool) -> str:
    """Return the filters as a second person reads them; what was typed freely is named and not repeated."""
    words = [str(form[name].label) if _is_typed(field) else _told(form, name) for name, field in _set_in(form)]
    return listed([*words, *([gettext("a search")] if is_searched else [])])


def _set_in(form: forms.BaseForm) -> list[tuple[str, forms.Field]]:
    return [(name, field) for name, field in form.fields.items() if form.cleaned_data.get(name) not in (None, "", [])]


def _is_typed(field: forms.Field) -> bool:
    return type(field) is forms.CharField


def _told(form: forms.BaseForm, name: str) -> str:
    field, value = form.fields[name], form.cleaned_data[name]
    if isinstance(value, slice):  # a range of days
        value = "–".join(f"{each:%Y-%m-%d}" if each else "…" for each in (value.start, value.stop))
    choices = {str(key): str(label) for key, label in getattr(field, "choices", []) or []}
    return f"{form[name].label}: {choices.get(str(value), value)}"


class CsvExportView(RefusalPageMixin, View):
    """Stream the rows the filters leave, as CSV; filters and search are those of the list.

    ``permission`` is asked for; ``what`` names the list in words; ``index`` names the list one comes back to when a
    filter cannot be read; the day is added to ``filename``. Rows are taken for people, and `stand_before` asked, unless
    a view says that it ``holds_no_people``.
    """

    http_method_names = ["get", "post", "options"]  # no HEAD: a look at the headers would use an approval up
    permission = ""
    what: str | Promise = ""
    index = ""
    filename = ""
    filterset_class: Any = None
    holds_no_people = False

    def rows(self) -> QuerySet[Any]:
        """Return the rows the person may have."""
        raise NotImplementedError

    def refusal(self) -> HttpResponseBase | None:
        """Return what to answer somebody who may read the list and takes nobody out of it in plain; None: they may."""
        return None

    def searched(self, rows: QuerySet[Any], typed: str) -> QuerySet[Any]:
        """Return those found by what was typed into the list's search; a list without one has all."""
        return rows

    def count_people(self, rows: QuerySet[Any], most: int | None) -> int:
        """Return how many rows leave, counted up to ``most``."""
        return rows.order_by()[:most].count() if most is not None else rows.order_by().count()

    def stream(self, rows: QuerySet[Any]) -> Iterator[bytes]:
        """Audit that the export begins and return its bytes, piece by piece."""
        raise NotImplementedError

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.has_perm(self.permission):
            return refuse(request)
        if (refusal := self.refusal()) is not None:
            return refusal
        filters = self.filterset_class(request.GET, request=request, queryset=self.rows())
        if not filters.is_valid():
            messages.error(request, gettext("One of the filters is not valid; nothing was exported."))
            return redirect(self.index)
        rows = self.searched(filters.qs, request.GET.get("q", ""))
        if not self.holds_no_people and (instead := stand_before(request, self._asked(rows, filters.form))) is not None:
            return instead
        name = f"{self.filename}-{timezone.localdate():%Y-%m-%d}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return StreamingHttpResponse(self.stream(rows), content_type="text/csv; charset=utf-8", headers=headers)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Take the words with which somebody asks for a large export."""
        return self.get(request)

    def _asked(self, rows: QuerySet[Any], form: forms.BaseForm) -> AskedExport:
        return AskedExport(
            what=self.what or self.filename,
            permission=self.permission,
            address=address_of_export(self.request),
            back=reverse(self.index) + filters_of_list(self.request),
            people=lambda most: self.count_people(rows, most),
            filters=filters_in_words(form, bool(self.request.GET.get("q"))),
        )
