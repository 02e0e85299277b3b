"""The form of an event type, with its checklist and its questions."""

from copy import deepcopy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from campaigns.models import Campaign
from events.enums import OutcomeField
from events.forms.questions import problems_of, question_rows, read_questions, settled
from events.forms.rows import DaysBeforeRow, rows_of
from events.models import EventType
from events.querysets import PLANNERS

MOST_MINUTES = 7 * 24 * 60


class EventTypeForm(WagtailAdminModelForm):
    """A type with its checklist and questions. Its campaign stays what it is once it is made."""

    for_user: Any
    default_minutes = forms.IntegerField(label=_("Usual length (minutes)"), min_value=5, max_value=MOST_MINUTES)
    default_capacity = forms.IntegerField(
        label=_("Usual number of places"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=_("Leave empty: no limit."),
    )
    largest_party = forms.IntegerField(
        label=_("People one person may register, themselves included"), min_value=1, max_value=50
    )
    offer_hours = forms.IntegerField(
        label=_("A free place is kept for the first in line (hours)"), min_value=1, max_value=24 * 14
    )
    outcome_fields = forms.MultipleChoiceField(
        label=_("Asked in the report"),
        choices=OutcomeField.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = EventType
        fields = [
            "campaign", "kind", "name", "default_minutes", "default_capacity", "is_public", "takes_rsvps",
            "largest_party", "offer_hours", "outcome_fields", "is_offered",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campaigns = Campaign.objects.led_by(self.for_user, *PLANNERS)
        field: Any = self.fields["campaign"]
        field.queryset = campaigns
        if self.instance.pk:
            field.disabled = True
        elif campaigns.count() == 1:
            field.initial = campaigns.get().pk
        data = self.data if self.is_bound else None
        self.checklist = rows_of(DaysBeforeRow, prefix="checklist", data=data, stored=self.instance.checklist)
        self.questions = read_questions(self.data) if self.is_bound else deepcopy(self.instance.questions)
        self.question_problems: list[str] = []

    @property
    def question_rows(self) -> list[dict[str, Any]]:
        return question_rows(self.questions)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.question_problems = problems_of(self.questions)
        if self.question_problems:
            self.add_error(None, [*self.question_problems])
        if not self.checklist.is_valid():
            self.add_error(None, _("Put the checklist right."))
        else:
            lines = sorted(self.checklist.told(), key=lambda line: -line["days_before"])
            if lines != self.instance.checklist:
                self.instance.checklist = lines
        self.instance.questions = settled(self.questions)
        return cleaned
