"""The audit trail as a screen: read and export, nothing else."""

from typing import Any, cast

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.admin.viewsets.base import ViewSet

from accounts.audit_scope import entries_read_by, people_watched
from accounts.models import User
from core import audit
from core.audit_display import describe_details, with_words
from core.models import AuditEntry
from core.spreadsheets import safe_cell
from core.staff_views import MomentColumn, RefusalPageMixin


def _people(request: HttpRequest) -> QuerySet[User]:
    return people_watched(cast("User", request.user)).order_by("email")


class AuditFilterSet(WagtailFilterSet):
    at = django_filters.DateFromToRangeFilter(label=_("Date"), widget=DateRangePickerWidget)
    action = django_filters.CharFilter(
        label=_("Action begins with"), lookup_expr="startswith", help_text=_("For instance accounts.membership")
    )
    actor = django_filters.ModelChoiceFilter(label=_("Person"), queryset=_people, method="by_person")
    target = django_filters.CharFilter(label=_("Target"), help_text=_("For instance accounts.membership:12"))

    class Meta:
        model = AuditEntry
        fields = ["at", "action", "actor", "target"]

    def by_person(self, rows: QuerySet[AuditEntry], name: str, person: User) -> QuerySet[AuditEntry]:
        return rows.filter(actor=audit.describe_actor(person))


class AuditReportView(RefusalPageMixin, ReportView):
    """List audit entries, newest first, for people who may read the trail; an export is itself audited."""

    model = AuditEntry
    page_title = _("Audit trail")
    header_icon = "history"
    permission_required = "view"
    filterset_class = AuditFilterSet
    index_url_name = "audit:index"
    index_results_url_name = "audit:results"
    columns = [
        MomentColumn("at", label=_("When")),
        Column("who", label=_("Who")),
        Column("what", label=pgettext_lazy("audit trail", "What")),
        Column("target", label=pgettext_lazy("audit trail", "On")),
        Column("details", label=_("Details"), accessor=describe_details),
        Column("action", label=pgettext_lazy("audit trail", "Recorded as")),
    ]
    list_export = ["id", "at", "actor", "action", "target", "details"]
    export_filename = "audit-trail"
    custom_value_preprocess = {
        **ReportView.custom_value_preprocess,
        str: {ReportView.FORMAT_CSV: safe_cell},  # in XLSX Wagtail marks words as words already
    }

    def get_base_queryset(self) -> QuerySet[AuditEntry]:
        return entries_read_by(cast("User", self.request.user)).order_by("-id")

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        return with_words(object_list)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if self.is_export:
            filters = {name: value for name, value in self.request.GET.items() if value and name != "export"}
            rows = len(context["object_list"])
            audit.record("core.audit.exported", by=self.request.user, rows=rows, filters=sorted(filters))
        response: HttpResponse = super().render_to_response(context, **kwargs)
        return response


class AuditMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.read_audit_trail")


class AuditViewSet(ViewSet):
    name = "audit"
    icon = "history"
    menu_label = _("Audit trail")
    menu_item_class = AuditMenuItem

    def get_urlpatterns(self) -> list[Any]:
        return [
            path("", AuditReportView.as_view(), name="index"),
            path("results/", AuditReportView.as_view(results_only=True), name="results"),
        ]
