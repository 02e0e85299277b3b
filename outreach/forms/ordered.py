"""Some of a list of choices in an order of one's own: a row of selects, one per place. Works without a script."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class OrderedSelects(forms.MultiWidget):
    use_fieldset = True

    def __init__(self, places: int, choices: Iterable[tuple[str, Any]]) -> None:
        offered = [("", "—"), *choices]
        widgets = [
            forms.Select(choices=offered, attrs={"aria-label": gettext_lazy("place %d") % place})
            for place in range(1, places + 1)
        ]
        super().__init__(widgets)

    def decompress(self, value: Sequence[str] | None) -> list[str]:
        chosen = list(value or [])
        return [*chosen, *[""] * (len(self.widgets) - len(chosen))]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, self.decompress(value), attrs)
        return context

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}_0" if id_ else ""


class OrderedChoicesField(forms.Field):
    """A list of distinct values out of ``choices``, in the order of their places; gaps are closed."""

    def __init__(self, *, choices: Iterable[tuple[str, Any]], places: int, **kwargs: Any) -> None:
        known = list(choices)
        self.values = {value for value, _label in known}
        super().__init__(widget=OrderedSelects(places, known), **kwargs)

    def to_python(self, value: Any) -> list[str]:
        return [each for each in value or [] if each]

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        if any(each not in self.values for each in value):
            raise ValidationError(_("Choose from the list."))
        if len(set(value)) < len(value):
            raise ValidationError(_("The same is chosen twice."))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)
