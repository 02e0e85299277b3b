"""Rows of a form that are added, moved and removed without a script: every press posts the form and gets it back."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from campaigns.models import PledgeReminderRule
from campaigns.pledge_enums import ReminderMoment
from campaigns.pledge_rules import LONGEST

MOST_ROWS = 20
_PRESS = re.compile(r"(?P<rows>[a-z]+):(?P<do>add|up|down|remove)(?::(?P<place>\d{1,2}))?\Z")
_UNWRITABLE = re.compile("[\x00-\x1f\x7f]")


def words_fields(names: Iterable[tuple[str, Any]]) -> dict[str, forms.Field]:
    """Return one field per kind of words and language of the site: ``names-fr``, ``buttons-fr``."""
    fields: dict[str, forms.Field] = {}
    for part, label in names:
        for code, language in settings.LANGUAGES:
            is_rtl = get_language_info(code)["bidi"]
            widget = forms.TextInput(attrs={"lang": code, "dir": "rtl" if is_rtl else "ltr", "autocomplete": "off"})
            fields[f"{part}-{code}"] = forms.CharField(
                label=f"{label} ({language})", max_length=LONGEST, required=False, widget=widget
            )
    return fields


class RungForm(forms.Form):
    """One step, ending or barrier. Its key is given when it is first saved and never changes afterwards."""

    parts: tuple[tuple[str, Any], ...] = (("names", _("Name")), ("buttons", _("Button")))
    key = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(words_fields(self.parts))

    def by_part(self) -> list[tuple[Any, list[Any]]]:
        """Return the bound fields of the words: a heading, and a field per language."""
        languages = [code for code, _name in settings.LANGUAGES]
        return [(label, [self[f"{part}-{code}"] for code in languages]) for part, label in self.parts]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.get(f"names-{code}", "").strip() for code, _name in settings.LANGUAGES):
            self.add_error("names-en", _("Give it a name, in English if you can."))
        return cleaned

    @property
    def shown_name(self) -> str:
        """Return what the row is called, as it stands in the form."""
        for code in ("en", *(code for code, _name in settings.LANGUAGES)):
            if words := str(self[f"names-{code}"].value() or "").strip():
                return words
        return ""

    def told(self, stored: dict[str, Any]) -> dict[str, Any]:
        """Return the rung in the ladder's shape; languages the site has no field for stay as they were stored."""
        rung: dict[str, Any] = {}
        for part, _label in self.parts:
            words = dict(stored.get(part, {}))
            for code, _name in settings.LANGUAGES:
                words[code] = _UNWRITABLE.sub("", self.cleaned_data[f"{part}-{code}"]).strip()
            rung[part] = {code: text for code, text in words.items() if text}
        return rung


class StepForm(RungForm):
    acted = forms.BooleanField(label=_("From here on they have done it"), required=False)

    def told(self, stored: dict[str, Any]) -> dict[str, Any]:
        return {**super().told(stored), "acted": self.cleaned_data["acted"]}


class LadderEndingForm(RungForm):
    asks_barrier = forms.BooleanField(label=_("Asks what stood in the way"), required=False)

    def told(self, stored: dict[str, Any]) -> dict[str, Any]:
        return {**super().told(stored), "asks_barrier": self.cleaned_data["asks_barrier"]}


class BarrierForm(RungForm):
    parts = (("names", _("Name")),)


class ReminderForm(forms.ModelForm):
    """One line of the schedule of reminders."""

    key = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)
    days = forms.IntegerField(label=_("Days"), min_value=0, max_value=400, initial=7)
    step = forms.ChoiceField(label=_("After which step"), required=False)

    class Meta:
        model = PledgeReminderRule
        fields = ["moment", "days", "step", "hour", "channel", "text", "is_the_one", "is_active"]
        widgets = {"hour": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}

    def __init__(self, *args: Any, steps: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["step"]
        field.choices = [("", "–"), *steps]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("moment") == ReminderMoment.BEFORE_LAST_DAY:
            cleaned["step"] = ""
        elif "step" not in self.errors and not cleaned.get("step"):
            self.add_error("step", _("Choose the step after which the days count."))
        return cleaned

    def told(self) -> dict[str, Any]:
        names = (*self.Meta.fields, "key")
        return {name: self.cleaned_data[name] for name in names}


class RowSet:
    """The rows of one part of a form, as they are stored or as they were posted.

    ``forms`` are bound where the form is to be saved; after a press of another button they show what was typed and
    complain of nothing.
    """

    def __init__(
        self, prefix: str, form: Any, *, stored: list[dict[str, Any]], posted: QueryDict | None, press: str = "",
        **told: Any,
    ) -> None:  # fmt: skip
        self.prefix, self.form, self.told_forms = prefix, form, told
        self.problems: list[Any] = []
        if posted is None:
            self.forms = [self._row(place, initial=row) for place, row in enumerate(stored)]
        elif not press:
            self.forms = [self._row(place, data=posted) for place in range(self._count(posted))]
        else:
            rows = [self._typed(place, posted) for place in range(self._count(posted))]
            self.forms = [self._row(place, initial=row) for place, row in enumerate(self._pressed(rows, press))]

    def _row(self, place: int, **told: Any) -> Any:
        form = self.form(prefix=f"{self.prefix}-{place}", **told, **self.told_forms)
        form.place, form.is_first = place, place == 0
        return form

    def _count(self, posted: QueryDict) -> int:
        return next((place for place in range(MOST_ROWS) if f"{self.prefix}-{place}-key" not in posted), MOST_ROWS)

    def _typed(self, place: int, posted: QueryDict) -> dict[str, Any]:
        row = self._row(place)
        return {
            name: field.widget.value_from_datadict(posted, {}, row.add_prefix(name))
            for name, field in row.fields.items()
        }

    def _pressed(self, rows: list[dict[str, Any]], press: str) -> list[dict[str, Any]]:
        found = _PRESS.match(press)
        if found is None or found["rows"] != self.prefix:
            return rows
        place = int(found["place"] or 0)
        if found["do"] == "add":
            return [*rows, {}] if len(rows) < MOST_ROWS else rows
        if place >= len(rows):
            return rows
        if found["do"] == "remove":
            return [*rows[:place], *rows[place + 1 :]]
        other = place - 1 if found["do"] == "up" else place + 1
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
        return rows

    def is_valid(self) -> bool:
        """Check every row, so that all that is wrong is said at once."""
        valid = [form.is_valid() for form in self.forms]
        return all(valid)


def told_rungs(rows: RowSet, stored: list[dict[str, Any]], taken: set[str]) -> list[dict[str, Any]]:
    """Return a valid set's rungs in order. A new one gets a key from its English name, other than those ``taken``."""
    known = {rung["key"]: rung for rung in stored}
    used, rungs = set(taken) | set(known), []
    for form in rows.forms:
        key = form.cleaned_data["key"]
        words = form.told(known.get(key, {}))
        if key not in known:
            key = new_key(words["names"], used)
            used.add(key)
        rungs.append({"key": key, **words})
    return rungs


def new_key(names: dict[str, str], used: set[str]) -> str:
    """Return a key made of the English name, else of any: small letters, digits and _, and none that is ``used``."""
    name = names.get("en") or next(iter(names.values()), "")
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    stem = (stem if stem[:1].isalpha() else f"step_{stem}").strip("_")[:26].rstrip("_")
    number, key = 1, stem
    while key in used:
        number += 1
        key = f"{stem}_{number}"
    return key
