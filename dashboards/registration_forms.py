from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Election
from campaigns.models.registration_count import LONGEST_SOURCE
from campaigns.registration_rows import check_columns
from campaigns.registration_values import FIELDS
from core.import_forms import MappingForm as ColumnsForm
from core.import_forms import TableFileField

if TYPE_CHECKING:
    from accounts.models import User


class UploadForm(forms.Form):
    """A file of official figures, and the election they are of."""

    election = forms.ModelChoiceField(
        Election.objects.none(), label=_("Election"), help_text=_("Those of the campaigns you coordinate.")
    )
    file = TableFileField()
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


class MappingForm(ColumnsForm):
    wanted, check = FIELDS, check_columns
