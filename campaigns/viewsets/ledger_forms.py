"""Forms of a campaign's ledger: one for opening it, a small one for every entry."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm

from campaigns.models import Campaign, Contribution, Ledger, Sponsor, UnpaidHelp
from campaigns.transparency_enums import LedgerPlace, SponsorKind

FORM_TOO_OLD = gettext_lazy("This form was changed on its way. Send it once more.")
MOST_OFFERED = 200
NO_NAMES = gettext_lazy("For colleagues; never shown outside. No names of people.")


def day_field(**kwargs: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


def past_day(form: forms.Form, name: str) -> date | None:
    """Return a day of the form that is not to come."""
    day: date | None = form.cleaned_data.get(name)
    if day is not None and day > timezone.localdate():
        raise forms.ValidationError(_("This day has not come yet."))
    return day


def _by_name(choice: tuple[int, str]) -> str:
    return choice[1].casefold()


class LedgerForm(WagtailAdminModelForm):
    """Whose ledger, since when, and whether the public site shows it."""

    for_user: Any

    class Meta:
        model = Ledger
        fields = ("campaign", "starts_date", "ends_date", "is_public")
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in ("starts_date", "ends_date")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["campaign"].disabled = True
            return
        self.fields["campaign"].queryset = Campaign.objects.changeable_by(self.for_user).filter(ledger__isnull=True)
        self.fields["starts_date"].initial = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("starts_date"), cleaned.get("ends_date")
        if starts and ends and ends < starts:
            self.add_error("ends_date", _("The end lies before the beginning."))
        campaign = cleaned.get("campaign")
        if self.instance.pk is None and campaign and not self.fields["campaign"].queryset.filter(pk=campaign.pk):
            self.add_error("campaign", _("You do not coordinate this campaign, or it keeps a ledger already."))
        return cleaned


class EntryForm(forms.Form):
    """A form whose entry is made once, however often it is sent."""

    entry_key = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": FORM_TOO_OLD, "invalid": FORM_TOO_OLD}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entry_key"].initial = uuid4

    def clean(self) -> dict[str, Any]:
        """Show what is wrong with the hidden key where people see it, and give the form a new one."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "entry_key" in self.errors:
            self.add_error(None, self.errors.pop("entry_key").data)
            self.data = {**dict(self.data.items()), self.add_prefix("entry_key"): str(uuid4())}
        return cleaned

    @property
    def answers(self) -> dict[str, Any]:
        """Return what was filled in, without the key."""
        return {name: value for name, value in self.cleaned_data.items() if name != "entry_key"}


class GiftForm(EntryForm):
    """A sum of one sponsor."""

    amount = forms.DecimalField(
        label=gettext_lazy("Amount in euros"), min_value=Decimal("0.01"), max_digits=12, decimal_places=2
    )
    received_date = day_field(label=gettext_lazy("Received on"))
    is_in_kind = forms.BooleanField(
        label=gettext_lazy("In kind"),
        required=False,
        help_text=gettext_lazy("A thing or a service with a price: write down what it is worth."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False, help_text=NO_NAMES)

    def clean_received_date(self) -> date | None:
        return past_day(self, "received_date")


class ContributionForm(GiftForm):
    """A sum of a sponsor chosen from the list, or of a new one."""

    sponsor = forms.ModelChoiceField(
        Sponsor.objects.none(),
        label=gettext_lazy("Sponsor"),
        required=False,
        empty_label=gettext_lazy("— a new sponsor —"),
        help_text=gettext_lazy(
            "Who gave before is in this list, up to the 200 largest; all others are found by the search below."
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("Name of a new sponsor"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The full name, as the register asks for it above the legal sum."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("The new sponsor is"), choices=SponsorKind.choices, initial=SponsorKind.ORGANISATION
    )
    field_order = ("sponsor", "name", "kind", "amount", "received_date", "is_in_kind", "note", "entry_key")

    def __init__(self, *args: Any, ledger: Ledger, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["sponsor"]
        field.queryset = ledger.sponsors.all()
        offered = ledger.sponsors.largest_first()[:MOST_OFFERED]
        field.choices = [("", field.empty_label), *sorted(((each.pk, str(each)) for each in offered), key=_by_name)]
        self.fields["kind"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("sponsor") and cleaned.get("name"):
            self.add_error("name", _("Choose a sponsor from the list or write a new name, not both."))
        elif not cleaned.get("sponsor") and not cleaned.get("name") and "sponsor" not in self.errors:
            self.add_error("sponsor", _("Choose who gave it, or write the name of a new sponsor."))
        return cleaned


class CorrectionForm(GiftForm):
    """What a wrong contribution should have said. What was another sponsor's is taken back and written down anew."""

    def __init__(self, *args: Any, row: Contribution, **kwargs: Any) -> None:
        names = ("amount", "received_date", "is_in_kind", "note")
        kwargs["initial"] = {name: getattr(row, name) for name in names}
        super().__init__(*args, **kwargs)


class UndoForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=300, help_text=gettext_lazy("No names of people."))


class SponsorForm(forms.Form):
    """Who a sponsor is."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=SponsorKind.choices)
    agreed_date = day_field(
        label=gettext_lazy("Agreed to be named on our page on"),
        required=False,
        help_text=gettext_lazy(
            "For private persons only. Left empty, our page says “a private person”. The register asks for the full "
            "name in any case."
        ),
    )

    def __init__(self, *args: Any, sponsor: Sponsor, **kwargs: Any) -> None:
        kwargs["initial"] = {"name": sponsor.name, "kind": sponsor.kind, "agreed_date": sponsor.agreed_date}
        super().__init__(*args, **kwargs)

    def clean_agreed_date(self) -> date | None:
        return past_day(self, "agreed_date")


class HelpForm(EntryForm):
    """An organisation that helps without money."""

    organisation = forms.CharField(
        label=gettext_lazy("Organisation"),
        max_length=200,
        help_text=gettext_lazy("Private persons who help are no sponsors and are not entered."),
    )
    what = forms.CharField(
        label=gettext_lazy("What it gives"),
        max_length=300,
        help_text=gettext_lazy("Only what nobody can put a price on; what has a price is a contribution in kind."),
    )
    since_date = day_field(label=gettext_lazy("Since"))
    until_date = day_field(label=gettext_lazy("Until"), required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False, help_text=NO_NAMES)

    def __init__(self, *args: Any, row: UnpaidHelp | None = None, **kwargs: Any) -> None:
        if row is not None:
            names = ("organisation", "what", "since_date", "until_date", "note")
            kwargs["initial"] = {name: getattr(row, name) for name in names}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since_date"), cleaned.get("until_date")
        if since and until and until < since:
            self.add_error("until_date", _("The end lies before the beginning."))
        return cleaned


class PublicationForm(forms.Form):
    """Where the ledger was brought up to date, and when: today unless said otherwise."""

    places = forms.MultipleChoiceField(
        label=gettext_lazy("Brought up to date in"),
        choices=LedgerPlace.choices,
        initial=list(LedgerPlace.values),
        widget=forms.CheckboxSelectMultiple,
    )
    on = day_field(label=pgettext_lazy("a day", "On"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate

    def clean_on(self) -> date | None:
        return past_day(self, "on")
