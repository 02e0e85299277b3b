"""Forms of efforts, scripts and barriers. They validate; the views save."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.scoped_forms import OfCampaignForm, refuse_other_campaigns
from outreach.enums import Outcome
from outreach.forms.ordered import OrderedChoicesField
from outreach.languages import LANGUAGES
from outreach.models import Barrier, CanvassingEffort, Script
from outreach.models.effort import default_outcomes
from places.models import Territory

MOST_LANGUAGES = 8


class EffortForm(OfCampaignForm):
    """What is asked, where, by whom."""

    outcomes = OrderedChoicesField(
        choices=Outcome.choices,
        places=len(Outcome),
        initial=default_outcomes,
        label=gettext_lazy("Buttons on the phone, in order"),
        help_text=gettext_lazy("The first is the easiest to reach with a thumb. Leave out what you do not need."),
    )
    languages = OrderedChoicesField(
        choices=LANGUAGES.items(),
        places=MOST_LANGUAGES,
        required=False,
        label=gettext_lazy("Languages of the conversations, in order"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        communes = Territory.objects.without_outlines().filter(level=Territory.Level.COMMUNE)
        self.fields["territories"].queryset = communes
        self.fields["territories"].widget = forms.CheckboxSelectMultiple(choices=self.fields["territories"].choices)
        self.fields["teams"].widget = forms.CheckboxSelectMultiple(choices=self.fields["teams"].choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        campaign = cleaned.get("campaign")
        refuse_other_campaigns(self, campaign, "teams", "script", "required_curriculum", "petition")
        starts, ends = cleaned.get("starts_date"), cleaned.get("ends_date")
        if starts and ends and ends < starts:
            self.add_error("ends_date", _("An effort ends after it starts."))
        script = cleaned.get("script")
        if script and not script.versions.exists():
            self.add_error("script", _("This script was never published; publish it first."))
        return cleaned

    class Meta:
        model = CanvassingEffort
        fields: list[str] = []


class ScriptForm(OfCampaignForm):
    """A script's frame; its questions have a screen of their own."""

    class Meta:
        model = Script
        fields: list[str] = []


def _label_fields() -> dict[str, forms.Field]:
    return {
        f"label_{code}": forms.CharField(label=name, max_length=80, required=code == "en")
        for code, name in settings.LANGUAGES
    }


class BaseBarrierForm(forms.ModelForm):
    """A barrier's names, one per interface language."""

    def __init__(self, *args: Any, for_user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, words in (self.instance.labels or {}).items():
            if f"label_{code}" in self.fields:
                self.initial[f"label_{code}"] = words
        if self.instance.pk:
            self.fields["key"].disabled = True  # contacts name it

    def save(self, commit: bool = True) -> Any:
        told = {code: self.cleaned_data.get(f"label_{code}", "").strip() for code, _name in settings.LANGUAGES}
        self.instance.labels = {code: words for code, words in told.items() if words}
        return super().save(commit)

    class Meta:
        model = Barrier
        fields = ["key", "position", "is_offered"]


BarrierForm = type("BarrierForm", (BaseBarrierForm,), {**_label_fields(), "__module__": __name__})
