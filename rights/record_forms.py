"""What a data-protection officer adds to the record of processing: one form for the organisation, one per provider."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from places.models import Territory
from rights.models import RecordDetails, RecordProvider
from rights.record_countries import country_choices
from rights.record_enums import ProviderKind, Safeguard
from rights.record_recipients import known_providers
from rights.record_rules import is_third_country


class DetailsForm(forms.ModelForm):
    """Who the officer and the representative are, and remarks."""

    class Meta:
        model = RecordDetails
        fields = ("officer_name", "officer_contact", "representative", "remarks")
        widgets: ClassVar = {"remarks": forms.Textarea(attrs={"rows": 4})}


class ProviderForm(forms.Form):
    """Who does one thing on the organisation's behalf; all blank: nobody."""

    name = forms.CharField(label=_("Provider"), max_length=200, required=False)
    country = forms.ChoiceField(label=_("Country where the data is"), required=False)
    safeguard = forms.ChoiceField(
        label=_("What allows the transfer"),
        required=False,
        choices=[("", "—"), *Safeguard.choices],
        help_text=_("Only for a country outside the European Economic Area."),
    )
    agreed_date = forms.DateField(
        label=_("Agreement of Art. 28 since"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, kind: ProviderKind, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": kind.value})
        self.kind = kind
        self.fields["country"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if not told.get("name") and any(told.get(name) for name in ("country", "safeguard", "agreed_date")):
            self.add_error("name", gettext("Say who it is, or leave everything empty."))
        union = frozenset(Territory.objects.eu().values_list("code", flat=True))
        if is_third_country(told.get("country", ""), union) and not told.get("safeguard"):
            self.add_error("safeguard", gettext("Say what allows data to go there (Art. 44 GDPR)."))
        return told


class RecordForms:
    """All of them together, as the page shows them; a provider the settings know begins with its name."""

    def __init__(self, organisation: Organisation, data: Any = None) -> None:
        details = RecordDetails.objects.filter(organisation=organisation).first()
        rows = {row.kind: row for row in RecordProvider.objects.filter(organisation=organisation)}
        known, choices = known_providers(), country_choices()
        self.details = DetailsForm(data, instance=details)
        self.providers = [
            ProviderForm(data, kind=kind, choices=choices, initial=_start(rows.get(kind), known.get(kind, "")))
            for kind in ProviderKind
        ]

    def is_valid(self) -> bool:
        return all([self.details.is_valid(), *[form.is_valid() for form in self.providers]])


def _start(row: RecordProvider | None, known: str) -> dict[str, Any]:
    if row is None:
        return {"name": known}
    return {name: getattr(row, name) for name in ("name", "country", "safeguard", "agreed_date")}
