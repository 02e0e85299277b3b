"""How an event is repeated, and on which of the days found."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.dateparse import parse_date
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.forms.rows import DayInput
from events.recurrence import MOST_DATES, Repetition, Rhythm, dates_after, is_last_of_month, place_in_month

_FURTHEST = timedelta(days=3 * 366)


def _ordinal(number: int) -> str:
    return {1: _("first"), 2: _("second"), 3: _("third"), 4: _("fourth"), 5: _("fifth")}[number]


def rhythm_choices(first: date) -> list[tuple[str, str]]:
    """Return the rhythms that make sense for an event on ``first``, in words."""
    weekday = WEEKDAYS[first.weekday()]
    choices = [
        (Rhythm.WEEKLY.value, _("weeks, on %(weekday)s") % {"weekday": weekday}),
        (Rhythm.MONTHLY_DATE.value, _("months, on day %(day)s") % {"day": first.day}),
        (
            Rhythm.MONTHLY_WEEKDAY.value,
            _("months, on the %(ordinal)s %(weekday)s")
            % {"ordinal": _ordinal(place_in_month(first)), "weekday": weekday},
        ),
    ]
    if is_last_of_month(first):
        choices.append((Rhythm.MONTHLY_LAST.value, _("months, on the last %(weekday)s") % {"weekday": weekday}))
    return choices


class RepeatForm(forms.Form):
    """A rhythm with an end. The days come after ``first``."""

    every = forms.IntegerField(label=gettext_lazy("Every"), min_value=1, max_value=12, initial=1)
    rhythm = forms.ChoiceField(label=gettext_lazy("Rhythm"))
    until = forms.DateField(label=gettext_lazy("Until (this day too)"), required=False, widget=DayInput)
    count = forms.IntegerField(
        label=gettext_lazy("or so many times more"), required=False, min_value=1, max_value=MOST_DATES
    )

    def __init__(self, data: Any = None, *, first: date) -> None:
        super().__init__(data)
        self.first = first
        self.fields["rhythm"].choices = rhythm_choices(first)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("until") and not cleaned.get("count"):
            self.add_error("until", _("Say until when, or how many times."))
        until = cleaned.get("until")
        if until and until <= self.first:
            self.add_error("until", _("This day is not after the event."))
        return cleaned

    def dates(self) -> list[date]:
        """Return the days of a valid form."""
        told = self.cleaned_data
        return dates_after(
            self.first, Repetition(Rhythm(told["rhythm"]), told["every"], told.get("until"), told.get("count"))
        )


def read_dates(posted: list[str], first: date) -> list[date]:
    """Return the days somebody left ticked, in order; what is no day of the next three years is left out."""
    found = set()
    for text in posted[: MOST_DATES * 2]:
        try:
            day = parse_date(text[:10])
        except ValueError:
            continue
        if day is not None and first < day <= first + _FURTHEST:
            found.add(day)
    return sorted(found)[:MOST_DATES]
