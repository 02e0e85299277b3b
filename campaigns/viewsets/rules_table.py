"""The declarative rules of an election as fields and rows. They are read from JSON and written back as JSON."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.eligibility_enums import GroupAnswer, Register
from campaigns.eligibility_rules import SCHEMA

COUNTRIES, UNION, ANYONE = "countries", "union", "anyone"
_STAYS = [("stays_valid", _("stays valid")), ("does_not_count", _("does not count"))]
_WHO = [
    ("", "—"),
    (COUNTRIES, _("named countries")),
    (UNION, _("European Union")),
    (ANYONE, _("everybody else")),
]
# Where a problem of `read_rules` belongs: its place in the JSON → the field.
_PLACES: Final = {
    "application": "last_day",
    "application.last_day": "last_day",
    "application.source": "application_source",
    "minimum_age.years": "minimum_age",
    "minimum_age.on": "age_day",
    "minimum_age.source": "age_source",
    "register.accepted": "registers",
    "register.by": "register_by",
    "register.source": "register_source",
    "deprived.source": "deprived_source",
    "registrations.source": "registrations_source",
    "registrations.changed_group": "changed_group_source",
    "deregistration.closed_months_before": "deregistration_months",
    "deregistration.source": "deregistration_source",
}


class SourceField(forms.CharField):
    """The name of a source further down, offered from those there are."""

    def __init__(self, label: Any, *, required: bool = True) -> None:
        widget = forms.TextInput(attrs={"list": "rule-sources", "autocomplete": "off", "size": 14, "dir": "ltr"})
        super().__init__(label=label, required=required, max_length=40, widget=widget)


class IsoDayField(forms.DateField):
    def __init__(self, label: Any, *, required: bool = True, help_text: Any = "") -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(label=label, required=required, widget=widget, help_text=help_text)


class MainForm(forms.Form):
    """What stands once in the rules."""

    last_day = IsoDayField(_("Last day to apply"))
    application_source = SourceField(_("Source of the days"))
    minimum_age = forms.IntegerField(label=_("Minimum age"), min_value=0, max_value=120)
    age_day = IsoDayField(_("Minimum age counted on"), required=False, help_text=_("Empty: on election day."))
    age_source = SourceField(_("Source of the minimum age"))
    registers = forms.MultipleChoiceField(
        label=_("Registers that count"), choices=Register.choices, widget=forms.CheckboxSelectMultiple
    )
    register_by = IsoDayField(_("In the register by"), required=False, help_text=_("Empty: no day is set."))
    register_source = SourceField(_("Source of the register"))
    deprived_source = SourceField(_("Source on losing the vote"))
    local = forms.ChoiceField(label=_("Earlier registration for local elections"), choices=_STAYS)
    european = forms.ChoiceField(label=_("Registration for the European Parliament"), choices=_STAYS)
    registrations_source = SourceField(_("Source on registrations"))
    changed_group_source = SourceField(_("Source for a country that left the Union"), required=False)
    deregistration_months = forms.IntegerField(
        label=_("Leaving the list: months closed before the election"),
        required=False,
        min_value=0,
        max_value=24,
        help_text=_("Empty: these rules say nothing about leaving the list."),
    )
    deregistration_source = SourceField(_("Source on leaving the list"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("deregistration_months") is not None and not cleaned.get("deregistration_source"):
            self.add_error("deregistration_source", _("Name the source of this rule."))
        return cleaned


class ClosedForm(forms.Form):
    first = IsoDayField(_("From"))
    last = IsoDayField(_("To"))


class GroupForm(forms.Form):
    position = forms.IntegerField(label=_("Place"), min_value=1, max_value=99, required=False)
    name = forms.CharField(label=_("Name"), max_length=40, widget=forms.TextInput(attrs={"size": 10}))
    who = forms.ChoiceField(label=_("Who"), choices=_WHO)
    countries = forms.CharField(
        label=_("Countries"), required=False, help_text=_("Two letters each, for example BE FR."), max_length=800
    )
    answer = forms.ChoiceField(
        label=pgettext_lazy("what the law says", "Answer"), choices=[("", "—"), *GroupAnswer.choices]
    )
    residence_years = forms.IntegerField(
        label=_("Years of legal residence"), required=False, min_value=0, max_value=100
    )
    declaration = forms.BooleanField(label=_("Signs a declaration"), required=False)
    source = SourceField(_("Source"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("who") == COUNTRIES and not cleaned.get("countries", "").strip():
            self.add_error("countries", _("Name at least one country."))
        return cleaned


class BaseSourceForm(forms.Form):
    """A source, its text in each language; a text whose language nobody named stands in the first field."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.get(f"text_{code}", "").strip() for code, _name in settings.LANGUAGES):
            first = settings.LANGUAGES[0][0]
            self.add_error(f"text_{first}", ValidationError(_("Write what the source says, in one language at least.")))
        return cleaned


def _source_fields() -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {
        "name": forms.RegexField(
            r"^[a-z][a-z0-9_]{0,39}\Z",
            label=_("Name"),
            widget=forms.TextInput(attrs={"size": 14, "dir": "ltr"}),
            help_text=_("Small letters, digits and low lines."),
        )
    }
    for code, name in settings.LANGUAGES:
        widget = forms.Textarea(attrs={"rows": 2, "dir": "auto", "lang": code})
        found[f"text_{code}"] = forms.CharField(label=name, required=False, max_length=500, widget=widget)
    found["url"] = forms.URLField(label=_("Address"), max_length=500, assume_scheme="https")
    found["checked_on"] = IsoDayField(_("Looked up on"))
    return found


class SourceRows(forms.BaseFormSet):
    """The sources: rules name them, so no two have the same name."""

    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.forms:
            name = "" if form.cleaned_data.get("DELETE") else form.cleaned_data.get("name", "")
            if name in seen:
                form.add_error("name", ValidationError(_("Another source has this name already.")))
            if name:
                seen.add(name)


SourceForm = type("SourceForm", (BaseSourceForm,), _source_fields())
_FORMSETS: Final = {"closed": ClosedForm, "groups": GroupForm, "sources": SourceForm}
_ROWS: Final[dict[str, type[Any]]] = {"sources": SourceRows}


def fits_table(raw: Any) -> bool:
    """Whether every text of rules that can be read has a field: a language of ours, or none named."""
    ours = {code for code, _name in settings.LANGUAGES}
    texts = [source["text"] for source in raw["sources"].values()]
    return all(isinstance(text, str) or text.keys() <= ours for text in texts)


class RulesTable:
    """The fields and rows together: bound to what was sent, or filled from rules as JSON.

    ``raw()`` returns the JSON of valid fields; it is the same as the one they were filled from, if nothing was changed.
    """

    def __init__(self, *, raw: Mapping[str, Any] | None = None, sent: Any = None) -> None:
        # A row more for what is still to be written; more are asked for by a button.
        sets: dict[str, Any] = {
            name: forms.formset_factory(form, _ROWS.get(name, forms.BaseFormSet), extra=1, can_delete=True)
            for name, form in _FORMSETS.items()
        }
        start = _initial(raw or {})
        self.main = MainForm(sent, prefix="main", initial=start["main"])
        self.rows = {
            name: found(sent, prefix=name, initial=None if sent is not None else start[name])
            for name, found in sets.items()
        }

    def is_valid(self) -> bool:
        return all([self.main.is_valid(), *(rows.is_valid() for rows in self.rows.values())])

    @property
    def source_names(self) -> list[str]:
        """The names of the sources as they stand in the rows."""
        return [str(form["name"].value()) for form in self.rows["sources"] if form["name"].value()]

    def raw(self) -> dict[str, Any]:
        """Return the rules as JSON. Only for valid fields."""
        given = self.main.cleaned_data
        rules: dict[str, Any] = {
            "schema": SCHEMA,
            "application": {
                "last_day": given["last_day"].isoformat(),
                "closed": [
                    {"from": form.cleaned_data["first"].isoformat(), "to": form.cleaned_data["last"].isoformat()}
                    for form in self._kept("closed")
                ],
                "source": given["application_source"],
            },
            "minimum_age": {"years": given["minimum_age"], "source": given["age_source"]},
            "register": {"accepted": given["registers"], "source": given["register_source"]},
            "deprived": {"source": given["deprived_source"]},
            "groups": [_group_of(form.cleaned_data) for form in self._groups()],
            "registrations": {
                "local": given["local"], "european": given["european"], "source": given["registrations_source"]
            },
            "sources": {form.cleaned_data["name"]: _source_of(form.cleaned_data) for form in self._kept("sources")},
        }  # fmt: skip
        if given["age_day"]:
            rules["minimum_age"]["on"] = given["age_day"].isoformat()
        if given["register_by"]:
            rules["register"]["by"] = given["register_by"].isoformat()
        if given["changed_group_source"]:
            rules["registrations"]["changed_group"] = given["changed_group_source"]
        if given["deregistration_months"] is not None:
            rules["deregistration"] = {
                "closed_months_before": given["deregistration_months"], "source": given["deregistration_source"]
            }  # fmt: skip
        return rules

    def refuse(self, problems: list[str]) -> list[str]:
        """Put each problem of `read_rules` beside its field; return those that belong to none."""
        left = []
        for problem in problems:
            place, _colon, why = problem.partition(": ")
            form, name = self._field_of(place)
            if form is None:
                left.append(problem)
            else:
                form.add_error(name, why)
        return left

    def _field_of(self, place: str) -> tuple[Any, str]:
        if place in _PLACES:
            return self.main, _PLACES[place]
        head, _dot, rest = place.partition(".")
        if head.startswith("groups["):
            number = int(head.removeprefix("groups[").removesuffix("]"))
            name = {"who.countries": "countries", "who.union": "who", "who.anyone": "who"}.get(rest, rest)
            form = self._groups()[number - 1]
            return form, name if name in form.fields else "name"
        if place.startswith("application.closed["):
            number = int(place.removeprefix("application.closed[").partition("]")[0])
            return self._kept("closed")[number - 1], "last"
        if head == "sources" and rest:
            key, _dot, part = rest.partition(".")
            for form in self._kept("sources"):
                if form.cleaned_data["name"] == key:
                    return form, part if part in form.fields else "name"
        return None, ""

    def _kept(self, name: str) -> list[Any]:
        return [form for form in self.rows[name] if form.has_changed() and not form.cleaned_data.get("DELETE")]

    def _groups(self) -> list[Any]:
        kept = self._kept("groups")
        places = {id(form): form.cleaned_data["position"] or number for number, form in enumerate(kept, 1)}
        return sorted(kept, key=lambda form: places[id(form)])


def _group_of(given: Mapping[str, Any]) -> dict[str, Any]:
    countries = given["countries"].upper().replace(",", " ").split()
    who: dict[str, Any] = {
        COUNTRIES: {"countries": countries}, UNION: {"union": "EU"}, ANYONE: {"anyone": True}
    }[given["who"]]  # fmt: skip
    group = {"name": given["name"], "who": who, "answer": given["answer"], "source": given["source"]}
    if given["residence_years"]:
        group["residence_years"] = given["residence_years"]
    if given["declaration"]:
        group["declaration"] = True
    return group


def _source_of(given: Mapping[str, Any]) -> dict[str, Any]:
    texts = {code: given[f"text_{code}"].strip() for code, _name in settings.LANGUAGES if given[f"text_{code}"].strip()}
    first = settings.LANGUAGES[0][0]
    text: Any = texts[first] if texts.keys() == {first} else texts
    return {"text": text, "url": given["url"], "checked_on": given["checked_on"].isoformat()}


def _initial(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands in the fields for rules that `read_rules` accepts; nothing for none."""
    application, age = raw.get("application", {}), raw.get("minimum_age", {})
    register, kept = raw.get("register", {}), raw.get("registrations", {})
    leaving = raw.get("deregistration") or {}
    main = {
        "last_day": application.get("last_day"),
        "application_source": application.get("source"),
        "minimum_age": age.get("years"),
        "age_day": age.get("on"),
        "age_source": age.get("source"),
        "registers": register.get("accepted"),
        "register_by": register.get("by"),
        "register_source": register.get("source"),
        "deprived_source": raw.get("deprived", {}).get("source"),
        "local": kept.get("local"),
        "european": kept.get("european"),
        "registrations_source": kept.get("source"),
        "changed_group_source": kept.get("changed_group"),
        "deregistration_months": leaving.get("closed_months_before"),
        "deregistration_source": leaving.get("source"),
    }
    return {
        "main": main,
        "closed": [{"first": span["from"], "last": span["to"]} for span in application.get("closed", [])],
        "groups": [_initial_group(group, number) for number, group in enumerate(raw.get("groups", []), 1)],
        "sources": [_initial_source(name, source) for name, source in raw.get("sources", {}).items()],
    }


def _initial_group(group: Mapping[str, Any], number: int) -> dict[str, Any]:
    who = group["who"]
    return {
        "position": number,
        "name": group["name"],
        "who": next(iter(who)),
        "countries": " ".join(who.get("countries", ())),
        "answer": group["answer"],
        "residence_years": group.get("residence_years") or None,
        "declaration": group.get("declaration", False),
        "source": group["source"],
    }


def _initial_source(name: str, source: Mapping[str, Any]) -> dict[str, Any]:
    texts = source["text"] if isinstance(source["text"], dict) else {settings.LANGUAGES[0][0]: source["text"]}
    said = {f"text_{code}": text for code, text in texts.items()}
    return {"name": name, "url": source["url"], "checked_on": source["checked_on"], **said}
