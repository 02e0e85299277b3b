"""Event types: what events of a kind begin with."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column

from campaigns.models import Campaign
from core.staff_page import StaffPage
from core.staff_views import ScopedCreateView, ScopedEditView, ScopedIndexView, ScopedViewSet
from events.forms.questions import press
from events.forms.rows import with_more_rows, without_errors
from events.forms.types import EventTypeForm
from events.models import EventType
from events.querysets import PLANNERS
from events.selectors.event_page import address_of
from events.standard_types import STANDARD_TYPES, make_standard_types


class TypeScreen:
    """The form with the editors of checklist and questions: every button but "Save" gives the form back changed."""

    template_name = "events/staff/type_form.html"
    request: Any

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        more, button = request.POST.get("more", ""), request.POST.get("do", "")
        if not more and not button:
            return super().post(request, *args, **kwargs)  # type: ignore[misc]
        if more:
            request.POST = with_more_rows(request.POST, more)  # type: ignore[assignment]
        self.object = self.get_object() if "pk" in kwargs else None  # type: ignore[attr-defined]
        self.form = self.get_form()  # type: ignore[attr-defined]
        press(self.form.questions, button)
        without_errors(self.form, self.form.checklist)
        return self.render_to_response(self.get_context_data(form=self.form))  # type: ignore[attr-defined]


class TypeCreateView(TypeScreen, ScopedCreateView):
    pass


class TypeEditView(TypeScreen, ScopedEditView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        query = f"?event_type={self.kwargs['pk']}"
        return {**context, "shift_templates_url": address_of("staff_shift_templates:index", query=query)}


class TypeIndexView(ScopedIndexView):
    """The list; while a campaign lacks standard types, a button makes them."""

    template_name = "events/staff/types.html"
    results_template_name = "events/staff/types_results.html"

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        user = self.request.user
        if user.has_perm("events.add_eventtype"):
            kinds = [standard.kind.value for standard in STANDARD_TYPES]
            led = Campaign.objects.led_by(user, *PLANNERS).order_by("title")
            there = set(EventType.objects.filter(campaign__in=led).values_list("campaign", "kind"))
            context["lacking"] = [
                campaign for campaign in led if any((campaign.pk, kind) not in there for kind in kinds)
            ]
        return context


class StandardTypesView(StaffPage):
    """Give a campaign the standard types it lacks."""

    permission = "events.add_eventtype"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        get_object_or_404(Campaign.objects.visible_to(request.user), pk=kwargs["pk"])  # type: ignore[arg-type]
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseNotAllowed(["POST"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        campaign = get_object_or_404(Campaign.objects.led_by(user, *PLANNERS), pk=kwargs["pk"])
        made = make_standard_types(campaign=campaign, by=user)
        if made:
            text = ngettext("%(count)s type is ready.", "%(count)s types are ready.", len(made))
            messages.success(request, text % {"count": len(made)})
        else:
            messages.info(request, gettext("All of them are there already."))
        return redirect("staff_event_types:index")


class EventTypeViewSet(ScopedViewSet):
    model = EventType
    name = "event-types"
    url_namespace = "staff_event_types"
    icon = "form"
    list_display = [
        "name",
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        Column("default_minutes", label=_("Minutes")),
        Column("default_capacity", label=_("Places"), accessor=lambda row: row.default_capacity or _("no limit")),
        BooleanColumn("takes_rsvps", label=_("People register")),
        BooleanColumn("is_public", label=_("On the site")),
        BooleanColumn("is_offered", label=_("Offered")),
        Column("campaign", label=_("Campaign")),
    ]
    related = ("campaign",)
    search_fields = ["name"]
    empty_text = _("There is no event type yet. Begin with the standard ones, or make your own.")
    index_view_class = TypeIndexView
    add_view_class = TypeCreateView
    edit_view_class = TypeEditView

    def get_form_class(self, for_update: bool = False) -> Any:
        return EventTypeForm

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("standard/<int:pk>/", StandardTypesView.as_view(), name="standard")]
