"""Reports: the form in two minutes, and the list of those that are awaited."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.viewsets.base import ViewSet

from campaigns.zones import span_in
from core.staff_page import StaffPage
from events.actions.reports import (
    NeverPublished,
    NotOver,
    ReasonMissing,
    ReportRefused,
    WasCancelled,
    refuse_unless_reportable,
    write_report,
)
from events.enums import OutcomeField
from events.forms.reports import ReportForm
from events.selectors.reports import awaited_reports, barrier_choices, counted_at
from events.viewsets.pages import TRAIL, EventPage

PER_PAGE = 50
_REFUSALS: dict[type[ReportRefused], Any] = {
    NotOver: _("This event is not over yet: its report can be written once it is."),
    WasCancelled: _("This event was cancelled: there is nothing to report."),
    NeverPublished: _("This event is still a draft: there is nothing to report."),
}


class WriteReportView(EventPage):
    """What came of one event."""

    template_name = "events/staff/report.html"
    permission = "events.change_outcomereport"
    page_title = _("Report")
    header_icon = "edit"
    changes = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            refuse_unless_reportable(self.event, timezone.now())
        except ReportRefused as refusal:
            messages.warning(request, _REFUSALS[type(refusal)])
            return self.back()
        return self.render_to_response(self.get_context_data(form=self._form()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            write_report(event=self.event, outcome=form.outcome(), by=request.user, at=timezone.now())
        except ReasonMissing:  # a phone sent while the report was written, and the number had been changed by hand
            form.add_error("informed_reason", gettext("Meanwhile the phones counted another number: say why."))
            return self.render_to_response(self.get_context_data(form=form), status=422)
        except ReportRefused as refusal:
            messages.warning(request, _REFUSALS[type(refusal)])
        else:
            messages.success(request, gettext("The report of “%(title)s” is kept.") % {"title": self.event.title})
        return self.back()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        when = span_in(self.event.starts_at, self.event.ends_at, self.event.zone)
        return {**super().get_context_data(**kwargs), "when": when}

    def _form(self, posted: Any = None) -> ReportForm:
        needs_barriers = OutcomeField.FOCUS_NOTES.value in self.event.event_type.outcome_fields
        barriers = barrier_choices() if needs_barriers else []
        return ReportForm(posted, event=self.event, counted=counted_at(self.event), barriers=barriers)


class AwaitedReportsView(StaffPage):
    """Events that are over and have no report, the longest awaited first."""

    template_name = "events/staff/awaited_reports.html"
    permission = "events.change_outcomereport"
    page_title = _("Reports awaited")
    header_icon = "edit"
    trail = TRAIL

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        page = Paginator(awaited_reports(user, timezone.now()), PER_PAGE).get_page(self.request.GET.get("p"))
        rows = [(event, span_in(event.starts_at, event.ends_at, event.zone)) for event in page.object_list]
        return {**super().get_context_data(**kwargs), "page": page, "rows": rows}


class ReportViewSet(ViewSet):
    name = "event-reports"
    url_namespace = "staff_event_reports"
    menu_label = _("Reports awaited")
    menu_icon = "edit"
    menu_url = ""

    def get_urlpatterns(self) -> list[Any]:
        return [
            path("", AwaitedReportsView.as_view(), name="awaited"),
            path("<int:pk>/", WriteReportView.as_view(), name="report"),
        ]

    def get_menu_item(self, order: int | None = None) -> Any:
        item = super().get_menu_item(order)
        item.url = reverse("staff_event_reports:awaited")
        item.is_shown = lambda request: request.user.has_perm("events.change_outcomereport")
        return item
