from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from campaigns.models import Campaign
from events.enums import EventStatus
from events.models import Event, EventType
from events.selectors.calendar import CalendarFilters
from places.models import Territory

STAFFING = [
    ("", "–"),
    ("attention", _("something is missing")),
    ("short", _("too few people")),
    ("full", _("enough people")),
    ("none", _("no shifts")),
]


class CalendarFilterForm(forms.Form):
    """What a calendar is narrowed to. An answer the viewer may not give narrows nothing."""

    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.none(), required=False)
    commune = forms.ModelChoiceField(
        label=_("Commune"), queryset=Territory.objects.none(), to_field_name="code", required=False
    )
    event_type = forms.ModelChoiceField(label=_("Type"), queryset=EventType.objects.none(), required=False)
    organisation = forms.ModelChoiceField(label=_("Hosted by"), queryset=Organisation.objects.none(), required=False)
    staffing = forms.ChoiceField(label=_("People for the shifts"), choices=STAFFING, required=False)
    status = forms.ChoiceField(label=_("Status"), choices=[("", "–"), *EventStatus.choices], required=False)

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data)
        seen = Event.objects.visible_to(user)
        fields: dict[str, Any] = self.fields
        fields["campaign"].queryset = Campaign.objects.visible_to(user)
        fields["commune"].queryset = Territory.objects.filter(pk__in=seen.values("territory")).without_outlines()
        fields["event_type"].queryset = EventType.objects.visible_to(user)
        fields["organisation"].queryset = Organisation.objects.filter(pk__in=seen.values("organisation"))

    def filters(self) -> CalendarFilters:
        """Return what was asked, as far as it is known."""
        self.is_valid()
        return CalendarFilters(**{name: value for name, value in self.cleaned_data.items() if value})

    @property
    def is_used(self) -> bool:
        return any(getattr(self, "cleaned_data", {}).values())
