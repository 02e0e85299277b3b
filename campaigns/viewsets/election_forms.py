"""Forms of elections, their rules, examples and communes' offices. They validate; the views save."""

import json
import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from campaigns.eligibility_facts import read_facts
from campaigns.eligibility_rules import RulesError, read_rules
from core.lists import listed

_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d\Z")


class PrettyJSONField(forms.JSONField):
    """JSON as people read it: indented, in its own script."""

    widget = forms.Textarea(attrs={"rows": 30, "dir": "ltr", "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str):  # as it was typed
            return value
        return json.dumps(value, indent=2, ensure_ascii=False)


def _title_fields() -> dict[str, forms.Field]:
    return {
        f"title_{code}": forms.CharField(label=name, max_length=200, required=code == "en")
        for code, name in settings.LANGUAGES
    }


class BaseElectionForm(WagtailAdminModelForm):
    """An election; its titles stand one per language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, _name in settings.LANGUAGES:
            self.initial[f"title_{code}"] = self.instance.titles.get(code, "")
        if self.instance.pk and self.instance.rules.filter(territory=None).exists():
            self.fields.pop("registration_deadline", None)  # the rules name it

    def clean_country(self) -> str:
        country: str = self.cleaned_data["country"].upper()
        if not _COUNTRY.match(country):
            raise ValidationError(_("Write the country's two letters, for example BE."))
        return country

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        day = cleaned.get("election_date")
        if self.instance.pk and day and day != self.instance.election_date:
            rows = self.instance.rules.all().in_force()
            try:
                for row in rows:
                    read_rules(row.rules, election_date=day)
            except RulesError as error:
                self.add_error("election_date", gettext("Its rules do not fit this day. %(why)s") % {"why": error})
        return cleaned

    def save(self, commit: bool = True) -> Any:
        for code, _name in settings.LANGUAGES:
            title = self.cleaned_data.get(f"title_{code}", "")
            self.instance.titles = {key: words for key, words in self.instance.titles.items() if key != code}
            if title:
                self.instance.titles[code] = title
        self.instance.is_shipped = self.instance.is_shipped and not self.has_changed()
        return super().save(commit)


ElectionForm = type("ElectionForm", (BaseElectionForm,), _title_fields())


class EligibilityCaseForm(WagtailAdminModelForm):
    """An example: answers that can be read, and how they must end."""

    answers = PrettyJSONField(label=_("Answers"), help_text=_('For example {"nationality": "FR"}. Days as YYYY-MM-DD.'))

    def clean_answers(self) -> dict[str, Any]:
        answers = self.cleaned_data["answers"]
        if not isinstance(answers, dict):
            raise ValidationError(_("Write the answers as an object in braces."))
        facts = read_facts(answers)
        if facts.ignored:
            raise ValidationError(_("Nothing is known by the name %(names)s.") % {"names": listed(facts.ignored)})
        return answers

    def save(self, commit: bool = True) -> Any:
        self.instance.is_shipped = self.instance.is_shipped and not self.has_changed()
        return super().save(commit)


class CommuneOfficeForm(WagtailAdminModelForm):
    """Where one registers in a commune."""

    opening_hours = PrettyJSONField(
        label=_("Opening hours"),
        required=False,
        help_text='[{"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "12:00"}] · 1 = Monday',
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opening_hours"].widget.attrs["rows"] = 8

    def clean_opening_hours(self) -> list[dict[str, Any]]:
        rows = self.cleaned_data["opening_hours"] or []
        if not isinstance(rows, list) or not all(map(_is_row_of_hours, rows)):
            raise ValidationError(_("Each row needs days from 1 to 7, from and to, like the example below the field."))
        return rows

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("accepts_email") and not cleaned.get("email"):
            self.add_error("email", _("Write the address the commune accepts the form at."))
        return cleaned


def _is_row_of_hours(row: Any) -> bool:
    if not isinstance(row, dict) or row.keys() != {"days", "from", "to"} or not isinstance(row["days"], list):
        return False
    days = row["days"]
    if not days or any(isinstance(day, bool) or not isinstance(day, int) or not 1 <= day <= 7 for day in days):
        return False
    return all(isinstance(row[name], str) and _CLOCK.match(row[name]) for name in ("from", "to")) and (
        days == sorted(set(days))
    )
