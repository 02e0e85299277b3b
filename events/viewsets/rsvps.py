"""Who registered: the list of an event, one registration, the export, and registering somebody by hand."""

from collections.abc import Iterator
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from core.staff_exports import CsvExportView, filters_of_list
from core.staff_views import (
    KeysetIndexView,
    MomentColumn,
    RefusalPageMixin,
    ScopedInspectView,
    ScopedViewSet,
    refuse,
    used_filters,
)
from events.actions.adding import RegisteredAlready, add_guest
from events.actions.rsvps import RegistrationClosed, TooLate, cancel_rsvp
from events.enums import RsvpStatus
from events.forms.guest import AddGuestForm
from events.models import Event, Rsvp
from events.questions import answers_shown, questions_in
from events.rsvp_export import begin_export
from events.when import slot_span
from people.viewsets import FormScreen


class RsvpFilterSet(WagtailFilterSet):
    event = django_filters.ModelChoiceFilter(
        label=_("Event"), queryset=lambda request: Event.objects.visible_to(request.user)
    )
    status = django_filters.ChoiceFilter(label=_("State"), choices=RsvpStatus.choices)

    class Meta:
        model = Rsvp
        fields: list[str] = []


def found_by(rows: QuerySet[Any], typed: str) -> QuerySet[Any]:
    """Return those whose name, as they gave it, has every word typed in it."""
    for word in typed.replace("\0", "").split():
        rows = rows.filter(full_name__icontains=word)
    return rows


def named(row: Rsvp) -> str:
    return row.full_name or gettext("somebody without a name")


class RsvpIndexView(KeysetIndexView):
    """Registrations, the newest first; by name."""

    is_searchable = True

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return found_by(queryset, self.search_query) if self.is_searching else queryset

    @cached_property
    def header_buttons(self) -> list[Any]:
        suffix = filters_of_list(self.request)
        buttons = [HeaderButton(_("Export as CSV"), url=reverse("staff_rsvps:export") + suffix, icon_name="download")]
        event = self.request.GET.get("event", "")
        if event.isdecimal() and len(event) < 18 and self.request.user.has_perm("events.add_rsvp"):
            url = reverse("staff_rsvps:add_by_hand", args=[int(event)])  # digits of any script
            buttons.insert(0, HeaderButton(_("Register somebody"), url=url, icon_name="plus"))
        return buttons


class RsvpInspectView(ScopedInspectView):
    """One registration in full, and cancelling it."""

    template_name = "events/staff/rsvp.html"
    page_title = _("Registration")
    shows_people = True

    def visible_rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().visible_rows()
        return rows.select_related("event__event_type", "timeslot", "supporter", "submission")

    def get_page_subtitle(self) -> str:
        return named(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        row, user, at = self.object, self.request.user, timezone.now()
        questions = questions_in(row.event.event_type.questions, get_language() or "", row.event.language)
        may_change = user.has_perm("events.change_rsvp") and Rsvp.objects.changeable_by(user).filter(pk=row.pk).exists()
        context.update(
            rsvp=row,
            when=slot_span(row.timeslot, row.event),
            answers=answers_shown(row.answers, questions),
            email=row.submission.email if row.submission else "",
            phone=row.submission.phone if row.submission else "",
            may_cancel=may_change and row.status != RsvpStatus.CANCELLED and row.timeslot.ends_at > at,
        )
        return context


class CancelView(RefusalPageMixin, View):
    """Take somebody off the list: they are told, and their places go to those who wait."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user: Any = request.user
        rsvp = get_object_or_404(Rsvp.objects.visible_to(user), pk=pk)
        if not user.has_perm("events.change_rsvp") or not Rsvp.objects.changeable_by(user).filter(pk=pk).exists():
            return refuse(request)
        try:
            cancel_rsvp(rsvp=rsvp, by=user, at=timezone.now())
        except TooLate:
            messages.error(request, gettext("It is over: nothing can be cancelled any more."))
        else:
            messages.success(request, gettext("The registration is cancelled, and the person is told."))
        return redirect("staff_rsvps:inspect", pk)


class ExportView(CsvExportView):
    """The registrations the filters leave."""

    permission = "events.view_rsvp"
    what = _("Registrations")
    index = "staff_rsvps:index"
    filename = "registrations"
    filterset_class = RsvpFilterSet

    def rows(self) -> QuerySet[Any]:
        user: Any = self.request.user
        rows: QuerySet[Any] = Rsvp.objects.visible_to(user)
        return rows

    def searched(self, rows: QuerySet[Any], typed: str) -> QuerySet[Any]:
        return found_by(rows, typed)

    def stream(self, rows: QuerySet[Any]) -> Iterator[bytes]:
        user: Any = self.request.user
        return begin_export(rows=rows, user=user, filters=used_filters(self.request))


class AddGuestView(FormScreen):
    """Somebody telephones: the same places, the same line, and the same letter where there is an address."""

    right = "events.add_rsvp"
    index = ("staff_rsvps:index", _("Registrations"))
    page_title = _("Register somebody")
    header_icon = "group"
    submit_label = pgettext_lazy("staff registers somebody", "Register")

    @cached_property
    def event(self) -> Event:
        rows = Event.objects.select_related("event_type", "campaign")
        event = rows.visible_to(self.request.user).filter(pk=self.kwargs["event_id"]).first()
        if event is None:
            raise Http404
        return event

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        event_id = kwargs["event_id"]
        may_see = user.has_perm(self.right) and Event.objects.visible_to(user).filter(pk=event_id).exists()
        if may_see and not Event.objects.changeable_by(user).filter(pk=event_id).exists():
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def make_form(self, data: Any = None) -> AddGuestForm:
        questions = questions_in(self.event.event_type.questions, get_language() or "", self.event.language)
        return AddGuestForm(data, event=self.event, questions=questions, at=timezone.now())

    def get_page_subtitle(self) -> str:
        return self.event.title

    def save(self, form: AddGuestForm) -> HttpResponse:
        user: Any = self.request.user
        try:
            rsvp = add_guest(**form.guest(), by=user, at=timezone.now())
        except RegisteredAlready as already:
            messages.warning(self.request, gettext("This person is registered already; nothing was changed."))
            return redirect("staff_rsvps:inspect", already.rsvp.pk)
        except RegistrationClosed:
            form.add_error(None, _("Nobody can register for this event now: it is not published, or it has begun."))
            return self.render_to_response(self.get_context_data(form=form), status=422)
        said = (
            gettext("{} is registered.")
            if rsvp.status == RsvpStatus.COMING
            else gettext("{} is on the waiting list: there are not enough places.")
        )
        messages.success(self.request, format_html(said, named(rsvp)))
        return redirect(f"{reverse('staff_rsvps:index')}?event={self.event.pk}")


class RsvpViewSet(ScopedViewSet):
    model = Rsvp
    name = "registrations"
    url_namespace = "staff_rsvps"
    menu_label = _("Registrations")
    icon = "group"
    add_to_admin_menu = False
    screens = frozenset({"index", "index_results", "inspect", "history", "history_results"})
    lists_people = True
    related = ("event", "timeslot")
    list_display = [
        TitleColumn(
            "name",
            label=_("Name"),
            accessor=named,
            get_url=lambda row: reverse("staff_rsvps:inspect", args=[row.pk]),
        ),
        Column("status", label=_("State"), accessor="get_status_display"),
        Column("party_size", label=_("People")),
        Column("event", label=_("Event")),
        Column("when", label=_("When"), accessor=lambda row: slot_span(row.timeslot, row.event)),
        MomentColumn("created_at", label=_("Registered")),
    ]
    filterset_class = RsvpFilterSet
    index_view_class = RsvpIndexView
    inspect_view_class = RsvpInspectView
    inspect_view_fields: list[str] = []
    empty_text = _("Nobody has registered yet.")

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("export/", ExportView.as_view(), name="export"),
            path("add-by-hand/<int:event_id>/", AddGuestView.as_view(), name="add_by_hand"),
            path("cancel/<int:pk>/", CancelView.as_view(), name="cancel"),
        ]


__all__ = ["RsvpFilterSet", "RsvpViewSet"]
