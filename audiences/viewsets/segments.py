"""Saved segments: the list, one in full, copying, counting anew, deleting, and the export."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from audiences.actions.segments import SegmentInUse, count_segment, delete_segment, duplicate_segment
from audiences.criteria.base import known_parameters
from audiences.exports import begin_export, count_people, leaves_in_plain
from audiences.models import Automation, Segment
from audiences.segment_rules import InvalidRule, parse_rule
from audiences.selectors.descriptions import describe_rule
from audiences.selectors.ground import Ground, ground_of
from audiences.viewsets.editor import TRAIL, EditorView, PreviewView, ReachView, SampleView
from audiences.viewsets.histories import PeopleHistoryView
from campaigns.charts.numbers import whole
from core.lists import listed
from core.small_counts import FewerThan, is_small
from core.staff_exports import AskedExport, address_of_encrypted_exports, only_encrypted, stand_before
from core.staff_page import StaffPage
from core.staff_views import MomentColumn, ScopedIndexView, ScopedViewSet, refuse
from people.enums import Channel


def shown_count(count: int | None, *, sees_people: bool) -> str:
    """Return a count for the screen; to whoever may not see people, none so small that it tells of one (ADR 19)."""
    if count is None:
        return "–"
    return whole(count) if sees_people or not is_small(count) else str(FewerThan())


class CountColumn(Column):
    """People, or the people a channel reaches."""

    channel = ""

    def get_value(self, instance: Segment) -> str:
        count = instance.reach.get(self.channel) if self.channel else instance.member_count
        return shown_count(count, sees_people=getattr(instance, "sees_people", False))


class EmailColumn(CountColumn):
    channel = Channel.EMAIL.value


class SmsColumn(CountColumn):
    channel = Channel.SMS.value


class SegmentIndexView(ScopedIndexView):
    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        shown: set[int] = set()
        if self.request.user.has_perm("people.view_supporter"):
            rows = Segment.objects.all().showing_people_to(self.request.user)
            shown = set(rows.filter(pk__in=self.pks_on_page).values_list("pk", flat=True))
        for row in context["object_list"]:
            row.sees_people = row.pk in shown
        return context


class SegmentPage(StaffPage):
    """One segment through its viewer. ``changes``: also asks that the user may change it."""

    permission = "audiences.view_segment"
    trail = TRAIL
    header_icon = "crosshairs"
    changes = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        seen: Any = Segment.objects.visible_to(request.user)  # type: ignore[arg-type]
        self.segment = get_object_or_404(seen.select_related("organisation", "campaign"), pk=kwargs["pk"])
        if self.changes and not self.may_change:
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def may_change(self) -> bool:
        mine: QuerySet[Segment] = Segment.objects.changeable_by(self.request.user)  # type: ignore[arg-type]
        return mine.filter(pk=self.segment.pk).exists()

    @cached_property
    def ground(self) -> Ground:
        return ground_of(self.segment.organisation_id, timezone.now())

    @property
    def leaves_in_plain(self) -> bool:
        return leaves_in_plain(segment=self.segment, ground=self.ground)

    def get_page_title(self) -> Any:
        return self.segment.name


class SegmentInspectView(SegmentPage):
    """What a segment says, how many it means, who speaks of it."""

    template_name = "audiences/staff/segment.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, segment = self.request.user, self.segment
        shown = Segment.objects.all().showing_people_to(user).filter(pk=segment.pk)  # type: ignore[arg-type]
        sees_people = user.has_perm("people.view_supporter") and shown.exists()
        reach = [
            (channel.label, shown_count(segment.reach.get(channel.value), sees_people=sees_people))
            for channel in Channel
        ]
        return {
            **super().get_context_data(**kwargs),
            "segment": segment,
            "sentence": self._sentence(),
            "people": shown_count(segment.member_count, sees_people=sees_people),
            "reach": reach,
            "used_by": segment.used_by.order_by("name"),
            "journeys": Automation.objects.visible_to(self.request.user).asking(segment),  # type: ignore[arg-type]
            "may_change": self.may_change and user.has_perm("audiences.change_segment"),
            "may_export": sees_people and self.may_change and self.leaves_in_plain,
            "some_only_encrypted": sees_people and (bool(self.ground.partaking) or not self.leaves_in_plain),
            "encrypted_exports": address_of_encrypted_exports(),
        }

    def _sentence(self) -> str:
        try:
            rule = parse_rule(self.segment.rule, known_parameters())
        except InvalidRule:
            return gettext("This rule asks what is no longer asked here. Change it before you use it.")
        return describe_rule(rule, self.ground)

    @cached_property
    def header_buttons(self) -> list[Any]:
        if not (self.may_change and self.request.user.has_perm("audiences.change_segment")):
            return []
        url = reverse("staff_segments:edit", args=[self.segment.pk])
        return [HeaderButton(_("Change it"), url=url, icon_name="edit")]


class PostedPage(SegmentPage):
    """Something done to one segment by a button."""

    changes = True
    template_name = "audiences/staff/segment.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseNotAllowed(["POST"])


class DuplicateView(PostedPage):
    permission = "audiences.add_segment"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        copy = duplicate_segment(segment=self.segment, by=request.user, at=timezone.now())
        messages.success(request, gettext("This is the copy; give it a name of its own."))
        return redirect("staff_segments:edit", copy.pk)


class CountView(PostedPage):
    permission = "audiences.change_segment"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        count_segment(segment=self.segment, at=timezone.now())
        return redirect("staff_segments:inspect", self.segment.pk)


class DeleteView(SegmentPage):
    """Ask once, then delete, or say what still needs it."""

    permission = "audiences.delete_segment"
    changes = True
    template_name = "audiences/staff/delete.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "segment": self.segment}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = self.segment.name
        try:
            delete_segment(segment=self.segment, by=request.user)
        except SegmentInUse as error:
            text = gettext("“%(name)s” cannot be deleted: it is still used by %(names)s.")
            messages.error(request, text % {"name": name, "names": listed(f"“{each}”" for each in error.names)})
            return redirect("staff_segments:inspect", kwargs["pk"])
        messages.success(request, gettext("“%(name)s” is deleted.") % {"name": name})
        return redirect("staff_segments:index")


class ExportView(SegmentPage):
    """The people of a segment as CSV, for whoever may see people of a campaign their organisation leads."""

    permission = "people.view_supporter"
    changes = True

    http_method_names = ["get", "post", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        if not self.leaves_in_plain:
            return only_encrypted(request)
        at, user = timezone.now(), request.user
        asked = AskedExport(
            what=gettext("Segment “%(name)s”") % {"name": self.segment.name[:80]},
            permission=self.permission,
            address=request.path,
            back=reverse("staff_segments:inspect", args=[self.segment.pk]),
            people=lambda most: count_people(segment=self.segment, user=user, at=at, most=most),  # type: ignore[arg-type]
        )
        if (instead := stand_before(request, asked)) is not None:
            return instead
        stream = begin_export(segment=self.segment, user=user, at=at)  # type: ignore[arg-type]
        name = f"{slugify(self.segment.name) or 'segment'}-{timezone.localdate():%Y-%m-%d}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return StreamingHttpResponse(stream, content_type="text/csv; charset=utf-8", headers=headers)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Take the words with which somebody asks for a large export."""
        return self.get(request, *args, **kwargs)


class SegmentViewSet(ScopedViewSet):
    model = Segment
    name = "segments"
    url_namespace = "staff_segments"
    icon = "crosshairs"
    menu_label = _("Segments")
    screens = frozenset({"index", "index_results", "history", "history_results"})
    related = ("organisation", "campaign")
    list_display = [
        TitleColumn("name", label=_("Name"), get_url=lambda row: reverse("staff_segments:inspect", args=[row.pk])),
        CountColumn("people", label=_("People")),
        EmailColumn("email", label=_("By e-mail")),
        SmsColumn("sms", label=_("By SMS")),
        MomentColumn("counted_at", label=_("Counted")),
        Column("campaign", label=_("For the news of"), accessor=lambda row: row.campaign or _("all campaigns")),
        Column("organisation", label=_("Whose people")),
    ]
    search_fields = ["name"]
    empty_text = _("No segment yet. A segment says whom you mean, so that a message reaches them and nobody else.")
    index_view_class = SegmentIndexView
    history_view_class = PeopleHistoryView

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_index_view_kwargs(**kwargs), "add_url_name": self.get_url_name("add")}

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("new/", EditorView.as_view(), name="add"),
            path("edit/<int:pk>/", EditorView.as_view(), name="edit"),
            path("inspect/<int:pk>/", SegmentInspectView.as_view(), name="inspect"),
            path("delete/<int:pk>/", DeleteView.as_view(), name="delete"),
            path("duplicate/<int:pk>/", DuplicateView.as_view(), name="duplicate"),
            path("count/<int:pk>/", CountView.as_view(), name="count"),
            path("export/<int:pk>/", ExportView.as_view(), name="export"),
            path("preview/", PreviewView.as_view(), name="preview"),
            path("reach/", ReachView.as_view(), name="reach"),
            path("sample/", SampleView.as_view(), name="sample"),
        ]
