"""The form of one line of a reminder schedule. It validates; the view saves."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from events.enums import Moment, ReminderText
from events.models import EventType, ReminderRule
from events.reminder_rules import LONGEST_DAYS, LONGEST_MINUTES

_MOMENTS = [choice for choice in Moment.choices if choice[0] != Moment.AT_ONCE]


class ReminderRuleForm(WagtailAdminModelForm):
    """A line of a schedule; its key is given when it is made and never changes."""

    moment = forms.ChoiceField(label=_("When"), choices=_MOMENTS)
    days = forms.IntegerField(
        label=_("Days before"), min_value=0, max_value=LONGEST_DAYS, initial=1, required=False,
        help_text=_("0 is the day of the event. Only for “days before, at an hour”."),
    )  # fmt: skip
    hour = forms.TimeField(
        label=_("At"), initial=time(11), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("On the clocks of the event's own place. Only for “days before, at an hour”."),
    )  # fmt: skip
    minutes = forms.IntegerField(
        label=_("Minutes before the start, or after the end"), min_value=0, max_value=LONGEST_MINUTES, initial=30,
        required=False, help_text=_("Only for minutes before or after."),
    )  # fmt: skip
    useless_minutes = forms.IntegerField(
        label=_("Of no use after (minutes)"), min_value=0, max_value=30 * 24 * 60, initial=0, required=False,
        help_text=_(
            "How late it may still go out when something was down. 0: until the next reminder or the start; for "
            "feedback, three days."
        ),
    )  # fmt: skip

    class Meta:
        model = ReminderRule
        fields = ["event_type", "text", "channel", "moment", "days", "hour", "minutes", "useless_minutes", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["event_type"]
        else:
            self.fields["event_type"].queryset = EventType.objects.changeable_by(self.for_user)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("days", "minutes", "useless_minutes"):
            if name not in self.errors and cleaned.get(name) is None:
                cleaned[name] = 0
        if "hour" not in self.errors and cleaned.get("hour") is None:
            cleaned["hour"] = self.instance.hour or time(11)
        moment = cleaned.get("moment")
        if moment == Moment.BEFORE_START and not cleaned.get("minutes") and "minutes" not in self.errors:
            self.add_error("minutes", _("Say how many minutes before the start."))
        is_after = moment == Moment.AFTER_END
        if cleaned.get("text") and is_after != (cleaned["text"] == ReminderText.FEEDBACK):
            self.add_error("text", _("After the end people are asked for feedback, before it they are reminded."))
        return cleaned


class SampleForm(forms.Form):
    """A date and an hour to show a type's reminders for."""

    day = forms.DateField(label=_("An event on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    hour = forms.TimeField(label=_("at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if not 2000 <= day.year <= 2100:
            raise forms.ValidationError(_("Is the year right?"))
        return day

    @property
    def wall(self) -> datetime:
        """What the clock shows at the start."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["hour"])
