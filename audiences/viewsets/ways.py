"""People on their way through journeys: the list, and one person's path. Every look is audited."""

from typing import Any

import django_filters
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column

from audiences.actions.journeys import take_out
from audiences.journey_enums import RunStatus
from audiences.journey_words import local_moment
from audiences.models import Automation, AutomationRun
from audiences.selectors.way_path import path_of, standing_of
from core import audit
from core.staff_page import StaffPage
from core.staff_views import KeysetIndexView, MomentColumn, ScopedViewSet, refuse
from people.models import Supporter
from people.names import name_with_origin


class WayFilterSet(WagtailFilterSet):
    automation = django_filters.ModelChoiceFilter(
        label=_("Journey"), queryset=lambda request: Automation.objects.visible_to(request.user)
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=RunStatus.choices)

    class Meta:
        model = AutomationRun
        fields: list[str] = []


def seen_among(rows: list[AutomationRun], user: Any) -> set[int]:
    """Return which of the people the viewer may see, in one query."""
    people = [row.supporter_id for row in rows]
    return set(Supporter.objects.visible_to(user).filter(pk__in=people).values_list("pk", flat=True))


class WayIndexView(KeysetIndexView):
    page_title = _("People on the way")

    def get_page_title(self) -> Any:
        return self.page_title

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        seen = seen_among(list(context["object_list"]), self.request.user)
        for row in context["object_list"]:
            row.shows_person = row.supporter_id in seen
        return context


class PersonColumn(Column):
    """The person, to whoever may see them; the link leads to their path either way."""

    def get_value(self, instance: Any) -> Any:
        url = reverse("staff_ways:show", args=[instance.pk])
        return format_html(
            '<a href="{}">{}</a>', url, person_of(instance, shows=getattr(instance, "shows_person", False))
        )


def person_of(run: AutomationRun, *, shows: bool) -> str:
    """Return a name, or words for somebody the viewer may not see."""
    if not shows:
        return gettext("somebody you may not see")
    return name_with_origin(str(run.supporter), run.supporter.is_generated)


def _goes_on(run: AutomationRun) -> str:
    return local_moment(run.next_at, run.automation) if run.next_at is not None else ""


class WayViewSet(ScopedViewSet):
    model = AutomationRun
    name = "journey-people"
    url_namespace = "staff_ways"
    icon = "group"
    add_to_admin_menu = False
    screens = frozenset({"index", "index_results"})
    lists_people = True
    related = ("automation__campaign", "supporter")
    list_display = [
        PersonColumn("person", label=_("Person"), accessor="pk"),
        Column("automation", label=_("Journey")),
        Column("status", label=_("Status"), accessor="get_status_display"),
        MomentColumn("entered_at", label=_("Since")),
        Column("goes_on", label=_("Goes on"), accessor=_goes_on),
    ]
    filterset_class = WayFilterSet
    index_view_class = WayIndexView
    empty_text = _("Nobody is on the way. People are taken in while a journey runs.")

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/", WayView.as_view(), name="show"),
            path("take-out/<int:pk>/", TakeOutView.as_view(), name="take_out"),
        ]


class WayPage(StaffPage):
    """One person's way through its viewer."""

    permission = "audiences.view_automationrun"
    trail = (("staff_journeys:index", _("Journeys")),)
    header_icon = "group"
    changes = False
    run: AutomationRun

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        # Whoever sees the journey learns that they have no right to look at its people; nobody else learns anything.
        get_object_or_404(Automation.objects.visible_to(user), runs=kwargs["pk"])
        if not user.has_perm(self.permission):
            return refuse(request)
        rows = AutomationRun.objects.visible_to(user).select_related(
            "automation__campaign", "automation__organisation", "version", "supporter"
        )
        self.run = get_object_or_404(rows, pk=kwargs["pk"])
        may = user.has_perm("audiences.change_automationrun")
        self.may_change = may and AutomationRun.objects.changeable_by(user).filter(pk=self.run.pk).exists()
        if self.changes and not self.may_change:
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *above, here = super().get_breadcrumbs_items()
        journey = self.run.automation
        return [*above, {"url": reverse("staff_journeys:show", args=[journey.pk]), "label": journey.name}, here]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shows = self.run.supporter_id in seen_among([self.run], self.request.user)
        return {
            **super().get_context_data(**kwargs),
            "run": self.run,
            "journey": self.run.automation,
            "person": person_of(self.run, shows=shows),
            "shows_person": shows,
            "may_change": self.may_change,
            "is_waiting": self.run.status == RunStatus.WAITING,
        }


class WayView(WayPage):
    """The path of one person, and why they rest where they do."""

    template_name = "audiences/staff/way.html"
    page_title = _("One person’s way")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        audit.record("audiences.automation_run.viewed", by=self.request.user, target=self.run)
        context = super().get_context_data(**kwargs)
        return {**context, "path": path_of(self.run), "standing": standing_of(self.run)}


class TakeOutView(WayPage):
    """Ask once, because it cannot be undone, then take the person out."""

    template_name = "audiences/staff/way_take_out.html"
    page_title = _("Take out of the journey")
    changes = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        take_out(run=self.run, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, gettext("Taken out: nothing more of this journey happens to them."))
        return redirect("staff_ways:show", self.run.pk)
