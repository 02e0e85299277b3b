"""Forms of the staff area's ways in for files: choosing a file, and saying which of its columns holds what."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from core.table_columns import Wanted
from core.table_files import MAX_BYTES, TableError


class TableFileField(forms.FileField):
    """A table in a file that is not too large to read."""

    def __init__(self) -> None:
        super().__init__(label=_("CSV (UTF-8) or XLSX file"), help_text=_("Its first row names the columns."))

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than %(most)d MB.") % {"most": MAX_BYTES // 1_000_000})
        return file


class MappingForm(forms.Form):
    """Which column of the file holds which of our fields. Prefixed: a field may be called as a word of the page is.

    ``check`` raises TableError for a mapping that leaves out what is needed.
    """

    prefix = "column"
    wanted: ClassVar[Sequence[Wanted]]
    check: ClassVar[Callable[[tuple[str, ...], Mapping[str, int]], None]]

    def __init__(self, *args: Any, header: tuple[str, ...], columns: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.header = header
        choices: list[tuple[str, Any]] = [("", _("not in the file"))]
        choices += [(str(position), name or str(position + 1)) for position, name in enumerate(header)]
        for field in self.wanted:
            self.fields[field.key] = forms.ChoiceField(
                label=field.label, choices=choices, required=False, initial=str(columns.get(field.key, ""))
            )

    def columns(self) -> dict[str, int]:
        """Return field → position of the column."""
        return {key: int(position) for key, position in self.cleaned_data.items() if position}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        try:
            type(self).check(self.header, self.columns())
        except TableError as error:
            for fault in error.faults:
                self.add_error(None, str(fault))
        return cleaned
