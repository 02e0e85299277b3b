"""Areas: drawn on the map of communes, given to teams, never two teams in the same streets."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton

from core.lists import listed
from core.staff_page import StaffPage
from core.staff_views import ScopedCreateView, ScopedEditView, ScopedIndexView, ScopedViewSet, refuse
from outreach.actions.areas import AreaInUse, AreaTaken, AreaUnfit, assign_area, check_outline, release_assignment
from outreach.forms.areas import AreaForm, AssignmentForm
from outreach.models import Area, AreaAssignment, CanvassingEffort
from outreach.selectors.maps import areas_on_map, map_of_effort

TRAIL = (("staff_areas:index", _("Areas")),)


class DrawingScreen:
    """The form with the map beside it: communes, the effort's other areas, and the one being drawn."""

    template_name = "outreach/staff/area_form.html"
    request: Any
    form: Any

    @cached_property
    def chosen_effort(self) -> CanvassingEffort | None:
        instance = getattr(self, "object", None)
        if instance is not None and instance.pk:
            found: CanvassingEffort = instance.effort
            return found
        mine = CanvassingEffort.objects.changeable_by(self.request.user)
        wanted = self.request.POST.get("effort") or self.request.GET.get("effort", "")
        if wanted.isdecimal() and len(wanted) < 19:
            return mine.filter(pk=wanted).first()
        return mine.first()

    def get_initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_initial()  # type: ignore[misc]
        return {**initial, "effort": self.chosen_effort.pk} if self.chosen_effort else initial

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)  # type: ignore[misc]
        effort = self.chosen_effort
        drawn = map_of_effort(effort) if effort else None
        own = getattr(getattr(self, "object", None), "pk", None)
        frame = drawn.frame if drawn else None
        others = areas_on_map(effort, frame, on=timezone.localdate()) if effort else []
        return {
            **context,
            "effort": effort,
            "map": drawn,
            "others": [each for each in others if each.area.pk != own and each.shape],
            # An area that is a whole commune has its label where the commune's would stand.
            "whole_communes": {
                each.area.territory.code
                for each in others
                if each.area.pk != own and each.area.territory and not each.area.polygon
            },
        }

    def save_form(self) -> Any:
        # The outline is judged as it will stand: a redrawn area may not reach into another team's streets.
        check_outline(self.form.instance)
        return super().save_form()  # type: ignore[misc]

    def form_valid(self, form: Any) -> Any:
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except AreaInUse as refusal:
            form.add_error("polygon", str(refusal))
            return self.form_invalid(form)  # type: ignore[attr-defined]


class AreaCreateView(DrawingScreen, ScopedCreateView):
    def get_success_url(self) -> str:
        return reverse("staff_areas:assign", args=[self.object.pk])


class AreaEditView(DrawingScreen, ScopedEditView):
    pass


class AssignView(StaffPage):
    """Who takes this area from when to when, and who had it."""

    template_name = "outreach/staff/area_assign.html"
    permission = "outreach.view_areaassignment"
    header_icon = "group"
    trail = TRAIL

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        seen = Area.objects.visible_to(request.user).select_related("effort", "territory")  # type: ignore[arg-type]
        self.area = get_object_or_404(seen, pk=kwargs["pk"])
        may = request.user.has_perm("outreach.add_areaassignment")
        self.may_change = may and Area.objects.changeable_by(request.user).filter(pk=self.area.pk).exists()  # type: ignore[arg-type]
        if request.method == "POST" and not self.may_change:
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return self.area.name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = kwargs.get("form") or AssignmentForm(area=self.area, user=self.request.user)
        held = self.area.assignments.select_related("team").order_by("-starts_date", "-pk")
        return {
            **context,
            "area": self.area,
            "form": form,
            "media": form.media,
            "held": held,
            "may_change": self.may_change,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "release" in request.POST:
            return self._release(request.POST["release"])
        form = AssignmentForm(request.POST, area=self.area, user=request.user)
        if form.is_valid():
            told = form.cleaned_data
            user: Any = request.user
            try:
                assign_area(area=self.area, team=told["team"], starts=told["starts"], ends=told["ends"], by=user)
            except (AreaTaken, AreaUnfit) as refusal:
                form.add_error(None, str(refusal))
            else:
                text = gettext("“%(team)s” has “%(area)s”.") % {"team": told["team"], "area": self.area}
                messages.success(request, text)
                return redirect("staff_areas:assign", pk=self.area.pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def _release(self, wanted: str) -> HttpResponse:
        number = int(wanted) if wanted.isdecimal() and len(wanted) < 19 else 0
        assignment = get_object_or_404(self.area.assignments, pk=number)
        user: Any = self.request.user
        release_assignment(assignment=assignment, by=user, at=timezone.now())
        messages.success(self.request, gettext("The area is free again on those days."))
        return redirect("staff_areas:assign", pk=self.area.pk)


class MapView(StaffPage):
    """Who is where on a day, as a map and as a list."""

    template_name = "outreach/staff/area_map.html"
    permission = "outreach.view_area"
    header_icon = "globe"
    page_title = _("Who is where")
    trail = TRAIL

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        seen = CanvassingEffort.objects.visible_to(user)
        effort = get_object_or_404(seen, pk=kwargs["pk"])
        on = _day(self.request.GET.get("on", "")) or timezone.localdate()
        drawn = map_of_effort(effort)
        areas = areas_on_map(effort, drawn.frame if drawn else None, on=on)
        may_add = user.has_perm("outreach.add_area")
        return {
            **super().get_context_data(**kwargs),
            "effort": effort,
            "efforts": seen,
            "on": on,
            "map": drawn,
            "areas": areas,
            "may_add": may_add and CanvassingEffort.objects.changeable_by(user).filter(pk=effort.pk).exists(),
        }


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


class AreaIndexView(ScopedIndexView):
    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        on = timezone.localdate()
        current = AreaAssignment.objects.filter(
            area__in=self.pks_on_page, released_at__isnull=True, starts_date__lte=on, ends_date__gte=on
        ).select_related("team")
        teams: dict[int, list[str]] = {}
        for each in current:
            teams.setdefault(each.area_id, []).append(each.team.name)
        for area in context["object_list"]:
            area.teams_now = listed(teams.get(area.pk, []))
        return context

    @cached_property
    def header_buttons(self) -> list[Any]:
        effort = CanvassingEffort.objects.visible_to(self.request.user).first()
        buttons = list(super().header_buttons)
        if effort is not None:
            url = reverse("staff_areas:map", args=[effort.pk])
            buttons.append(HeaderButton(MapView.page_title, url=url, icon_name="globe"))
        return buttons

    def get_base_queryset(self) -> Any:
        rows = super().get_base_queryset().defer("polygon", "territory__outline")
        return rows.annotate(planned=Count("assignments", filter=Q(assignments__released_at__isnull=True)))


def link_to_teams(area: Any) -> str:
    """Return who has the area today, or how many times it is planned, as a link to its assignments."""
    if area.teams_now:
        said = area.teams_now
    elif area.planned:
        said = ngettext("nobody today, %(n)s planned", "nobody today, %(n)s planned", area.planned) % {
            "n": area.planned
        }
    else:
        said = gettext("give it to a team")
    return format_html('<a href="{}">{}</a>', reverse("staff_areas:assign", args=[area.pk]), said)


class AreaViewSet(ScopedViewSet):
    model = Area
    name = "areas"
    url_namespace = "staff_areas"
    icon = "globe"
    list_display = [
        "name",
        Column("effort", label=_("Effort")),
        Column("territory", label=_("Commune")),
        Column("teams_now", label=_("Today"), accessor=link_to_teams),
    ]
    related = ("effort", "territory")
    search_fields = ["name", "effort__title"]
    empty_text = _(
        "There is no area yet. Draw neighbourhoods on the map, so that two teams never take the same street."
    )
    index_view_class = AreaIndexView
    add_view_class = AreaCreateView
    edit_view_class = AreaEditView

    def get_form_class(self, for_update: bool = False) -> Any:
        return AreaForm

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("assign/<int:pk>/", AssignView.as_view(), name="assign"),
            path("map/<int:pk>/", MapView.as_view(), name="map"),
        ]
