"""Beginning a journey, and changing how it begins and when it is left."""

from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from audiences.forms.rules import field_of
from audiences.forms.segments import organisations_of
from audiences.models import Automation, Segment
from audiences.recipes import Recipe
from audiences.selectors.ground import Ground, ground_of
from audiences.triggers.base import Trigger, triggers
from campaigns.models import Campaign, PledgeKind
from campaigns.scoped_forms import OfCampaignForm


class PledgeKindField(forms.ModelChoiceField):
    """Several campaigns may have a kind of the same name."""

    def label_from_instance(self, kind: PledgeKind) -> str:
        return f"{kind} · {kind.campaign}"


class BeginForm(OfCampaignForm):
    """Whose journey it is, in which campaign; with a ready-made one that asks it also which segment or pledge."""

    segment = forms.ModelChoiceField(
        label=gettext_lazy("Who comes to be in this segment begins"),
        queryset=Segment.objects.none(),
        required=False,
    )
    pledge_kind = PledgeKindField(
        label=gettext_lazy("Kind of pledge"),
        queryset=PledgeKind.objects.none(),
        required=False,
        empty_label=gettext_lazy("choose …"),
    )
    recipe: Recipe | None = None

    class Meta:
        model = Automation
        fields = ["name", "campaign", "organisation"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["campaign"].queryset = Campaign.objects.visible_to(self.for_user)
        fields["organisation"].queryset = organisations_of(self.for_user)
        fields["name"].widget.attrs["dir"] = "auto"
        for name in ("campaign", "organisation"):
            only = list(fields[name].queryset[:2])
            if len(only) == 1:
                self.initial.setdefault(name, only[0].pk)
                fields[name].initial = only[0].pk
        if self.recipe is not None:
            self.initial.setdefault("name", str(self.recipe.name))
        if self.recipe is not None and self.recipe.asks_segment:
            fields["segment"].queryset = Segment.objects.changeable_by(self.for_user).order_by("name")
            fields["segment"].empty_label = _("a new one: %(name)s") % {"name": self.recipe.begin_name}
        else:
            del fields["segment"]
        if self.recipe is not None and self.recipe.asks_pledge_kind:
            kinds = (
                PledgeKind.objects.visible_to(self.for_user)
                .select_related("campaign")
                .order_by("campaign__title", "name")
            )
            fields["pledge_kind"].queryset = kinds
            fields["pledge_kind"].required = True
        else:
            del fields["pledge_kind"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        segment, organisation = cleaned.get("segment"), cleaned.get("organisation")
        if segment and organisation and segment.organisation_id != organisation.pk:
            self.add_error("segment", _("This is another organisation’s."))
        kind, campaign = cleaned.get("pledge_kind"), cleaned.get("campaign")
        if kind and campaign and kind.campaign_id != campaign.pk:
            self.add_error("pledge_kind", _("This is another campaign’s."))
        return cleaned


class TriggerForm(forms.Form):
    """The parameters of one trigger."""

    def __init__(self, trigger: Trigger, ground: Ground, data: Any, told: dict[str, Any]) -> None:
        self.trigger = trigger
        initial = {name: value for name, value in told.items() if name != "kind"}
        super().__init__(data, prefix=f"t-{trigger.key}", initial=initial, use_required_attribute=False)
        for parameter in trigger.parameters:
            made = field_of(parameter, ground)
            made.widget.attrs["aria-label"] = str(parameter.label)
            self.fields[parameter.name] = made

    def told(self) -> dict[str, Any]:
        """Return a valid form as a journey's row holds it."""
        given = {each: self.cleaned_data.get(each.name) for each in self.trigger.parameters}
        values = {each.name: each.write(value) for each, value in given.items() if value not in (None, "", [])}
        return {"kind": self.trigger.key, **values}


@dataclass(frozen=True)
class ShownTrigger:
    """One way to begin, as a choice of the form with its own fields below."""

    trigger: Trigger
    form: TriggerForm
    is_chosen: bool


def ground_in(organisation: Organisation, campaign: Campaign) -> Ground:
    """Return what the organisation may know in one campaign, so that only its petitions and events are offered."""
    whole = ground_of(organisation.pk, timezone.now())
    leads = campaign.pk in whole.led
    return replace(
        whole,
        led=(campaign.pk,) if leads else (),
        led_slugs=(campaign.slug,) if leads else (),
        partaking=tuple(each for each in whole.partaking if each.campaign == campaign.pk),
    )


class JourneyForm(forms.Form):
    """What a journey is called, what begins it, and what ends it early."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})
    )
    kind = forms.ChoiceField(label=gettext_lazy("It begins when"))
    leave_segment = forms.ModelChoiceField(
        label=gettext_lazy("Whoever is in this segment leaves early"),
        queryset=Segment.objects.none(),
        required=False,
        empty_label=gettext_lazy("nobody: everybody goes to the end"),
        help_text=gettext_lazy("Asked before each step: what the journey is for is reached then."),
    )

    def __init__(self, data: Any = None, *, automation: Automation) -> None:
        initial = {
            "name": automation.name,
            "kind": automation.trigger.get("kind"),
            "leave_segment": automation.leave_segment_id,
        }
        super().__init__(data, initial=initial, use_required_attribute=False)
        fields: dict[str, Any] = self.fields
        own = Segment.objects.filter(organisation=automation.organisation_id).order_by("name")
        fields["leave_segment"].queryset = own
        fields["kind"].choices = [(key, each.label) for key, each in triggers().items()]
        self.kinds = self._kinds(automation)

    @property
    def has_kind(self) -> bool:
        """Whether one of the ways to begin is chosen: else what is wrong is said below them all."""
        return any(each.is_chosen for each in self.kinds)

    def _kinds(self, automation: Automation) -> list[ShownTrigger]:
        ground = ground_in(automation.organisation, automation.campaign)
        chosen = self["kind"].value()
        saved = automation.trigger
        return [
            ShownTrigger(
                each,
                TriggerForm(
                    each, ground, self.data if self.is_bound and key == chosen else None,
                    saved if saved.get("kind") == key else {},
                ),
                key == chosen,
            )
            for key, each in triggers().items()
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = next((each.form for each in self.kinds if each.is_chosen), None)
        if chosen is not None and not chosen.is_valid():
            errors: ErrorDict = chosen.errors
            self.add_error("kind", [error for found in errors.values() for error in found])
        elif chosen is not None:
            cleaned["trigger"] = chosen.told()
        name = cleaned.get("name", "")
        if "\0" in name:
            self.add_error("name", _("Null characters are not allowed."))
        return cleaned
