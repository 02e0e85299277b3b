"""Forms of paper batches: one for handing out, a small one for every step after it. They ask counts, never names."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from campaigns.models import Initiative
from outreach.models import PaperBatch
from outreach.selectors.paper import nationality_choices
from volunteers.enums import AgreementKind
from volunteers.models import Volunteer
from volunteers.selectors.agreements import latest_acceptance

MOST_SHEETS = 10_000
USUAL_DAYS = 14


def day_field(**kwargs: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


def note_field(**kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Note"),
        max_length=300,
        help_text=gettext_lazy("What was said. No names of signatories."),
        **{"required": False, **kwargs},
    )


class IssueForm(WagtailAdminModelForm):
    """Sheets of one nationality into one pair of hands."""

    for_user: Any

    initiative = forms.ModelChoiceField(Initiative.objects.none(), label=gettext_lazy("Initiative"))
    holder = forms.ModelChoiceField(
        Volunteer.objects.none(),
        label=gettext_lazy("Into the hands of"),
        help_text=gettext_lazy("Whoever takes sheets has accepted the processor agreement (Art. 28 GDPR) before."),
    )
    nationality = forms.ChoiceField(
        label=gettext_lazy("Nationality on the sheets"),
        help_text=gettext_lazy(
            "One per batch, as on the official form. Part A asks residence and date of birth, Part B a personal "
            "identification or document number; neither is ever entered here."
        ),
    )
    sheets = forms.IntegerField(label=gettext_lazy("Sheets handed out"), min_value=1, max_value=MOST_SHEETS)
    due_back_date = day_field(label=gettext_lazy("Due back on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.for_user
        self.fields["initiative"].queryset = Initiative.objects.visible_to(user).filter(campaign__isnull=False)
        volunteers = Volunteer.objects.changeable_by(user).working()
        self.fields["holder"].queryset = volunteers.select_related("supporter").order_by("supporter__full_name")
        self.fields["nationality"].choices = [("", "—"), *nationality_choices(get_language() or "en")]
        self.fields["due_back_date"].initial = timezone.localdate() + timedelta(days=USUAL_DAYS)

    def clean_due_back_date(self) -> date:
        day: date = self.cleaned_data["due_back_date"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is over."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        initiative, holder = cleaned.get("initiative"), cleaned.get("holder")
        if initiative and holder and holder.campaign_id != initiative.campaign_id:
            self.add_error("holder", _("This volunteer works for another campaign than the initiative's."))
        elif holder and latest_acceptance(holder, AgreementKind.PROCESSOR) is None:
            self.add_error(
                "holder",
                _("This volunteer has not accepted the processor agreement yet. No sheet may be handed out before."),
            )
        return cleaned

    class Meta:
        model = PaperBatch
        fields = ["nationality", "sheets", "due_back_date"]


class PassOnForm(forms.Form):
    holder = forms.ModelChoiceField(Volunteer.objects.none(), label=pgettext_lazy("person", "To"))
    note = note_field()

    def __init__(self, *args: Any, batch: PaperBatch, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        volunteers = Volunteer.objects.changeable_by(user).working()
        others = volunteers.filter(campaign=batch.initiative.campaign_id, organisation=batch.organisation_id)
        offered = others.exclude(pk=batch.holder_id).select_related("supporter").order_by("supporter__full_name")
        self.fields["holder"].queryset = offered  # type: ignore[attr-defined]


class CountForm(forms.Form):
    support_count = forms.IntegerField(label=gettext_lazy("Statements counted"), min_value=0, max_value=1_000_000)
    note = note_field()


class ReturnForm(forms.Form):
    sheets = forms.IntegerField(label=gettext_lazy("Sheets that came back"), min_value=0)
    support_count = forms.IntegerField(
        label=gettext_lazy("Statements counted"), min_value=0, max_value=1_000_000, required=False
    )
    note = note_field()


class SendForm(forms.Form):
    note = note_field()


class LoseForm(forms.Form):
    note = note_field(required=True)


class DestroyForm(forms.Form):
    on = day_field(label=gettext_lazy("Destroyed on"))
    method = forms.CharField(
        label=gettext_lazy("How"), max_length=120, help_text=gettext_lazy("Cross-cut shredder, burnt …")
    )
    witness = forms.CharField(label=gettext_lazy("Witnessed by"), max_length=120)
    note = note_field()

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class DatesForm(forms.Form):
    due_back = day_field(label=gettext_lazy("Due back on"))
    destroy_by = day_field(label=gettext_lazy("To be destroyed by"), required=False)
