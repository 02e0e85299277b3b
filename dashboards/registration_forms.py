from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Election
from campaigns.models.registration_count import LONGEST_SOURCE
from campaigns.registration_rows import check_columns
from campaigns.registration_values import FIELDS
from core.table_files import MAX_BYTES, TableError

if TYPE_CHECKING:
    from accounts.models import User


class UploadForm(forms.Form):
    """A file of official figures, and the election they are of."""

    election = forms.ModelChoiceField(
        Election.objects.none(), label=_("Election"), help_text=_("Those of the campaigns you coordinate.")
    )
    file = forms.FileField(label=_("CSV (UTF-8) or XLSX file"), help_text=_("Its first row names the columns."))
    source = forms.CharField(
        label=_("Source of rows that name none"),
        required=False,
        max_length=LONGEST_SOURCE,
        help_text=_("Who published the figures, where and when. A figure without a source is refused."),
    )

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        elections = Election.objects.all()
        if not user.is_superuser:
            elections = elections.filter(pk__in=Campaign.objects.changeable_by(user).values("election"))
        self.fields["election"].queryset = elections  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than %(most)d MB.") % {"most": MAX_BYTES // 1_000_000})
        return file


class MappingForm(forms.Form):
    """Which column of the file holds which of our fields. Prefixed: "kind" is a field here and a word of the page."""

    prefix = "column"

    def __init__(self, *args: Any, header: tuple[str, ...], columns: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.header = header
        choices: list[tuple[str, Any]] = [("", _("not in the file"))]
        choices += [(str(position), name or str(position + 1)) for position, name in enumerate(header)]
        for field in FIELDS:
            self.fields[field.key] = forms.ChoiceField(
                label=field.label, choices=choices, required=False, initial=str(columns.get(field.key, ""))
            )

    def columns(self) -> dict[str, int]:
        """Return field → position of the column."""
        return {key: int(position) for key, position in self.cleaned_data.items() if position}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            check_columns(self.header, {key: int(position) for key, position in cleaned.items() if position})
        except TableError as error:
            for fault in error.faults:
                self.add_error(None, str(fault))
        return cleaned
