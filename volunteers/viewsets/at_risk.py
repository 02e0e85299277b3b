"""The list of shifts that begin within 48 hours and are not safe."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from campaigns.zones import local_span
from core.staff_views import RefusalPageMixin, refuse
from volunteers.at_risk_texts import faults_of
from volunteers.models import Shift
from volunteers.selectors.at_risk import AtRisk, shifts_at_risk


@dataclass(frozen=True)
class RiskRow:
    """One shift at risk, in words."""

    url: str
    title: str
    when: str
    where: str
    people: str
    faults: list[str]


def row_of(row: AtRisk) -> RiskRow:
    """Return a shift at risk as the screens show it."""
    shift = row.shift
    return RiskRow(
        url=reverse("staff_shifts:board", args=[shift.pk]),
        title=shift.full_title,
        when=local_span(shift.starts_at, shift.ends_at, shift.campaign),
        where=shift.where,
        people=f"{row.taken} / {shift.needed}",
        faults=faults_of(row),
    )


class AtRiskView(RefusalPageMixin, WagtailAdminTemplateMixin, TemplateView):
    """What begins soon and lacks people, a language or a certificate, or has somebody who asks to be covered."""

    template_name = "volunteers/staff/at_risk.html"
    page_title = _("Shifts at risk")
    header_icon = "warning"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("volunteers.view_shift"):
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse("staff_shifts:index"), "label": _("Shifts")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        rows = [row_of(row) for row in shifts_at_risk(Shift.objects.visible_to(user), timezone.now())]
        return {**super().get_context_data(**kwargs), "rows": rows}
