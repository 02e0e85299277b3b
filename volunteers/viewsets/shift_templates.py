"""The shifts new events of a type begin with; the event type's own screen links here with ``?event_type=<id>``."""

from typing import Any

import django_filters
from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column

from core.staff_views import CRUD, ScopedCreateView, ScopedViewSet
from events.models import EventType
from volunteers.models import Curriculum, ShiftTemplate
from volunteers.viewsets.planning_forms import language_choices
from volunteers.viewsets.working_views import number_in


class ShiftTemplateForm(WagtailAdminModelForm):
    """One line of a type. The type stays what it is; the certificate is one of its campaign."""

    language = forms.ChoiceField(label=_("Language needed"), required=False, choices=language_choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = EventType.objects.changeable_by(self.for_user).select_related("campaign")
        self.fields["event_type"].queryset = types
        self.fields["required_curriculum"].queryset = Curriculum.objects.visible_to(self.for_user)
        self.fields["needed"].widget.attrs.update(min=1)
        if self.instance.pk:
            self.fields["event_type"].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        event_type, training = cleaned.get("event_type"), cleaned.get("required_curriculum")
        if event_type and training and training.campaign_id != event_type.campaign_id:
            self.add_error("required_curriculum", _("This training belongs to another campaign."))
        if cleaned.get("needed") == 0:
            self.add_error("needed", _("One person at least is needed."))
        return cleaned


class ShiftTemplateFilterSet(WagtailFilterSet):
    event_type = django_filters.ModelChoiceFilter(
        label=_("Event type"), queryset=lambda request: EventType.objects.visible_to(request.user)
    )

    class Meta:
        model = ShiftTemplate
        fields: list[str] = []


class ShiftTemplateCreateView(ScopedCreateView):
    """Add a line; ``?event_type=<id>`` has its type chosen."""

    @cached_property
    def chosen(self) -> EventType | None:
        number = number_in(self.request.GET, "event_type")
        return EventType.objects.changeable_by(self.request.user).filter(pk=number).first() if number else None

    def get_initial_form_instance(self) -> ShiftTemplate:
        return ShiftTemplate(event_type=self.chosen) if self.chosen else ShiftTemplate()


class ShiftTemplateViewSet(ScopedViewSet):
    model = ShiftTemplate
    name = "shift_templates"
    url_namespace = "staff_shift_templates"
    icon = "copy"
    screens = CRUD
    menu_label = _("Shifts of event types")
    list_display = [
        "title",
        Column("event_type", label=_("Event type")),
        Column("needed", label=_("People")),
        Column("minutes_before", label=_("Minutes before")),
        Column("minutes_after", label=_("Minutes after")),
        Column("required_curriculum", label=_("Certificate"), accessor=lambda row: row.required_curriculum or ""),
    ]
    related = ("event_type", "required_curriculum")
    search_fields = ["title", "event_type__name"]
    filterset_class = ShiftTemplateFilterSet
    add_view_class = ShiftTemplateCreateView
    empty_text = _("No shifts yet. What you add here is planned with every new event of the type.")
    edit_handler = ObjectList(
        [
            MultiFieldPanel([FieldPanel("event_type"), FieldPanel("title")], heading=_("What it is")),
            FieldRowPanel([FieldPanel("minutes_before"), FieldPanel("minutes_after")], heading=_("When")),
            MultiFieldPanel(
                [
                    FieldPanel("needed"),
                    FieldPanel("required_curriculum"),
                    FieldPanel("language"),
                    FieldPanel("notes", help_text=_("Sent with the reminders and shown on the phone.")),
                ],
                heading=_("Who is needed"),
            ),
        ],
        base_form_class=ShiftTemplateForm,
    )
