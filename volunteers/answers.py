"""Fields for what volunteers tell about themselves, for the public form and their own page. They work by keyboard,
by thumb and without JavaScript."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from places.languages import COMMON, NAMES, OTHER
from places.models import Territory
from places.names import sorting_key
from volunteers.enums import DayPart, Weekday
from volunteers.models import Skill


class LanguagesWidget(forms.CheckboxSelectMultiple):
    """Boxes for the languages heard most, and a list for one more; both carry the same name."""

    template_name = "volunteers/widgets/languages.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = set(value or ())
        context["common"] = [(code, NAMES[code], code in chosen) for code in COMMON]
        context["others"] = [(code, NAMES[code], code in chosen) for code in OTHER]
        context["more"] = [(code, NAMES[code]) for code in OTHER if code in chosen][1:]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return [code for code in super().value_from_datadict(data, files, name) or [] if code]


class AvailabilityWidget(forms.CheckboxSelectMultiple):
    """A grid of weekdays by part of the day."""

    template_name = "volunteers/widgets/availability.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = set(value or ())
        context["parts"] = [(part.value, part.label) for part in DayPart]
        context["days"] = [(day.label, [_cell(day, part, chosen) for part in DayPart]) for day in Weekday]
        return context


def _cell(day: Weekday, part: DayPart, chosen: set[str]) -> tuple[str, Any, bool]:
    value = write_time(day.value, part.value)
    return value, part.label, value in chosen


class BoxesWidget(forms.CheckboxSelectMultiple):
    """Boxes in as many columns as fit."""

    template_name = "volunteers/widgets/boxes.html"


class LanguagesField(forms.MultipleChoiceField):
    """ISO 639 codes of languages spoken."""

    widget = LanguagesWidget
    default_error_messages = {"required": _("Tick at least one language.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=list(NAMES.items()), **kwargs)


class AvailabilityField(forms.MultipleChoiceField):
    """Times of the week, as ``(ISO weekday, part of day)``."""

    widget = AvailabilityWidget

    def __init__(self, **kwargs: Any) -> None:
        choices = [(write_time(day.value, part.value), "") for day in Weekday for part in DayPart]
        super().__init__(choices=choices, **kwargs)

    def clean(self, value: Any) -> Any:
        return [read_time(each) for each in super().clean(value)]


def read_time(value: str) -> tuple[int, str]:
    """Return ``3-evening`` as (3, "evening")."""
    day, _dash, part = value.partition("-")
    return int(day), part


def write_time(weekday: int, part: str) -> str:
    """Return the form's value for a time of the week."""
    return f"{weekday}-{part}"


def commune_choices() -> list[tuple[str, str]]:
    """Return (code, name) of the communes we know, by name."""
    known = Territory.objects.filter(level=Territory.Level.COMMUNE).without_outlines()
    return sorted(((place.code, place.name) for place in known), key=lambda choice: sorting_key(choice[1]))


def skill_choices() -> list[tuple[str, str]]:
    """Return (key, name) of the skills staff offer in the form."""
    return [(skill.key, str(skill)) for skill in Skill.objects.filter(is_offered=True)]


def answer_fields() -> dict[str, forms.Field]:
    """Return the fields for languages, communes, skills and times; a list nobody filled is not asked.

    Labels are those of the language in force: make them anew for each.
    """
    fields: dict[str, forms.Field] = {
        "languages": LanguagesField(
            label=_("Languages you can talk to people in"), help_text=_("Tick all you speak well enough.")
        )
    }
    places, skills = commune_choices(), skill_choices()
    if places:
        fields["communes"] = forms.MultipleChoiceField(
            label=_("Where you would like to help"),
            choices=places,
            required=False,
            widget=BoxesWidget,
            help_text=_("Leave empty if you go anywhere."),
        )
    if skills:
        fields["skills"] = forms.MultipleChoiceField(
            label=_("What you can do"), choices=skills, required=False, widget=BoxesWidget
        )
    fields["availability"] = AvailabilityField(
        label=_("When you usually have time"),
        required=False,
        help_text=_("A rough idea is enough; nobody counts on you before you said yes to a date."),
    )
    return fields
