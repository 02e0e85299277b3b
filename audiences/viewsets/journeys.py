"""Journeys: the list, the ready-made ones to begin with; the addresses of all pages about them."""

from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from audiences.actions.cooking import begin_with
from audiences.actions.journeys import draw_up_journey
from audiences.forms.journeys import BeginForm
from audiences.journey_enums import JourneyStatus
from audiences.journey_words import say_recipe, say_trigger
from audiences.models import Automation
from audiences.recipes import RECIPES, Recipe, recipe
from audiences.selectors.ground import Ground, ground_of
from audiences.selectors.journey_figures import with_counts
from audiences.viewsets.journey_pages import PAGES, TRAIL, ShowView
from audiences.viewsets.journey_steps import StepsView
from core.staff_page import StaffPage
from core.staff_views import ScopedIndexView, ScopedViewSet

BLANK = "empty"


class JourneyFilterSet(WagtailFilterSet):
    status = django_filters.MultipleChoiceFilter(label=_("Status"), choices=JourneyStatus.choices)

    class Meta:
        model = Automation
        fields: list[str] = []


class JourneyIndexView(ScopedIndexView):
    """Each with what begins it as a sentence and how many are where."""

    def get_base_queryset(self) -> QuerySet[Any]:
        return with_counts(super().get_base_queryset())

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        grounds: dict[int, Ground] = {}
        at = timezone.now()
        for row in context["object_list"]:
            if row.organisation_id not in grounds:
                grounds[row.organisation_id] = ground_of(row.organisation_id, at)
            row.begins = say_trigger(row.trigger, grounds[row.organisation_id])
        return context


class GalleryView(StaffPage):
    """The ready-made journeys as cards, and an empty one."""

    permission = "audiences.add_automation"
    trail = TRAIL
    header_icon = "history"
    page_title = _("New journey")
    template_name = "audiences/staff/journey_gallery.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cards = [(each, *say_recipe(each)) for each in RECIPES]
        return {**super().get_context_data(**kwargs), "cards": cards, "blank": BLANK}


class BeginView(StaffPage):
    """Ask for which campaign and organisation, then copy a ready-made journey or begin an empty one."""

    permission = "audiences.add_automation"
    trail = (*TRAIL, ("staff_journeys:add", _("New journey")))
    header_icon = "history"
    template_name = "audiences/staff/journey_begin.html"
    recipe: Recipe | None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.recipe = recipe(kwargs["recipe"])
        if self.recipe is None and kwargs["recipe"] != BLANK:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> Any:
        return self.recipe.name if self.recipe else _("An empty journey")

    def _form(self, data: Any = None) -> BeginForm:
        kind = type("BeginThisForm", (BeginForm,), {"recipe": self.recipe})
        form: BeginForm = kind(data, for_user=self.request.user)
        return form

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._shown(self._form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self._shown(form, status=422)
        journey = self._begin(form.cleaned_data)
        if self.recipe is None:
            messages.success(request, gettext("The draft is kept. Say how it begins, then write its steps."))
            return redirect("staff_journeys:edit", journey.pk)
        messages.success(
            request, gettext("The draft is kept, with its texts. Read them, change what you like, then start it.")
        )
        return redirect("staff_journeys:show", journey.pk)

    def _begin(self, told: dict[str, Any]) -> Automation:
        common: Any = {name: told[name] for name in ("organisation", "campaign")} | {"by": self.request.user}
        if self.recipe is None:
            return draw_up_journey(name=told["name"], trigger={"kind": "signature"}, **common)
        asked: Any = {name: told.get(name) for name in ("segment", "pledge_kind")}
        return begin_with(recipe=self.recipe, name=told["name"], at=timezone.now(), **asked, **common)

    def _shown(self, form: BeginForm, status: int = 200) -> HttpResponse:
        begins, steps = say_recipe(self.recipe) if self.recipe else ("", [])
        context = self.get_context_data(form=form, recipe=self.recipe, begins=begins, steps=steps)
        return self.render_to_response(context, status=status)


class JourneyViewSet(ScopedViewSet):
    model = Automation
    name = "journeys"
    url_namespace = "staff_journeys"
    icon = "history"
    menu_label = _("Journeys")
    screens = frozenset({"index", "index_results", "add", "history", "history_results"})
    related = ("campaign", "organisation")
    ordering = "name"
    list_display = [
        TitleColumn("name", label=_("Journey"), get_url=lambda row: reverse("staff_journeys:show", args=[row.pk])),
        Column("status", label=_("Status"), accessor="get_status_display"),
        Column("begins", label=_("Begins when")),
        Column("waiting_count", label=_("On the way")),
        Column("done_count", label=_("At the end")),
        Column("campaign", label=_("Campaign")),
        Column("organisation", label=_("Organisation")),
    ]
    search_fields = ["name"]
    filterset_class = JourneyFilterSet
    index_view_class = JourneyIndexView
    empty_text = _(
        "No journey yet. A journey writes to people by itself, step by step, once they sign, come or volunteer. "
        "Begin with a ready-made one: its texts are written already."
    )

    def get_form_class(self, for_update: bool = False) -> Any:
        return BeginForm

    def get_urlpatterns(self) -> list[Any]:
        return [
            *(pattern for pattern in super().get_urlpatterns() if pattern.name != "add"),
            path("new/", GalleryView.as_view(), name="add"),
            path("new/<slug:recipe>/", BeginView.as_view(), name="begin"),
            path("<int:pk>/", ShowView.as_view(), name="show"),
            path("steps/<int:pk>/", StepsView.as_view(), name="steps"),
            *(path(f"{name}/<int:pk>/", view.as_view(), name=name) for name, view in PAGES.items()),
        ]
