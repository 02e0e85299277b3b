"""Broadcasts: the list, composing, changing, deleting drafts; the addresses of all pages about them."""

from typing import Any

import django_filters
from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from audiences.actions.broadcasts import (
    BroadcastNotChangeable,
    change_broadcast,
    delete_broadcast,
    make_broadcast,
)
from audiences.enums import BroadcastStatus
from audiences.forms.broadcast import BroadcastForm
from audiences.models import Broadcast
from audiences.viewsets.broadcast_figures import FiguresView
from audiences.viewsets.broadcast_pages import ProgressView, ShowView, SinceView
from audiences.viewsets.broadcast_presses import PRESSES, RejectView
from audiences.viewsets.histories import PeopleHistoryView
from core.small_counts import blurred, shown
from core.staff_views import ScopedCreateView, ScopedDeleteView, ScopedEditView, ScopedIndexView, ScopedViewSet
from people.enums import Channel


class BroadcastFilterSet(WagtailFilterSet):
    status = django_filters.MultipleChoiceFilter(label=_("Status"), choices=BroadcastStatus.choices)
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices)

    class Meta:
        model = Broadcast
        fields: list[str] = []


def _when(row: Broadcast) -> str:
    """Return the moment that matters most, on a clock of the campaign's own zone."""
    moment = row.finished_at or row.started_at or row.scheduled_at
    if moment is None:
        return "" if row.status == BroadcastStatus.DRAFT else gettext("as soon as it may be")
    local = localtime(moment, row.zone)
    return f"{date_format(local, 'DATE_FORMAT')} {local:%H:%M}"


def _people(row: Broadcast) -> str:
    # The list is read by who may not see people as well; the page says it in full to who may.
    return shown(blurred(row.recipient_count)) if row.snapshot_done_at else ""


class BroadcastCreateView(ScopedCreateView):
    template_name = "audiences/staff/broadcast_form.html"
    page_title = _("Write to many")

    def get_page_subtitle(self) -> Any:
        return self.page_title

    def save_instance(self) -> Broadcast:
        return make_broadcast(plan=self.form.plan(), by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("staff_broadcasts:show", args=[self.object.pk])

    def get_success_message(self, instance: Any) -> str:
        return gettext("The draft is kept. Look at whom it reaches, then hand it in.")

    def get_success_buttons(self) -> list[Any]:
        return []


class BroadcastEditView(ScopedEditView):
    template_name = "audiences/staff/broadcast_form.html"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("campaign", "organisation")

    def save_instance(self) -> Broadcast:
        return change_broadcast(broadcast=self.object, plan=self.form.plan(), by=self.request.user)

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        if not self.object.is_changeable:
            messages.warning(request, gettext("It is being sent, or was: it cannot be changed any more."))
            return HttpResponseRedirect(self.get_success_url())
        response: HttpResponseBase = super().get(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> Any:
        try:
            return super().form_valid(form)
        except BroadcastNotChangeable:
            messages.error(self.request, gettext("It began to be sent meanwhile: nothing was changed."))
            return HttpResponseRedirect(self.get_success_url())

    def get_success_url(self) -> str:
        return reverse("staff_broadcasts:show", args=[self.object.pk])

    def get_success_buttons(self) -> list[Any]:
        return []


class BroadcastDeleteView(ScopedDeleteView):
    """Only a draft goes."""

    def delete_action(self) -> None:
        delete_broadcast(broadcast=self.object, by=self.request.user)

    def form_valid(self, form: Any) -> HttpResponseBase:
        try:
            return super().form_valid(form)
        except BroadcastNotChangeable:
            messages.error(self.request, gettext("Only a draft can be deleted."))
            return HttpResponseRedirect(reverse("staff_broadcasts:show", args=[self.object.pk]))


class BroadcastViewSet(ScopedViewSet):
    model = Broadcast
    name = "broadcasts"
    url_namespace = "staff_broadcasts"
    icon = "mail"
    menu_label = _("Broadcasts")
    ordering = "-id"
    list_display = [
        TitleColumn("name", label=_("Broadcast"), get_url=lambda row: reverse("staff_broadcasts:show", args=[row.pk])),
        Column("status", label=_("Status"), accessor="get_status_display"),
        Column("channel", label=_("Channel"), accessor="get_channel_display"),
        Column("when", label=_("When"), accessor=_when),
        Column("people", label=_("People"), accessor=_people),
        Column("organisation", label=_("Sent by")),
        Column("author", label=_("Author"), accessor=lambda row: row.author or ""),
    ]
    related = ("campaign", "organisation", "author")
    search_fields = ["name"]
    filterset_class = BroadcastFilterSet
    empty_text = _("Nothing was sent to many yet. Write a text, save a segment, then begin with “Write to many”.")
    index_view_class = ScopedIndexView
    add_view_class = BroadcastCreateView
    edit_view_class = BroadcastEditView
    delete_view_class = BroadcastDeleteView
    history_view_class = PeopleHistoryView

    def get_form_class(self, for_update: bool = False) -> Any:
        return BroadcastForm

    def get_urlpatterns(self) -> list[Any]:
        presses = [path(f"{name}/<int:pk>/", view.as_view(), name=name) for name, view in PRESSES.items()]
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/", ShowView.as_view(), name="show"),
            path("progress/<int:pk>/", ProgressView.as_view(), name="progress"),
            path("since/<int:pk>/", SinceView.as_view(), name="since"),
            path("reject/<int:pk>/", RejectView.as_view(), name="reject"),
            path("figures/<int:pk>.csv", FiguresView.as_view(), name="figures"),
            *presses,
        ]
