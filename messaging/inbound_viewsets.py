"""Texts people sent us: what the machine did with them, and what waits for somebody to read it."""

from typing import Any

import django_filters
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column

from core.staff_views import KeysetIndexView, MomentColumn, ScopedViewSet, refuse
from messaging.actions.inbound import settle_text
from messaging.enums import InboundStatus
from messaging.models import InboundMessage

_DONE = {"stop": _("asked for no more messages: done"), "start": _("asked for messages again: done")}


def sender(row: InboundMessage) -> str:
    """Return whom to answer: the number while somebody has to, else the person as far as we know them."""
    who = str(row.contact_point.supporter) if row.contact_point is not None else ""
    return " · ".join(part for part in (who, row.address) if part) or gettext("somebody we do not know")


def what_was_done(row: InboundMessage) -> str:
    """Return what the machine did in words, or that it waits."""
    if row.status != InboundStatus.HANDLED:
        return str(row.get_status_display())
    if row.handled_as in _DONE:
        return str(_DONE[row.handled_as])
    if row.handled_as.endswith(":cancelled"):
        return gettext("answered NO: the place is free")
    if row.handled_as.startswith("rsvp:"):
        return gettext("answered YES: the place is kept")
    return row.handled_as


class InboundFilterSet(WagtailFilterSet):
    status = django_filters.MultipleChoiceFilter(label=_("Status"), choices=InboundStatus.choices)

    class Meta:
        model = InboundMessage
        fields: list[str] = []


class InboundIndexView(KeysetIndexView):
    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        may = self.request.user.has_perm("messaging.change_inboundmessage")
        for row in context["object_list"]:
            row.may_settle = may and row.status == InboundStatus.FOR_A_HUMAN
        return context


class DealtWithColumn(Column):
    cell_template_name = "messaging/staff/dealt_with_cell.html"


class DealtWithView(View):
    """Write down that somebody read a text and did what was to be done."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        inbound = get_object_or_404(InboundMessage.objects.visible_to(request.user), pk=pk)  # type: ignore[arg-type]
        if not request.user.has_perm("messaging.change_inboundmessage"):
            return refuse(request)
        settle_text(inbound=inbound, by=request.user, at=timezone.now())
        messages.success(request, gettext("Written down. The number it came from is forgotten here."))
        return redirect("staff_texts:index")


class InboundViewSet(ScopedViewSet):
    model = InboundMessage
    name = "texts"
    url_namespace = "staff_texts"
    icon = "comment"
    menu_label = _("Texts received")
    menu_order = 181
    add_to_admin_menu = True
    screens = frozenset({"index", "index_results"})
    lists_people = True
    related = ("contact_point__supporter",)
    list_display = [
        MomentColumn("received_at", label=_("When")),
        Column("sender", label=_("From"), accessor=sender),
        Column("text", label=_("What it says")),
        Column("done", label=_("What became of it"), accessor=what_was_done),
        DealtWithColumn("dealt_with", label="", accessor="pk"),
    ]
    filterset_class = InboundFilterSet
    index_view_class = InboundIndexView
    empty_text = _("Nobody has sent a text yet. What people reply to an SMS appears here.")

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("dealt-with/<int:pk>/", DealtWithView.as_view(), name="dealt_with")]
