"""Whom to thank for what they gave in a period, and the leaderboard of those who want to stand on it."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from campaigns.models import Campaign
from campaigns.wall_clock import FIRST_YEAR, LAST_YEAR
from core import audit
from volunteers.selectors.statistics import given_in_period, leaderboard
from volunteers.staff_forms import named
from volunteers.viewsets.pipeline import VolunteersScreen, seen_by

SHOWN = 200


class PeriodForm(forms.Form):
    """A campaign, and from when until when."""

    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.none(), required=False)
    first = forms.DateField(label=_("From"), widget=AdminDateInput)
    last = forms.DateField(label=_("Until"), widget=AdminDateInput)

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data)
        self.fields["campaign"].queryset = Campaign.objects.visible_to(user)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("first", "last"):
            if cleaned.get(name) and not FIRST_YEAR <= cleaned[name].year <= LAST_YEAR:
                self.add_error(name, _("Is the year right?"))
        if cleaned.get("first") and cleaned.get("last") and cleaned["last"] < cleaned["first"]:
            self.add_error("last", _("The end comes after the beginning."))
        return cleaned


class RecognitionView(VolunteersScreen):
    template_name = "volunteers/staff/recognition.html"
    page_title = _("Thanks")
    header_icon = "pick"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = PeriodForm(self._asked(), user=self.request.user)
        if not form.is_valid():
            return {**context, "form": form, "given": [], "teams": []}
        asked, rows = form.cleaned_data, seen_by(self.request)
        if asked["campaign"]:
            rows = rows.filter(campaign=asked["campaign"])
        zone = asked["campaign"].time_zone if asked["campaign"] else timezone.get_default_timezone_name()
        given = given_in_period(rows, asked["first"], asked["last"], zone=zone)
        for each in given:
            each.volunteer.name = named(each.volunteer)  # type: ignore[attr-defined]
        audit.record("volunteers.volunteer.thanked_listed", by=self.request.user, count=len(given[:SHOWN]))
        return {
            **context,
            "form": form,
            "given": given[:SHOWN],
            "total": len(given),
            "hours": round(sum(each.minutes for each in given) / 60, 1),
            "contacts": sum(each.contacts for each in given),
            "teams": leaderboard(given),
        }

    def _asked(self) -> QueryDict:
        """Return what was asked; without anything, the last thirty days."""
        today = timezone.localdate()
        asked = self.request.GET.copy()
        asked.setdefault("first", str(today - timedelta(days=29)))
        asked.setdefault("last", str(today))
        return asked
