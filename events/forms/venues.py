from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.scoped_forms import OfCampaignForm
from events.enums import AccessFeature
from events.models import Venue
from places.models import Territory
from places.selectors import commune_for_postcode


class VenueForm(OfCampaignForm):
    """A venue. Its commune follows from the postcode where nobody says another one."""

    features = forms.MultipleChoiceField(
        label=_("Accessibility"),
        choices=AccessFeature.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick only what you saw yourself, or what the house promised."),
    )

    class Meta:
        model = Venue
        fields = [
            "campaign", "organisation", "name", "address", "postcode", "town", "territory", "latitude", "longitude",
            "features", "access_notes", "staff_notes",
        ]  # fmt: skip
        widgets = {
            "access_notes": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
            "staff_notes": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["territory"]
        field.queryset = Territory.objects.filter(level=Territory.Level.COMMUNE).without_outlines()
        field.help_text = _("Left empty, it follows from a Belgian postcode.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        postcode = cleaned.get("postcode")
        if postcode and not cleaned.get("territory"):
            cleaned["territory"] = commune_for_postcode("BE", postcode)
        return cleaned
