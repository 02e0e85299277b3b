"""The fields of a rule's rows, and the rule that rows filled in add up to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from audiences.criteria.base import Criterion
from audiences.criteria.segments import rows_to_choose
from audiences.drafts import ROOT, Row
from audiences.parameters import MOST_DAYS, Day, Days, OneOf, Parameter, SomeOf, Words
from audiences.selectors.ground import Ground

MANY = 12


class Pick(forms.CheckboxSelectMultiple):
    """Several of many: the choices as words of the sentence, which open to boxes to tick. Works without a script."""

    blank: Any = ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = {str(each) for each in value or []}
        options = [(str(key), words, str(key) in chosen) for key, words in self.choices]
        context = {
            "name": name,
            "label": (attrs or {}).get("aria-label", ""),
            "options": options,
            "chosen": [words for _key, words, is_chosen in options if is_chosen],
            "blank": self.blank,
            "is_long": len(options) > MANY,
            "invalid": (attrs or {}).get("aria-invalid"),
        }
        return mark_safe(render_to_string("audiences/staff/pick.html", context))  # noqa: S308 - the template escapes


def field_of(parameter: Parameter, ground: Ground) -> forms.Field:
    """Return the form field that takes a parameter's value."""
    common: dict[str, Any] = {"label": parameter.label, "required": parameter.is_required}
    match parameter:
        case SomeOf():
            widget = Pick()
            widget.blank = _("choose …") if parameter.is_required else parameter.blank
            kind = forms.TypedMultipleChoiceField
            coerce = int if parameter.is_number else str
            return kind(choices=list(parameter.options(ground)), coerce=coerce, widget=widget, **common)
        case OneOf():
            first = ("", _("choose …") if parameter.is_required else parameter.blank)
            coerce = int if parameter.is_number else str
            choices = [first, *parameter.options(ground)]
            return forms.TypedChoiceField(choices=choices, coerce=coerce, empty_value=None, **common)
        case Days():
            return forms.IntegerField(min_value=1, max_value=MOST_DAYS, **common)
        case Day():
            widget_of_day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            return forms.DateField(widget=widget_of_day, **common)
        case Words():
            return forms.CharField(max_length=parameter.most, **common)
    raise TypeError(parameter)


class ValuesForm(forms.Form):
    """The values of one row."""

    def __init__(self, criterion: Criterion, ground: Ground, row: Row) -> None:
        prefix = f"v-{row.key}"
        typed = MultiValueDict({f"{prefix}-{name}": values for name, values in row.values.items()})
        super().__init__(typed, prefix=prefix, use_required_attribute=False)
        self.criterion = criterion
        for parameter in criterion.parameters:
            made = field_of(parameter, ground)
            made.widget.attrs["aria-label"] = str(parameter.label)
            self.fields[parameter.name] = made

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first."))
        for name in ("since", "until"):
            if cleaned.get(name) and not 2000 <= cleaned[name].year <= 2100:
                self.add_error(name, _("Is the year right?"))
        return cleaned

    def told(self) -> dict[str, Any]:
        """Return a valid form's values as a rule's JSON holds them."""
        given = {each.name: self.cleaned_data.get(each.name) for each in self.criterion.parameters}
        written = {each.name: each for each in self.criterion.parameters}
        return {name: written[name].write(value) for name, value in given.items() if value not in (None, "", [])}


@dataclass
class EditedRow:
    """One row as the page shows it. ``errors`` are said only once somebody saves or counts."""

    row: Row
    criterion: Criterion | None = None
    values: ValuesForm | None = None
    errors: list[str] = field(default_factory=list)
    rows: list["EditedRow"] = field(default_factory=list)
    is_first: bool = False
    is_last: bool = False
    is_outermost: bool = False

    def sentence(self) -> list[SafeString]:
        """The criterion's words with its fields in their places."""
        if self.values is None or self.criterion is None:
            return []
        form = self.values
        return [
            mark_safe(  # noqa: S308 - our own words, escaped, around rendered fields
                str(escape(str(clause.text))) % {name: str(form[name]) for name in clause.names}
            )
            for clause in self.criterion.clauses
            if clause.names
        ]

    def walk(self) -> Iterator["EditedRow"]:
        yield self
        for each in self.rows:
            yield from each.walk()


class RuleForm:
    """A draft with the forms of its rows. ``told``: the rule's JSON, once `is_valid` said so."""

    def __init__(self, draft: Row, ground: Ground) -> None:
        self.draft, self.ground = draft, ground
        self.known = rows_to_choose()
        self.root = self._edited(draft)
        self.told: dict[str, Any] = {}

    def _edited(self, row: Row) -> EditedRow:
        edited = EditedRow(row, rows=[self._edited(each) for each in row.rows], is_outermost=row.key == ROOT)
        standing = [each for each in edited.rows if not each.row.is_gone]
        if standing:
            standing[0].is_first, standing[-1].is_last = True, True
        if row.criterion in self.known:
            edited.criterion = self.known[row.criterion]
            edited.values = ValuesForm(edited.criterion, self.ground, row)
            edited.values.full_clean()
        return edited

    def is_valid(self) -> bool:
        """Work out the rule and say at each row what is missing in it."""
        told = self._told(self.root)
        self.told = told or {}
        return told is not None

    def has_gaps(self) -> bool:
        """Whether a row is not finished: to be asked before errors are shown to anybody."""
        return not RuleForm(self.draft, self.ground).is_valid()

    def _told(self, edited: EditedRow) -> dict[str, Any] | None:
        row = edited.row
        if row.is_group:
            found = self._told_group(edited)
        elif edited.values is None:
            edited.errors.append(_("Choose what is asked, or take this row out."))
            found = None
        else:
            edited.errors += [str(error) for errors in edited.values.errors.values() for error in errors]
            found = {"is": row.criterion, **edited.values.told()} if edited.values.is_valid() else None
        return {"not": found} if found is not None and row.is_not and not edited.is_outermost else found

    def _told_group(self, edited: EditedRow) -> dict[str, Any] | None:
        inner = [self._told(each) for each in edited.rows if not each.row.is_gone]
        if not inner and edited.is_outermost:
            return {"all": []}
        if not inner:
            edited.errors.append(_("This group is empty: add to it, or take it out."))
            return None
        known = [each for each in inner if each is not None]
        return {edited.row.kind: known} if len(known) == len(inner) else None
