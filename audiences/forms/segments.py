"""The head of a segment's form: whose, for which campaign, under which name."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from audiences.models import Segment
from audiences.querysets import WRITERS
from campaigns.models import Campaign
from core.query_values import whole_number


def organisations_of(user: Any) -> QuerySet[Organisation]:
    """Return the organisations whose segments somebody may write."""
    rows = Organisation.objects.order_by("name")
    if user.is_superuser:
        return rows
    return rows.filter(pk__in=user.memberships.filter(role__in=WRITERS).values("organisation"))


class SegmentForm(forms.Form):
    """Name, organisation and campaign. The organisation is fixed once the segment exists."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})
    )
    organisation = forms.ModelChoiceField(label=gettext_lazy("Whose people"), queryset=Organisation.objects.none())
    campaign = forms.ModelChoiceField(
        label=gettext_lazy("Reach is counted for the news of"),
        queryset=Campaign.objects.none(),
        required=False,
        empty_label=gettext_lazy("all campaigns"),
    )

    def __init__(self, data: Any = None, *, user: Any, segment: Segment | None = None) -> None:
        self.segment = segment
        initial = {"name": segment.name, "campaign": segment.campaign_id} if segment else {}
        super().__init__(data, initial=initial, use_required_attribute=False)
        mine = organisations_of(user)
        if segment:
            mine = Organisation.objects.filter(pk=segment.organisation_id)
        self.fields["organisation"].queryset = mine  # type: ignore[attr-defined]
        self.chosen = self._chosen(mine)
        self.fields["organisation"].initial = self.chosen
        if segment or (self.chosen and mine.count() == 1):
            self.fields["organisation"].widget = forms.HiddenInput()
        campaigns = self._campaigns()
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]
        if segment is None:
            self.fields["campaign"].initial = campaigns.first()

    def _chosen(self, mine: QuerySet[Organisation]) -> Organisation | None:
        typed = whole_number(str(self.data.get("organisation", ""))) if self.is_bound else None
        return mine.filter(pk=typed or 0).first() or mine.first()

    def _campaigns(self) -> QuerySet[Campaign]:
        if self.chosen is None:
            return Campaign.objects.none()
        of = self.chosen
        taking_part = Campaign.objects.filter(pk__in=of.partnerships.filter(left_at__isnull=True).values("campaign"))
        return (Campaign.objects.filter(organisation=of) | taking_part).order_by("title")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if "\0" in name:
            raise forms.ValidationError(_("Null characters are not allowed."))
        return name
