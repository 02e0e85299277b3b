"""Forms of areas and of who takes them."""

import json
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from outreach.models import Area, CanvassingEffort
from places.geometry import UnreadableOutline, read_outline
from places.models import Territory
from volunteers.models import Team


class AreaForm(WagtailAdminModelForm):
    """An area of one effort: drawn, pasted as GeoJSON, or a whole commune."""

    for_user: Any

    polygon = forms.CharField(
        label=gettext_lazy("Outline"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "data-outline": ""}),
        help_text=gettext_lazy("Drawn on the map, or GeoJSON pasted here. Empty: the whole commune."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territory"].queryset = Territory.objects.without_outlines().filter(level=Territory.Level.COMMUNE)
        self.fields["effort"].queryset = CanvassingEffort.objects.changeable_by(self.for_user)
        if self.instance.pk:
            self.fields["effort"].disabled = True
        if self.instance.polygon:
            self.initial["polygon"] = _as_text(self.instance.polygon)

    def clean_polygon(self) -> dict[str, Any] | None:
        typed = self.cleaned_data["polygon"].strip()
        if not typed:
            return None
        try:
            return read_outline(typed)
        except UnreadableOutline as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("polygon") and not cleaned.get("territory"):
            self.add_error("polygon", _("Draw the outline, or choose a commune to take the whole of it."))
        return cleaned

    class Meta:
        model = Area
        fields = ["effort", "name", "territory", "polygon"]


def _as_text(polygon: dict[str, Any]) -> str:
    return json.dumps(polygon)


class AssignmentForm(forms.Form):
    """Which team takes an area, from when to when."""

    team = forms.ModelChoiceField(Team.objects.none(), label=gettext_lazy("Team"))
    starts = forms.DateField(label=gettext_lazy("From"), widget=AdminDateInput)
    ends = forms.DateField(label=gettext_lazy("Until"), widget=AdminDateInput, help_text=gettext_lazy("this day too"))

    def __init__(self, *args: Any, area: Area, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        effort = area.effort
        teams = Team.objects.visible_to(user).filter(campaign=effort.campaign_id)
        named = effort.teams.values("pk")
        self.fields["team"].queryset = teams.filter(pk__in=named) if named.exists() else teams  # type: ignore[attr-defined]
        today = timezone.localdate()
        self.fields["starts"].initial = max(effort.starts_date or today, today)
        self.fields["ends"].initial = max(effort.ends_date or today, self.fields["starts"].initial)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", _("The last day lies before the first."))
        return cleaned
