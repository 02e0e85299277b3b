"""The reminder schedule of an event type, and on a timeline what it means."""

import uuid
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn

from core.staff_page import StaffPage
from core.staff_views import CRUD, ScopedCreateView, ScopedViewSet
from events.forms.reminders import ReminderRuleForm, SampleForm
from events.models import EventType, ReminderRule
from events.reminder_words import moment_in_words, usefulness_in_words
from events.selectors.timeline import timeline_of_event, timeline_of_type
from events.viewsets.pages import EventPage

TRAIL = (("staff_reminders:index", _("Reminders")),)


class RuleFilterSet(WagtailFilterSet):
    event_type = django_filters.ModelChoiceFilter(
        label=_("Event type"), queryset=lambda request: EventType.objects.visible_to(request.user)
    )

    class Meta:
        model = ReminderRule
        fields: list[str] = []


class RuleCreateView(ScopedCreateView):
    def get_initial(self) -> dict[str, Any]:
        """Begin with the type whose page led here."""
        wanted = self.request.GET.get("event_type", "")
        return {**super().get_initial(), "event_type": wanted if wanted.isdecimal() and len(wanted) < 19 else None}

    def save_form(self) -> ReminderRule:
        """Save with a key of its own: keys are part of what keeps a message from going out twice."""
        self.form.instance.key = f"own-{uuid.uuid4().hex[:12]}"
        saved: ReminderRule = self.form.save()
        return saved


class EventTimelineView(EventPage):
    """The reminders of one event, in its own time zone, with how many people each reaches as things stand."""

    permission = "events.view_reminderrule"
    template_name = "events/staff/event_timeline.html"
    page_title = _("Reminders")
    header_icon = "history"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = super().get_breadcrumbs_items()
        here = {"url": reverse("staff_events:show", args=[self.event.pk]), "label": self.event.title}
        return [*items[:-1], here, items[-1]]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        timelines = timeline_of_event(self.event, at=timezone.now()) if self.event.takes_rsvps else []
        type_url = reverse("staff_reminders:sample", args=[self.event.event_type_id])
        return {**context, "timelines": timelines, "zone": self.event.time_zone, "type_url": type_url}


class TypeTimelineView(StaffPage):
    """The reminders of a type, for an event on a day and at an hour one may choose."""

    permission = "events.view_reminderrule"
    trail = TRAIL
    template_name = "events/staff/type_timeline.html"
    page_title = _("Reminders on a timeline")
    header_icon = "history"
    event_type: EventType

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = EventType.objects.visible_to(request.user).select_related("campaign")  # type: ignore[arg-type]
        self.event_type = get_object_or_404(rows, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return self.event_type.name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at, zone = timezone.now(), ZoneInfo(self.event_type.campaign.time_zone)
        day = (at.astimezone(zone) + timedelta(days=7)).date()
        form = SampleForm(self.request.GET if "day" in self.request.GET else {"day": day.isoformat(), "hour": "14:00"})
        timelines = []
        if form.is_valid():
            starts_at = form.wall.replace(tzinfo=zone)
            timelines = [timeline_of_type(self.event_type, starts_at=starts_at, at=at)]
        may = self.request.user.has_perm("events.add_reminderrule")
        may = may and EventType.objects.changeable_by(self.request.user).filter(pk=self.event_type.pk).exists()  # type: ignore[arg-type]
        context = super().get_context_data(**kwargs)
        return {
            **context, "event_type": self.event_type, "form": form, "timelines": timelines, "zone": zone.key,
            "may_change": may,
        }  # fmt: skip


class ReminderRuleViewSet(ScopedViewSet):
    model = ReminderRule
    name = "reminders"
    url_namespace = "staff_reminders"
    icon = "history"
    menu_label = _("Reminders")
    screens = CRUD
    ordering = "event_type__name"
    list_display = [
        TitleColumn(
            "moment",
            label=_("When"),
            accessor=moment_in_words,
            get_url=lambda row: reverse("staff_reminders:edit", args=[row.pk]),
        ),
        Column("text", label=_("What it says"), accessor="get_text_display"),
        Column("channel", label=_("Channel"), accessor="get_channel_display"),
        Column("until", label=_("Of use until"), accessor=usefulness_in_words),
        Column("event_type", label=_("Event type")),
        BooleanColumn("is_active", label=_("In use")),
    ]
    related = ("event_type",)
    filterset_class = RuleFilterSet
    add_view_class = RuleCreateView
    empty_text = _("Nobody is reminded yet. New event types begin with the reminders people know; add others here.")
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("event_type"),
                    FieldRowPanel([FieldPanel("text"), FieldPanel("channel")]),
                    HelpPanel(
                        _(
                            "By e-mail everybody who registered with a proved address is reminded, unless they said "
                            "no. By SMS only who agreed to it."
                        )
                    ),
                ],
                heading=_("What"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("moment"),
                    FieldRowPanel([FieldPanel("days"), FieldPanel("hour"), FieldPanel("minutes")]),
                    FieldPanel("useless_minutes"),
                ],
                heading=_("When"),
            ),
            FieldPanel("is_active", help_text=_("Take the mark away to pause it; what was sent stays sent.")),
        ],
        base_form_class=ReminderRuleForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("timeline/<int:pk>/", EventTimelineView.as_view(), name="timeline"),
            path("type/<int:pk>/", TypeTimelineView.as_view(), name="sample"),
        ]
