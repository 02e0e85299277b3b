"""The list of requests about data, and writing one down that came by letter or telephone."""

from datetime import datetime, time
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from core.staff_views import DayColumn, ScopedIndexView, ScopedViewSet
from people.viewsets import FormScreen
from rights.actions.requests import receive_request
from rights.enums import RequestKind, RequestOrigin
from rights.models import RightsRequest
from rights.staff_copy import CopyView
from rights.staff_correction import CorrectView
from rights.staff_forms import RequestFilterSet, WriteDownForm
from rights.staff_pages import EraseView, ShowView


class ClockColumn(Column):
    """How much time is left to answer; red where there is none."""

    cell_template_name = "rights/staff/clock_cell.html"


class RequestIndexView(ScopedIndexView):
    @cached_property
    def header_buttons(self) -> list[Any]:
        if not self.request.user.has_perm("rights.add_rightsrequest"):
            return []
        url = reverse("staff_rights:write")
        return [HeaderButton(_("Write down a request"), url=url, icon_name="plus")]

    def order_queryset(self, queryset: Any) -> Any:
        return queryset.order_by("due_date", "pk") if not self.request.GET.get("state") else queryset.order_by("-pk")

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        on = timezone.localdate()
        for row in context["object_list"]:
            row.clock, row.is_late = clock_words(row, on)
        return context


def clock_words(request: RightsRequest, on: Any) -> tuple[str, bool]:
    """Return how long is left to answer in words, and whether the day is over."""
    if not request.is_waiting:
        return "", False
    left = request.days_left(on)
    if left < 0:
        return ngettext("%(days)s day late", "%(days)s days late", -left) % {"days": -left}, True
    if left == 0:
        return gettext("today"), False
    return ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}, False


class WriteView(FormScreen):
    right = "rights.add_rightsrequest"
    index = ("staff_rights:index", _("Requests about data"))
    page_title = _("Write down a request")
    header_icon = "key"
    submit_label = _("Write it down")

    def make_form(self, data: Any = None) -> WriteDownForm:
        start = {"person": self.request.GET.get("person", "")[:20], "received_date": timezone.localdate()}
        return WriteDownForm(data, user=self.request.user, initial=start)

    def save(self, form: WriteDownForm) -> HttpResponse:
        told = form.cleaned_data
        today, now = timezone.localdate(), timezone.now()
        day = told["received_date"]
        received = now if day == today else timezone.make_aware(datetime.combine(day, time(12)))
        request = receive_request(
            supporter=told["person"],
            kind=RequestKind(told["kind"]),
            origin=RequestOrigin(told["origin"]),
            received_at=received,
            words=told["words"],
            by=self.request.user,
        )
        if not RightsRequest.objects.visible_to(self.request.user).filter(pk=request.pk).exists():
            messages.success(self.request, gettext("Written down. It concerns other organisations than yours."))
            return redirect("staff_rights:index")
        messages.success(self.request, gettext("Written down. The clock runs."))
        return redirect("staff_rights:show", request.pk)


class RightsRequestViewSet(ScopedViewSet):
    model = RightsRequest
    name = "data-requests"
    url_namespace = "staff_rights"
    icon = "key"
    menu_label = _("Requests about data")
    menu_name = "data-requests"
    menu_order = 172
    add_to_admin_menu = True
    screens = frozenset({"index", "index_results"})
    list_display = [
        TitleColumn(
            "kind",
            label=_("Asks for"),
            accessor="get_kind_display",
            get_url=lambda row: reverse("staff_rights:show", args=[row.pk]),
        ),
        DayColumn("received_at", label=_("Received")),
        Column("origin", label=pgettext_lazy("a request", "Came"), accessor="get_origin_display"),
        DayColumn("due_date", label=_("Answer by")),
        ClockColumn("clock", label=_("Time left")),
        Column("status", label=_("Status"), accessor="get_status_display"),
    ]
    filterset_class = RequestFilterSet
    index_view_class = RequestIndexView
    empty_text = _(
        "Nothing waits for an answer. What people do by their own link is done at once; it stands under “all”."
    )

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("write/", WriteView.as_view(), name="write"),
            path("<int:pk>/", ShowView.as_view(), name="show"),
            path("<int:pk>/correct/", CorrectView.as_view(), name="correct"),
            path("<int:pk>/copy/", CopyView.as_view(), name="copy"),
            path("<int:pk>/erase/", EraseView.as_view(), name="erase"),
        ]
