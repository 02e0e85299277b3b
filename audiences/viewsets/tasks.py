"""Tasks: what staff are to do by a day, the next first; done, dropped and taken up again with one press."""

from collections.abc import Sequence
from typing import Any, cast

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from audiences.actions.tasks import change_task, settle_task, write_task
from audiences.forms.tasks import StaffTaskForm
from audiences.journey_enums import TaskStatus
from audiences.models import StaffTask
from core.staff_columns import FormColumn
from core.staff_views import ScopedCreateView, ScopedEditView, ScopedIndexView, ScopedViewSet, refuse
from people.models import Supporter
from people.names import name_with_origin

_WHOSE = [("mine", _("mine")), ("nobody", _("nobody's")), ("all", _("everybody's"))]


class TaskFilterSet(WagtailFilterSet):
    whose = django_filters.ChoiceFilter(
        label=_("Whose"), choices=_WHOSE, method="filter_whose", empty_label=None, null_label=None
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=TaskStatus.choices)

    class Meta:
        model = StaffTask
        fields: list[str] = []

    def filter_whose(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        if value == "mine":
            return rows.filter(owner=self.request.user)
        return rows.filter(owner=None) if value == "nobody" else rows


class TaskIndexView(ScopedIndexView):
    """Open tasks, the most urgent first; the filter shows those done."""

    def get_base_queryset(self) -> QuerySet[Any]:
        rows = super().get_base_queryset()
        return rows if self.request.GET.get("status") else rows.filter(status=TaskStatus.OPEN)

    def people_among(self, rows: Sequence[Any]) -> int:
        """Let each row say whether it shows its person to the reader; return how many people are shown."""
        about = {row.supporter_id for row in rows if row.supporter_id}
        seen = set(Supporter.objects.visible_to(self.request.user).filter(pk__in=about).values_list("pk", flat=True))
        for row in rows:
            row.shows_person = row.supporter_id in seen
        return len(seen)


class DueColumn(Column):
    """The day, and that it is past where it is."""

    def get_value(self, instance: StaffTask) -> Any:
        day = date_format(instance.due_date, "DATE_FORMAT")
        if instance.status == TaskStatus.OPEN and instance.due_date < timezone.localdate():
            return format_html("{} <strong>{}</strong>", day, gettext("overdue"))
        return day


class AboutColumn(Column):
    """The person it is about, to those who may see them."""

    def get_value(self, instance: Any) -> Any:
        if not getattr(instance, "shows_person", False):
            return gettext("somebody you may not see") if instance.supporter_id else ""
        url = reverse("staff_supporters:inspect", args=[instance.supporter_id])
        name = name_with_origin(str(instance.supporter), instance.supporter.is_generated)
        return format_html('<a href="{}">{}</a>', url, name)


class SettleColumn(FormColumn):
    cell_template_name = "audiences/staff/task_cell.html"


class TaskCreateView(ScopedCreateView):
    """Write a task down; ``?about=<id>`` names the person it is about."""

    def save_form(self) -> Any:
        cleaned = dict(self.form.cleaned_data)
        organisation, title, due_date = (cleaned.pop(name) for name in ("organisation", "title", "due_date"))
        return write_task(
            organisation=organisation,
            title=title,
            due_date=due_date,
            by=self.request.user,
            at=timezone.now(),
            supporter=self._about(),
            **cleaned,
        )

    def save_instance(self) -> Any:
        return self.save_form()  # the action writes the audit entry

    def _about(self) -> Supporter | None:
        number = self.request.GET.get("about", "")
        if not number.isascii() or not number.isdigit() or len(number) > 18:
            return None
        return get_object_or_404(Supporter.objects.visible_to(self.request.user), pk=int(number))

    def get_add_url(self) -> str:
        query = f"?about={self.request.GET['about']}" if self.request.GET.get("about") else ""
        return f"{super().get_add_url()}{query}"


class TaskEditView(ScopedEditView):
    def save_instance(self) -> Any:
        cleaned = {
            name: value
            for name, value in self.form.cleaned_data.items()
            if name in self.form.changed_data and name not in ("organisation", "campaign")
        }
        return change_task(task=self.object, by=self.request.user, **cleaned) if cleaned else self.object


class SettleTaskView(View):
    """Write down that a task is done, dropped, or open again."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        task = get_object_or_404(StaffTask.objects.visible_to(request.user), pk=pk)  # type: ignore[arg-type]
        wanted = request.POST.get("status", "")
        if not request.user.has_perm("audiences.change_stafftask") or wanted not in TaskStatus.values:
            return refuse(request)
        settle_task(task=task, status=TaskStatus(wanted), by=cast("Any", request.user), at=timezone.now())
        words = {
            TaskStatus.DONE: gettext("Done: “%(title)s”."),
            TaskStatus.DROPPED: gettext("Dropped: “%(title)s”."),
            TaskStatus.OPEN: gettext("Open again: “%(title)s”."),
        }[TaskStatus(wanted)] % {"title": task.title}
        undo = TaskStatus.DONE if wanted == TaskStatus.OPEN else TaskStatus.OPEN
        list_url = f"{reverse('staff_tasks:index')}?status={wanted}"
        buttons = [messages.button(list_url, gettext("Show"))] if undo == TaskStatus.OPEN else []
        messages.success(request, words, buttons=buttons)
        return redirect("staff_tasks:index")


class StaffTaskViewSet(ScopedViewSet):
    model = StaffTask
    name = "tasks"
    url_namespace = "staff_tasks"
    icon = "tasks"
    menu_label = _("Tasks")
    menu_order = 170
    add_to_admin_menu = True
    screens = frozenset({"index", "index_results", "add", "edit", "history", "history_results"})
    lists_people = True
    related = ("owner", "supporter", "campaign")
    list_display = [
        TitleColumn(
            "title",
            label=_("What is to be done"),
            get_url=lambda row: reverse("staff_tasks:edit", args=[row.pk]),
        ),
        DueColumn("due_date", label=_("By")),
        Column("owner", label=_("Who does it"), accessor=lambda row: row.owner or gettext("whoever comes first")),
        AboutColumn("about", label=_("About"), accessor="pk"),
        Column("campaign", label=_("Campaign"), accessor=lambda row: row.campaign or ""),
        SettleColumn("settle", label="", accessor="pk"),
    ]
    filterset_class = TaskFilterSet
    index_view_class = TaskIndexView
    add_view_class = TaskCreateView
    edit_view_class = TaskEditView
    empty_text = _("Nothing is to be done. Tasks come from journeys, and from whoever writes one down here.")

    def get_form_class(self, for_update: bool = False) -> Any:
        return StaffTaskForm

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("settle/<int:pk>/", SettleTaskView.as_view(), name="settle")]
