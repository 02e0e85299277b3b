"""The pledge board: who needs a nudge before the last day, one step for many at once, and the export."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from campaigns.actions.pledge_marks import Marked, mark_pledges
from campaigns.actions.pledges import UnknownRungError
from campaigns.models import Pledge, PledgeKind
from campaigns.pledge_enums import RemindMe
from campaigns.pledge_export import begin_export, exportable_by
from campaigns.selectors.pledge_board import dress, place_name, still_to_do, where_it_stands, who
from campaigns.viewsets.pledge_filters import PledgeFilterSet, read_rung, rungs_offered
from campaigns.viewsets.pledge_pages import (
    RELATED,
    CallView,
    EndView,
    MoveView,
    NoteView,
    ShowView,
    UndoView,
)
from core.lists import listed
from core.staff_exports import CsvExportView, filters_of_list
from core.staff_views import DayColumn, KeysetIndexView, RefusalPageMixin, ScopedViewSet, refuse, used_filters
from people.models import Supporter
from places.languages import language_name

MOST_TICKED = 200


def found_by(rows: QuerySet[Any], typed: str, user: Any) -> QuerySet[Any]:
    """Return the pledges of people with such a name or address, of those the viewer may read."""
    people = Supporter.objects.visible_to(user).found_by(typed.replace("\0", ""))
    return rows.filter(supporter__in=people.values("pk"))


class PledgeIndexView(KeysetIndexView):
    """The board; above the list, how many still have something to do in each place and language."""

    results_template_name = "campaigns/staff/pledge_results.html"
    is_searchable = True

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return found_by(queryset, self.search_query, self.request.user) if self.is_searching else queryset

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        user: Any = self.request.user
        rows = context["object_list"]
        dress(rows, user, timezone.now())
        may_mark = user.has_perm("campaigns.change_pledge")
        kinds = PledgeKind.objects.filter(pk__in={row.kind_id for row in rows if row.may_change})
        context.update(
            matrix=still_to_do(self._everywhere(), user),
            matrix_query=self._query("territory_code", "locale", "standing"),
            cell=(self.request.GET.get("territory_code", ""), self.request.GET.get("locale", "")),
            marks=_above_the_first(kinds) if may_mark else [],
            list_query=filters_of_list(self.request),
        )
        return context

    def _everywhere(self) -> QuerySet[Any]:
        """Return the rows all filters leave but those of place, language and standing."""
        told = self.request.GET.copy()
        for name in ("territory_code", "locale", "standing"):
            told.pop(name, None)
        filters = PledgeFilterSet(told, request=self.request, queryset=self.get_base_queryset())
        rows: QuerySet[Any] = filters.qs if filters.is_valid() else Pledge.objects.none()
        return self.search_queryset(rows)

    def _query(self, *without: str) -> str:
        told = self.request.GET.copy()
        for name in (*without, "before", "after", "end", "_w_filter_fragment"):
            told.pop(name, None)
        return f"{told.urlencode()}&" if told else ""

    @cached_property
    def header_buttons(self) -> list[Any]:
        user, buttons = self.request.user, []
        if user.has_perm("campaigns.view_pledgenote"):
            buttons.append(
                HeaderButton(_("Calls to make"), url=reverse("staff_pledge_notes:index"), icon_name="history")
            )
        if user.has_perm(PledgeExportView.permission):
            url = reverse("staff_pledges:export") + filters_of_list(self.request)
            buttons.append(HeaderButton(_("Export as CSV"), url=url, icon_name="download"))
        return buttons


def _above_the_first(kinds: QuerySet[PledgeKind]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the steps somebody can be moved up to, for a choice field, by kind."""
    return [(kind, steps[1:]) for kind, steps in rungs_offered(kinds, "steps") if len(steps) > 1]


class PledgeExportView(CsvExportView):
    """The pledges the filters leave, for those who coordinate their campaigns."""

    permission = "campaigns.change_pledgekind"
    what = _("Pledges")
    index = "staff_pledges:index"
    filename = "pledges"
    filterset_class = PledgeFilterSet

    def rows(self) -> QuerySet[Any]:
        user: Any = self.request.user
        return exportable_by(user)

    def searched(self, rows: QuerySet[Any], typed: str) -> QuerySet[Any]:
        return found_by(rows, typed, self.request.user) if typed.strip() else rows

    def stream(self, rows: QuerySet[Any]) -> Iterator[bytes]:
        user: Any = self.request.user
        return begin_export(rows=rows, user=user, filters=used_filters(self.request), at=timezone.now())


class MarkView(RefusalPageMixin, View):
    """Write one step down for everybody who is ticked, and say in words what became of them."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.has_perm("campaigns.change_pledge"):
            return refuse(request)
        ticked = {int(pk) for pk in request.POST.getlist("pledge")[:MOST_TICKED] if pk.isdecimal() and len(pk) < 19}
        number, step = read_rung(request.POST.get("step", ""))
        back = f"{reverse('staff_pledges:index')}{self._filters()}"
        if not ticked:
            messages.error(request, gettext("Tick somebody first; nothing was written down."))
            return redirect(back)
        kind = get_object_or_404(PledgeKind.objects.visible_to(user), pk=number)
        rows = Pledge.objects.changeable_by(user).filter(pk__in=ticked)
        try:
            marked = mark_pledges(pledges=rows, kind=kind, step=step, by=user, at=timezone.now())
        except UnknownRungError:
            messages.error(request, gettext("Choose a step; nothing was written down."))
            return redirect(back)
        unseen = len(ticked) - marked.moved - marked.were_there - marked.left_out
        told = messages.success if marked.moved else messages.info
        told(request, in_words(marked, unseen))
        return redirect(back)

    def _filters(self) -> str:
        query = self.request.POST.get("filters", "")
        return query if query.startswith("?") else ""


def in_words(marked: Marked, unseen: int) -> str:
    """Return what became of everybody ticked; ``unseen``: rows somebody may not change, or that are gone."""
    lines = [
        ngettext("Written down for %(count)s person.", "Written down for %(count)s people.", marked.moved)
        % {"count": marked.moved}
    ]
    if marked.were_there:
        said = ngettext(
            "%(count)s person had got that far already.",
            "%(count)s people had got that far already.",
            marked.were_there,
        )
        lines.append(said % {"count": marked.were_there})
    if left := marked.left_out + unseen:
        said = ngettext(
            "%(count)s person was left out: another kind of pledge, or it has ended.",
            "%(count)s people were left out: another kind of pledge, or it has ended.",
            left,
        )
        lines.append(said % {"count": left})
    return " ".join(lines)


def days_left(row: Any) -> str:
    """Return how long there is, in words; nothing where there is no last day."""
    left = row.days_left
    if left is None:
        return "–"
    if left < 0:
        return gettext("over")
    if left == 0:
        return gettext("today is the last day")
    return ngettext("%(count)s day", "%(count)s days", left) % {"count": left}


def reminders(row: Any) -> str:
    """Return how often they want to be reminded, short enough for a column."""
    if row.remind == RemindMe.ON_DAY:
        return date_format(row.remind_date, "DATE_FORMAT")
    return {
        RemindMe.AS_NEEDED: pgettext("reminders", "a few"),
        RemindMe.ONCE: pgettext("reminders", "one"),
        RemindMe.NEVER: pgettext("reminders", "none"),
    }[RemindMe(row.remind)]


def last_note(row: Any) -> str:
    return row.last_note.text[:80] if row.last_note else ""


class TickColumn(Column):
    cell_template_name = "campaigns/staff/pledge_tick_cell.html"


class PledgeViewSet(ScopedViewSet):
    model = Pledge
    name = "pledges"
    url_namespace = "staff_pledges"
    icon = "pick"
    menu_label = _("Who needs a nudge")
    screens = frozenset({"index", "index_results"})
    lists_people = True
    related = RELATED[:-1]
    list_display = [
        TickColumn("tick", label=_("Tick"), accessor="pk"),
        TitleColumn(
            "who", label=_("Name"), accessor=who, get_url=lambda row: reverse("staff_pledges:show", args=[row.pk])
        ),
        Column("place", label=_("Place"), accessor=lambda row: place_name(row.territory_code)),
        Column("language", label=_("Language"), accessor=lambda row: language_name(row.locale)),
        Column("step", label=_("Step"), accessor=where_it_stands),
        DayColumn("step_at", label=_("Since"), classname="pl-nowrap"),
        Column("left", label=_("Left"), accessor=days_left),
        Column("remind", label=_("Reminders"), accessor=reminders),
        Column("channels", label=_("May be written to by"), accessor=lambda row: listed(row.channels) or "–"),
        Column("note", label=_("Last note"), accessor=last_note),
    ]
    filterset_class = PledgeFilterSet
    index_view_class = PledgeIndexView
    empty_text = _("Nobody has anything left to do, or you see none: put a pledge's page online and share it.")

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("export/", PledgeExportView.as_view(), name="export"),
            path("mark/", MarkView.as_view(), name="mark"),
            path("<int:pk>/", ShowView.as_view(), name="show"),
            path("<int:pk>/move/", MoveView.as_view(), name="move"),
            path("<int:pk>/end/", EndView.as_view(), name="end"),
            path("<int:pk>/undo/", UndoView.as_view(), name="undo"),
            path("<int:pk>/note/", NoteView.as_view(), name="note"),
            path("<int:pk>/call/", CallView.as_view(), name="call"),
        ]
