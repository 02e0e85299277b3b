"""The small forms of the help desk. They validate; the views call an action."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, PledgeKind
from campaigns.pledge_rules import Rung
from campaigns.selectors.pledge_desk import possible_callers
from campaigns.wall_clock import WallClockField, WallClockInput, at_place

LONGEST_NOTE = 1_000


def _text(label: Any, **told: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3, "dir": "auto", "maxlength": LONGEST_NOTE})
    return forms.CharField(label=label, max_length=LONGEST_NOTE, widget=widget, **told)


class NoteForm(forms.Form):
    text = _text(
        _("Note"),
        help_text=_("What helps to go on helping. Nothing about health, faith or politics: they may read it."),
    )


class DueForm(forms.Form):
    """When to call, on the clocks of the campaign's own place."""

    due_at = WallClockField(label=_("Call at"), widget=WallClockInput)

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(campaign.time_zone)

    def clean_due_at(self) -> datetime:
        """Refuse a day that is over: somebody mistyped it. An hour that just passed is a call to make now."""
        moment = at_place(self.cleaned_data["due_at"], self.zone)
        if moment < timezone.now() - timedelta(days=1):
            raise forms.ValidationError(_("This day is over."))
        return moment


class CallForm(DueForm):
    owner: Any = forms.ModelChoiceField(label=_("Who calls"), queryset=None, required=False)
    text = _text(_("What about"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.queryset = possible_callers(kwargs["campaign"])
        field.empty_label = _("whoever is at the desk")


class EndingForm(forms.Form):
    """How it ended, and for an ending that asks it, what stood in the way."""

    ending = forms.ChoiceField(label=_("How it ended"))
    barrier = forms.ChoiceField(label=_("What stood in the way"), required=False)

    def __init__(self, *args: Any, kind: PledgeKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ladder, spoken = kind.ladder, get_language() or "en"

        def choices(rungs: tuple[Rung, ...]) -> list[tuple[str, str]]:
            return [("", "–"), *((rung.key, rung.name_in(spoken)) for rung in rungs)]

        self.fields["ending"].choices = choices(self.ladder.endings)  # type: ignore[attr-defined]
        self.fields["barrier"].choices = choices(self.ladder.barriers)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Drop a barrier where the ending asks for none."""
        cleaned: dict[str, Any] = super().clean() or {}
        ending = self.ladder.ending(cleaned.get("ending", ""))
        if ending and not ending.asks_barrier:
            cleaned["barrier"] = ""
        return cleaned
