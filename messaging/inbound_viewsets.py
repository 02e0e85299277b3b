"""The list of threads: what people texted, what waits, who answers."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn

from core.staff_views import KeysetIndexView, MomentColumn, ScopedViewSet
from messaging import thread_views
from messaging.inbox_entries import visible_names, what_was_done
from messaging.models import InboundMessage
from people.addresses import masked_address

SHOWN = {"waiting": _("Waiting"), "mine": _("Mine"), "all": _("All")}
_EMPTY = {
    "waiting": _("Nothing waits to be read. What people text, and the machine does not understand, appears here."),
    "mine": _("No thread is yours. Open one that waits and take it, or let a colleague give you one."),
    "all": _("Nobody has sent a text yet. What people reply to an SMS appears here."),
}


def sender(row: Any) -> str:
    """Return who wrote: the person, where the viewer sees them, and the number, whole while somebody has to answer."""
    number = row.address if row.has_waiting or not row.address else masked_address(row.channel, row.address)
    parts = (str(row.writer) if row.writer is not None else "", number)
    return " · ".join(part for part in parts if part) or gettext("somebody we do not know")


def became(row: Any) -> str:
    """Return what became of the thread: somebody has to read it, else what was done with its last text."""
    return gettext("waits for somebody to read it") if row.has_waiting else what_was_done(row)


class InboundIndexView(KeysetIndexView):
    results_template_name = "messaging/staff/threads_results.html"

    @cached_property
    def shown(self) -> str:
        wanted = self.request.GET.get("show", "")
        return wanted if wanted in SHOWN else "waiting"

    def get_base_queryset(self) -> QuerySet[Any]:
        rows = super().get_base_queryset().latest_of_threads().with_waiting()  # type: ignore[attr-defined]
        if self.shown == "waiting":
            return rows.filter(has_waiting=True)
        return rows.filter(assigned_to=self.request.user) if self.shown == "mine" else rows

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        names = visible_names(context["object_list"], self.request.user)
        for row in context["object_list"]:
            row.writer = names.get(row.contact_point_id)
        links = [{"label": label, "show": show, "is_current": show == self.shown} for show, label in SHOWN.items()]
        return {**context, "views": links, "empty_text": _EMPTY[self.shown]}


class InboundViewSet(ScopedViewSet):
    model = InboundMessage
    name = "texts"
    url_namespace = "staff_texts"
    icon = "comment"
    menu_label = _("Texts received")
    menu_order = 181
    add_to_admin_menu = True
    screens = frozenset({"index", "index_results"})
    lists_people = True
    related = ("contact_point", "assigned_to", "organisation")
    list_display = [
        TitleColumn(
            "sender", label=_("From"), accessor=sender, get_url=lambda row: reverse("staff_texts:thread", args=[row.pk])
        ),
        Column("text", label=_("What it says"), accessor=lambda row: Truncator(row.text).chars(160)),
        MomentColumn("received_at", label=_("When")),
        Column("done", label=_("What became of it"), accessor=became),
        Column("assigned_to", label=_("Who answers"), accessor=lambda row: row.assigned_to or gettext("not taken")),
        Column(
            "organisation",
            label=_("Organisation"),
            accessor=lambda row: row.organisation or gettext("nobody we know of"),
        ),
    ]
    index_view_class = InboundIndexView
    empty_text = _EMPTY["waiting"]

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("thread/<int:pk>/", thread_views.ThreadView.as_view(), name="thread"),
            path("take/<int:pk>/", thread_views.TakeView.as_view(), name="take"),
            path("assign/<int:pk>/", thread_views.AssignView.as_view(), name="assign"),
            path("dealt-with/<int:pk>/", thread_views.DealtWithView.as_view(), name="dealt_with"),
            path("delete-words/<int:pk>/", thread_views.DeleteWordsView.as_view(), name="delete_words"),
            path("undo/<int:pk>/", thread_views.UndoView.as_view(), name="undo"),
        ]
