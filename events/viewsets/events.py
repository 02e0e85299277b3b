"""Events: the list, planning from a type, changing, deleting drafts; the addresses of all pages about events."""

from typing import Any

import django_filters
from django.contrib import messages as django_messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from campaigns.models import Campaign
from campaigns.zones import span_in
from core.staff_page import StaffPage
from core.staff_views import ScopedCreateView, ScopedDeleteView, ScopedEditView, ScopedIndexView, ScopedViewSet
from events.actions.changing import ChangeRefused, change_event
from events.actions.planning import EventNotDeletable, PlanRefused, delete_draft, plan_event
from events.enums import EventStatus
from events.forms.changing import EventForm
from events.forms.planning import PlanForm
from events.forms.rows import with_more_rows, without_errors
from events.models import Event, EventType
from events.selectors.calendar import places_of
from events.selectors.event_page import concerned_by
from events.viewsets.calendar import CalendarView, NeedsPeopleView
from events.viewsets.pages import TRAIL
from events.viewsets.showing import CancelView, PublishView, RepeatView, ShowView, TickView


class EventFilterSet(WagtailFilterSet):
    campaign = django_filters.ModelChoiceFilter(
        label=_("Campaign"), queryset=lambda request: Campaign.objects.visible_to(request.user)
    )
    event_type = django_filters.ModelChoiceFilter(
        label=_("Type"), queryset=lambda request: EventType.objects.visible_to(request.user)
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=EventStatus.choices)

    class Meta:
        model = Event
        fields: list[str] = []


def _places(row: Any) -> str:
    places = places_of(row)
    return str(places.taken) if places.capacity is None else f"{places.taken} / {places.capacity}"


class EventIndexView(ScopedIndexView):
    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().defer("description", "territory__outline").prefetch_related("timeslots")

    @cached_property
    def header_buttons(self) -> list[Any]:
        calendar = HeaderButton(_("Calendar"), url=reverse("staff_events:calendar"), icon_name="calendar")
        people = HeaderButton(_("What needs people"), url=reverse("staff_events:people"), icon_name="group")
        return [*super().header_buttons, calendar, people]


def offered_types(user: Any) -> Any:
    """Return the types the user may plan with."""
    seen = EventType.objects.visible_to(user).filter(is_offered=True)
    return seen.select_related("campaign__organisation").order_by("campaign__title", "name")


class ChooseTypeView(StaffPage):
    """Which type the event is of."""

    template_name = "events/staff/choose_type.html"
    permission = "events.add_event"
    header_icon = "date"
    page_title = _("Plan an event")
    trail = TRAIL
    http_method_names = ["get", "post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        may_make = user.has_perm("events.add_eventtype")
        return {**super().get_context_data(**kwargs), "types": offered_types(user), "may_make_types": may_make}


class PlanView(ScopedCreateView):
    """The form begins with what the type says; without a type in the address, one is chosen first."""

    template_name = "events/staff/plan.html"
    page_title = _("Plan an event")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = request.GET.get("type", "")
        pk = int(wanted) if wanted.isdecimal() and len(wanted) < 19 else 0
        chosen = offered_types(request.user).filter(pk=pk).first()
        if chosen is None:
            return ChooseTypeView.as_view()(request)
        self.event_type = chosen
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> Any:
        return self.page_title

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = {**super().get_form_kwargs(), "event_type": self.event_type}
        return kwargs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "event_type": self.event_type}

    def get_add_url(self) -> str:
        """Send the form to the address of its type."""
        url = str(super().get_add_url())
        return f"{url}?type={self.event_type.pk}"

    def save_instance(self) -> Event:
        form = self.form
        return plan_event(
            event_type=form.event_type,
            title=form.cleaned_data["title"],
            slots=form.slots(),
            by=self.request.user,
            at=timezone.now(),
            **form.columns(),
        )

    def form_valid(self, form: Any) -> Any:
        try:
            return super().form_valid(form)
        except PlanRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)

    def get_success_url(self) -> str:
        return reverse("staff_events:show", args=[self.object.pk])


class EventEditView(ScopedEditView):
    """Change an event; who moves one that people count on sees first whom it concerns."""

    template_name = "events/staff/event_form.html"
    asks: Any = None

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("campaign", "event_type", "organisation")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        more = request.POST.get("more", "")
        if not more:
            return super().post(request, *args, **kwargs)
        request.POST = with_more_rows(request.POST, more)  # type: ignore[assignment]
        self.object = self.get_object()
        self.form = self.get_form()
        without_errors(self.form, *self.form.row_sets)
        return self.render_to_response(self.get_context_data(form=self.form))

    def form_valid(self, form: Any) -> Any:
        if self._must_ask(form):
            return self.render_to_response(self.get_context_data(form=form), status=409)
        try:
            return super().form_valid(form)
        except (ChangeRefused, PlanRefused) as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)

    def _must_ask(self, form: Any) -> bool:
        slots = form.moved_slots()
        if "tell" in self.request.POST or self.object.published_at is None or slots == frozenset():
            return False
        concerned = concerned_by(self.object, timezone.now(), slots=slots)
        self.asks = concerned if concerned.anybody else None
        return self.asks is not None

    def save_instance(self) -> Event:
        return change_event(event=self.object, change=self.form.change(), by=self.request.user, at=timezone.now())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "asks": self.asks}

    def get_success_url(self) -> str:
        return reverse("staff_events:show", args=[self.object.pk])


class EventDeleteView(ScopedDeleteView):
    """Only a draft nobody registered for goes; anything else is called off."""

    def delete_action(self) -> None:
        delete_draft(event=self.object, by=self.request.user, at=timezone.now())

    def form_valid(self, form: Any) -> HttpResponseBase:
        try:
            return super().form_valid(form)
        except EventNotDeletable as refusal:
            django_messages.error(self.request, str(refusal))
            return HttpResponseRedirect(reverse("staff_events:show", args=[self.object.pk]))


class EventViewSet(ScopedViewSet):
    model = Event
    name = "events"
    url_namespace = "staff_events"
    icon = "date"
    menu_label = _("All events")
    ordering = "-starts_at"
    list_display = [
        TitleColumn("title", label=_("Event"), get_url=lambda row: reverse("staff_events:show", args=[row.pk])),
        Column("when", label=_("When"), accessor=lambda row: span_in(row.starts_at, row.ends_at, row.zone)),
        Column("event_type", label=_("Type")),
        Column("territory", label=_("Commune"), accessor=lambda row: row.territory or ""),
        Column("organisation", label=_("Hosted by")),
        Column("places", label=_("People"), accessor=_places),
        Column("status", label=_("Status"), accessor="get_status_display"),
    ]
    related = ("campaign", "event_type", "organisation", "territory")
    search_fields = ["title", "venue__name"]
    filterset_class = EventFilterSet
    empty_text = _("There is no event yet. Plan one from a type: it brings its length, places and checklist.")
    index_view_class = EventIndexView
    add_view_class = PlanView
    edit_view_class = EventEditView
    delete_view_class = EventDeleteView

    def get_form_class(self, for_update: bool = False) -> Any:
        return EventForm if for_update else PlanForm

    def get_urlpatterns(self) -> list[Any]:
        return [
            path("calendar/", CalendarView.as_view(), name="calendar"),
            path("people/", NeedsPeopleView.as_view(), name="people"),
            path("<int:pk>/", ShowView.as_view(), name="show"),
            path("publish/<int:pk>/", PublishView.as_view(), name="publish"),
            path("tick/<int:pk>/", TickView.as_view(), name="tick"),
            path("cancel/<int:pk>/", CancelView.as_view(), name="cancel"),
            path("repeat/<int:pk>/", RepeatView.as_view(), name="repeat"),
            *super().get_urlpatterns(),
        ]
