"""Inline rows of a form without a script: some empty rows stand ready, a button gives more, a box takes one out."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.wall_clock import WallClockField, WallClockInput

MOST_ROWS = 60
MOST_PLACES = 100_000
_MORE = 3


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SlotRow(forms.Form):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    starts_at = WallClockField(label=gettext_lazy("Starts"), widget=WallClockInput)
    ends_at = WallClockField(label=gettext_lazy("Ends"), widget=WallClockInput)
    capacity = forms.IntegerField(
        label=gettext_lazy("Places"), required=False, min_value=1, max_value=MOST_PLACES,
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if isinstance(starts, datetime) and isinstance(ends, datetime) and ends <= starts:
            self.add_error("ends_at", _("The end lies before the beginning."))
        return cleaned


class ChecklistRow(forms.Form):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    text = forms.CharField(label=gettext_lazy("What"), max_length=200)
    due_date = forms.DateField(label=gettext_lazy("By"), required=False, widget=DayInput)


class DaysBeforeRow(forms.Form):
    text = forms.CharField(label=gettext_lazy("What"), max_length=200)
    days_before = forms.IntegerField(label=gettext_lazy("Days before"), min_value=0, max_value=365)


class MaterialRow(forms.Form):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    name = forms.CharField(label=gettext_lazy("What"), max_length=120)
    planned = forms.IntegerField(label=gettext_lazy("Brought"), required=False, min_value=0, max_value=MOST_PLACES)
    used = forms.IntegerField(label=gettext_lazy("Handed out"), required=False, min_value=0, max_value=MOST_PLACES)


class TextRow(forms.Form):
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=[("", "–"), *settings.LANGUAGES])
    title = forms.CharField(label=gettext_lazy("Title"), max_length=150, widget=forms.TextInput(attrs={"dir": "auto"}))
    summary = forms.CharField(
        label=gettext_lazy("In one sentence"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )


class Rows(forms.BaseFormSet):
    """Rows of one kind. An empty one is none; one whose box is ticked goes."""

    def clean(self) -> None:
        """Refuse two rows that name the same stored one: our pages never send that, and the last would win unseen."""
        named = [pk for row in self.live_forms() if (pk := row.cleaned_data.get("pk"))]
        if len(named) != len(set(named)):
            raise forms.ValidationError(
                _("A row is named twice. Open the form again and change each in one place only.")
            )

    def told(self) -> list[dict[str, Any]]:
        """Return the rows of a valid set as they stand, without those taken out or left empty."""
        return [
            {name: value for name, value in form.cleaned_data.items() if name != "DELETE"} for form in self.live_forms()
        ]

    def live_forms(self) -> list[forms.Form]:
        """Return the forms of a valid set that say something and stay."""
        return [
            form
            for form in self.forms
            if (form.has_changed() or not form.empty_permitted) and not form.cleaned_data.get("DELETE")
        ]


def rows_of(row: type[forms.Form], *, prefix: str, data: Any, stored: Iterable[Any], empty: int = 2) -> Any:
    """Return the rows ``stored`` with ``empty`` ones ready behind them, filled from ``data`` where a form was sent."""
    made = forms.formset_factory(
        row,
        formset=Rows,
        extra=empty,
        can_delete=True,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS + 20,
        validate_max=True,
    )
    return made(data=data, prefix=prefix, initial=list(stored))


def with_more_rows(posted: QueryDict, prefix: str) -> QueryDict:
    """Return what was posted with room for three rows more."""
    data = posted.copy()
    total = posted.get(f"{prefix}-TOTAL_FORMS", "")
    if total.isdecimal() and len(total) < 4:
        data[f"{prefix}-TOTAL_FORMS"] = str(min(int(total) + _MORE, MOST_ROWS))
    return data


def without_errors(*told: Any) -> None:
    """Show forms as they were filled in and complain of nothing: their author is not done with them."""
    for form in told:
        if hasattr(form, "forms"):
            form._errors, form._non_form_errors = [{} for _each in form.forms], form.error_class()
            without_errors(*form.forms)
        else:
            form._errors, form.cleaned_data = ErrorDict(), {}
