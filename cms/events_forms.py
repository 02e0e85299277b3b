"""What visitors narrow a list of events by: a plain GET form."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from events.enums import AccessFeature
from events.selectors.public_events import Choices, EventFilters
from places.languages import language_name
from places.names import names_by_code, sorting_key

WEEK, MONTH, PAST = "week", "month", "past"
_FIRST, _LAST = date(2000, 1, 1), date(2100, 12, 31)  # beyond them calendars and zones end before the list does


class EventFilterForm(forms.Form):
    """Reads the query of a list of events. A value nobody offers is said beside its field and narrows nothing."""

    when = forms.ChoiceField(
        label=_("When"),
        required=False,
        choices=[
            ("", _("from today on")),
            (WEEK, _("this week")),
            (MONTH, _("this month")),
            (PAST, _("past events")),
        ],
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    commune = forms.ChoiceField(label=_("Commune"), required=False)
    language = forms.ChoiceField(label=_("Language spoken"), required=False)
    access = forms.MultipleChoiceField(
        label=_("Accessibility"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = names_by_code((get_language() or "en").split("-")[0])
        communes = [(code, names.get(code, code)) for code in choices.communes]
        languages = [(code, language_name(code)) for code in choices.languages]
        self._offer("commune", communes, _("all communes"))
        self._offer("language", languages, _("all languages"))
        features = [(each.value, each.label) for each in AccessFeature if each.value in choices.features]
        self.fields["access"].choices = features  # type: ignore[attr-defined]

    def _offer(self, name: str, choices: list[tuple[str, str]], everything: Any) -> None:
        ordered = sorted(choices, key=lambda choice: sorting_key(choice[1]))
        self.fields[name].choices = [("", everything), *ordered]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = found.get("since"), found.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day comes before the first one."))
            found.pop("until", None)
        return found

    def filters(self, today: date) -> EventFilters:
        """Return what was asked for, faulty values left out. ``today``: in the campaign's time zone."""
        self.is_valid()
        found = self.cleaned_data
        since, until = _sane(found.get("since")), _sane(found.get("until"))
        if found.get("when") == WEEK:
            until = min(until or date.max, today + timedelta(days=6 - today.weekday()))
        elif found.get("when") == MONTH:
            until = min(until or date.max, today.replace(day=monthrange(today.year, today.month)[1]))
        return EventFilters(
            since=since,
            until=until,
            commune=found.get("commune", ""),
            language=found.get("language", ""),
            features=tuple(found.get("access", ())),
            is_past=found.get("when") == PAST,
        )

    def active(self) -> list[tuple[str, str, str]]:
        """Return (field, value, words) of every filter in force, to be shown and taken away one by one."""
        found, words = self.cleaned_data, []
        for name in ("when", "commune", "language"):
            if found.get(name):
                words.append((name, found[name], str(dict(self.fields[name].choices)[found[name]])))  # type: ignore[attr-defined]
        if found.get("since"):
            day = date_format(found["since"], "DATE_FORMAT")
            words.append(("since", self["since"].value(), gettext("from %(day)s") % {"day": day}))
        if found.get("until"):
            day = date_format(found["until"], "DATE_FORMAT")
            words.append(("until", self["until"].value(), gettext("until %(day)s") % {"day": day}))
        labels = dict(AccessFeature.choices)
        return words + [("access", each, str(labels[each])) for each in found.get("access", ())]


def _sane(day: date | None) -> date | None:
    return None if day is None else min(max(day, _FIRST), _LAST)
