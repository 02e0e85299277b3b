"""The pipeline as columns with cards, and the list of those who wait longest."""

import re
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from core import audit
from core.staff_views import PER_PAGE, RefusalPageMixin, refuse
from places.languages import language_name
from volunteers.actions.pipeline import move_volunteer, plan_next_step
from volunteers.enums import Stage
from volunteers.models import Volunteer
from volunteers.selectors.pipeline import MOST_PER_COLUMN, PER_COLUMN, pipeline, with_waiting_times
from volunteers.staff_forms import MoveForm, NextStepForm, PipelineFilterForm, named

_LIMIT = re.compile(r"\d{1,4}\Z")


class VolunteersScreen(RefusalPageMixin, WagtailAdminTemplateMixin, TemplateView):
    """A screen about volunteers that is no plain list; needs the right to see them."""

    header_icon = "group"
    right = "volunteers.view_volunteer"
    request: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(self.right):
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        first = {"url": reverse("staff_volunteers:index"), "label": gettext("Volunteers")}
        return [*self.breadcrumbs_items, first, {"url": "", "label": self.page_title}]


def seen_by(request: HttpRequest) -> QuerySet[Volunteer]:
    """Return the volunteers the viewer may see."""
    return Volunteer.objects.visible_to(request.user)  # type: ignore[arg-type]


def may_change(request: HttpRequest, volunteer: Volunteer) -> bool:
    """Whether the viewer may change this very volunteer."""
    user: Any = request.user
    rows = Volunteer.objects.changeable_by(user).filter(pk=volunteer.pk)
    return user.has_perm("volunteers.change_volunteer") and rows.exists()


def board_context(request: HttpRequest) -> dict[str, Any]:
    """Return what the columns show; the look is written to the audit trail, for it lists people."""
    user: Any = request.user
    filters = PipelineFilterForm(request.GET, user=user)
    rows = filters.narrow(seen_by(request))
    at = timezone.now()
    columns = pipeline(rows, _limits(request))
    cards = [card for column in columns for card in column.cards]
    with_waiting_times(cards, at, timezone.localdate())
    changeable: set[int] = set()
    if cards and user.has_perm("volunteers.change_volunteer"):
        shown = Volunteer.objects.changeable_by(user).filter(pk__in=[card.pk for card in cards])
        changeable = set(shown.values_list("pk", flat=True))
    stages = list(Stage)
    for card in cards:
        _dress(card, stages, card.pk in changeable)
    audit.record("volunteers.volunteer.listed", by=user, count=len(cards), filters=filters.used)
    query = request.GET.urlencode()
    return {
        "filters": filters,
        "columns": columns,
        "query": f"?{query}" if query else "",
        "base_query": _without_limits(request),
        "total": sum(column.count for column in columns),
    }


def _limits(request: HttpRequest) -> dict[Stage, int]:
    """Return how many cards each column shows: more where "show more" was pressed."""
    limits = {}
    for stage in Stage:
        wanted = request.GET.get(f"show_{stage.value}", "")
        if _LIMIT.match(wanted):
            limits[stage] = max(PER_COLUMN, min(int(wanted), MOST_PER_COLUMN))
    return limits


def _without_limits(request: HttpRequest) -> str:
    query = request.GET.copy()
    for stage in Stage:
        query.pop(f"show_{stage.value}", None)
    return query.urlencode()


def _dress(card: Any, stages: list[Stage], may: bool) -> None:
    here = stages.index(Stage(card.stage))
    card.name = named(card)
    card.spoken = [(row.language, language_name(row.language)) for row in card.languages.all()]
    card.may_change = may
    card.stage_after = stages[here + 1] if here + 1 < len(stages) else None
    card.other_stages = [stage for stage in stages if stage != card.stage and stage != card.stage_after]


class PipelineView(VolunteersScreen):
    """Columns from applied to resting; cards move by button, by key, or by dragging."""

    template_name = "volunteers/staff/pipeline.html"
    page_title = _("Pipeline")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), **board_context(self.request)}

    @cached_property
    def header_buttons(self) -> list[Any]:
        return [
            HeaderButton(_("Waiting longest"), url=reverse("staff_volunteers:waiting"), icon_name="history"),
            HeaderButton(_("As a list"), url=reverse("staff_volunteers:index"), icon_name="list-ul"),
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.htmx:  # type: ignore[attr-defined]
            return render(request, "volunteers/staff/pipeline_board.html", board_context(request))
        return super().get(request, *args, **kwargs)


class OneVolunteerView(View):
    """Fetch one volunteer through the viewer: outside 404, without the right 403."""

    volunteer: Volunteer

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = seen_by(request).select_related("supporter", "campaign", "organisation", "owner")
        self.volunteer = get_object_or_404(rows, pk=kwargs["pk"])
        if not may_change(request, self.volunteer):
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)


def back(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """Return to the screen that asked, if it is one of ours, else to the volunteer."""
    following = request.POST.get("next", "")
    if following and url_has_allowed_host_and_scheme(following, {request.get_host()}, request.is_secure()):
        return redirect(following)
    return redirect("staff_volunteers:inspect", volunteer.pk)


class MoveView(OneVolunteerView):
    """Move one card. With htmx the whole board comes back, else one returns to where one was."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = MoveForm(request.POST)
        if not form.is_valid():
            messages.error(request, gettext("There is no such stage; nobody was moved."))
            return back(request, self.volunteer)
        stage = Stage(form.cleaned_data["stage"])
        moved = move_volunteer(volunteer=self.volunteer, to_stage=stage, by=request.user, at=timezone.now())
        said = gettext("%(name)s is now: %(stage)s.") % {"name": named(self.volunteer), "stage": stage.label}
        if request.htmx:  # type: ignore[attr-defined]
            context = {**board_context(request), "said": said}
            return render(request, "volunteers/staff/pipeline_board.html", context)
        messages.success(request, said)
        return back(request, moved)


class NextStepView(OneVolunteerView):
    """Owner and next step, edited inside the card (htmx) or on a page of their own."""

    def _answer(self, form: NextStepForm, status: int = 200) -> HttpResponse:
        inline = bool(self.request.htmx)  # type: ignore[attr-defined]
        name = "volunteers/staff/next_step_form.html" if inline else "volunteers/staff/next_step.html"
        context = {
            "form": form,
            "volunteer": self.volunteer,
            "name": named(self.volunteer),
            "query": f"?{self.request.GET.urlencode()}",
            "next": self.request.POST.get("next") or self.request.headers.get("Referer", ""),
            "is_inline": inline,
        }
        return render(self.request, name, context, status=status)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._answer(NextStepForm(volunteer=self.volunteer))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = NextStepForm(request.POST, volunteer=self.volunteer)
        if not form.is_valid():
            # htmx leaves what is not 2xx alone; the faulty form has to be seen.
            return self._answer(form, 200 if request.htmx else 422)  # type: ignore[attr-defined]
        plan_next_step(volunteer=self.volunteer, by=request.user, **form.cleaned_data)
        said = gettext("The next step with %(name)s is planned.") % {"name": named(self.volunteer)}
        if request.htmx:  # type: ignore[attr-defined]
            response = render(request, "volunteers/staff/pipeline_board.html", {**board_context(request), "said": said})
            response["HX-Retarget"], response["HX-Reswap"] = "#board", "outerHTML"
            return response
        messages.success(request, said)
        return back(request, self.volunteer)


class WaitingView(VolunteersScreen):
    """Who waits longest: an overdue next step first, then whoever was not heard of for the longest time."""

    template_name = "volunteers/staff/waiting.html"
    page_title = _("Waiting longest")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        filters = PipelineFilterForm(self.request.GET, user=self.request.user)
        rows = filters.narrow(seen_by(self.request)).distinct().waiting_longest(today)  # type: ignore[attr-defined]
        rows = rows.select_related("supporter", "owner", "campaign", "organisation")
        page = Paginator(rows, PER_PAGE).get_page(self.request.GET.get("p"))
        cards: list[Any] = list(page.object_list)
        with_waiting_times(cards, timezone.now(), today)
        for card in cards:
            card.name = named(card)
        audit.record("volunteers.volunteer.listed", by=self.request.user, count=len(cards), filters=filters.used)
        query = self.request.GET.copy()
        query.pop("p", None)
        context = super().get_context_data(**kwargs)
        return {**context, "page": page, "cards": cards, "filters": filters, "base_query": query.urlencode()}
