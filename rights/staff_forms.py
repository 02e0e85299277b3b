"""What officers type about requests."""

from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.widgets import AdminDateInput

from core.hashing import keyed_hash
from people.canonical import UnreadableAddress, canonical_email
from people.enums import Channel
from people.models import ContactPoint, Supporter
from rights.enums import RequestKind, RequestOrigin
from rights.forms import CorrectionForm
from rights.models import RightsRequest

MOST_SHOWN = 5


class RequestFilterSet(WagtailFilterSet):
    """Without a choice, what still waits for an answer."""

    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[
            ("overdue", _("overdue")),
            ("decided", pgettext_lazy("a request", "answered")),
            ("all", pgettext_lazy("requests", "all")),
        ],
        empty_label=_("waiting for an answer"),
        method="of_state",
    )
    kind = django_filters.ChoiceFilter(label=_("Asks for"), choices=RequestKind.choices)

    def of_state(self, rows: Any, _name: str, value: str) -> Any:
        return rows.overdue(timezone.localdate()) if value == "overdue" else rows

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset)
        state = self.form.cleaned_data.get("state")
        if state in {"all", "overdue"}:
            return rows
        waiting = RightsRequest.objects.waiting().values("pk")
        return rows.exclude(pk__in=waiting) if state == "decided" else rows.filter(pk__in=waiting)

    class Meta:
        model = RightsRequest
        fields: list[str] = []


class WriteDownForm(forms.Form):
    """A request that came by letter, telephone or mail, and whose it is."""

    person = forms.CharField(
        label=_("The person"),
        max_length=254,
        help_text=_("Their e-mail address or phone number, or the number of their record."),
    )
    kind = forms.ChoiceField(label=_("Asks for"), choices=RequestKind.choices)
    origin = forms.ChoiceField(
        label=pgettext_lazy("a request", "Came"),
        choices=[each for each in RequestOrigin.choices if each[0] != RequestOrigin.OWN_LINK],
    )
    received_date = forms.DateField(
        label=_("Received on"), widget=AdminDateInput, help_text=_("The month to answer in runs from this day.")
    )
    words = forms.CharField(
        label=_("What they wrote or said"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_person(self) -> Supporter:
        text: str = self.cleaned_data["person"].strip()
        rows = Supporter.objects.visible_to(self.user).filter(merged_into__isnull=True)
        is_number = text.isascii() and text.isdecimal() and len(text) < 10
        found = (rows.filter(pk=text) if is_number else rows.addressed(text)).distinct().first()
        if found is None:
            raise ValidationError(
                _("Nobody you may see has this address or number. Look them up among the supporters first.")
            )
        return found

    def clean_received_date(self) -> Any:
        day = self.cleaned_data["received_date"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return day


class ReasonForm(forms.Form):
    """Why it takes longer or is refused; the person reads it."""

    reason = forms.CharField(
        label=_("Reason, as the person will read it"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AnswerForm(forms.Form):
    """What the person is written."""

    answer = forms.CharField(
        label=_("Answer"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Is mailed to the person in this wording. Leave it empty if you answered by letter."),
    )


@dataclass(frozen=True)
class Correction:
    """One thing that is to be put right: its name, what stands there and what would, in words."""

    label: str
    old: str
    new: str


class StaffCorrectionForm(CorrectionForm):
    """What is right about a person, as they told an officer; the new e-mail address is asked by a letter."""

    point = forms.ChoiceField(label=_("E-mail address to replace"), required=False)
    email = forms.EmailField(
        label=_("New e-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        help_text=_("We send a link there. The old address stands until the person presses the button behind it."),
    )

    def __init__(self, data: Any = None, *, supporter: Supporter) -> None:
        super().__init__(data, supporter=supporter)
        self.supporter = supporter
        self.fields["language"].label = _("Language we write to them in")
        self.fields["residence_country"].label = _("Country they live in")
        for name in CorrectionForm.base_fields:
            self.fields[name].widget.attrs["autocomplete"] = "off"
        mails = supporter.contact_points.filter(channel=Channel.EMAIL).order_by("verified_at", "pk")
        self.points = {str(point.pk): point for point in mails}
        if self.points:
            self.fields["point"].choices = [(pk, point.as_typed) for pk, point in self.points.items()]  # type: ignore[attr-defined]
        else:
            del self.fields["point"], self.fields["email"]

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"]
        try:
            canonical = canonical_email(typed) if typed else ""
        except UnreadableAddress:
            raise ValidationError(_("Please write an e-mail address, for instance name@example.org.")) from None
        if canonical and canonical in {point.canonical for point in self.points.values()}:
            raise ValidationError(_("This address is known as theirs already."))
        return typed

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("email") and not told.get("point"):
            self.add_error("point", _("Please choose which address the new one replaces."))
        return told

    def changes(self) -> dict[str, str]:
        """Return the fields of the person that would read otherwise."""
        told = {name: self.cleaned_data[name] for name in CorrectionForm.base_fields}
        return {name: value for name, value in told.items() if value != getattr(self.supporter, name)}

    def new_address(self) -> tuple[ContactPoint, str] | None:
        """Return which address is to become which; None where none is."""
        typed = self.cleaned_data.get("email")
        return (self.points[self.cleaned_data["point"]], typed) if typed else None

    def corrections(self) -> list[Correction]:
        """Return the old and the new of each thing that would change, as people read it."""
        told = [
            Correction(str(self[name].label), self._words(name, getattr(self.supporter, name)), self._words(name, new))
            for name, new in self.changes().items()
        ]
        address = self.new_address()
        if address is not None:
            told.append(Correction(str(_("E-mail address")), address[0].as_typed, address[1]))
        return told

    def _words(self, name: str, value: str) -> str:
        return str(dict(getattr(self.fields[name], "choices", ())).get(value, value))

    def seen(self) -> str:
        """Return a mark of what stands there now: another one says that it changed since it was looked at."""
        values = [getattr(self.supporter, name) for name in CorrectionForm.base_fields]
        addresses = [f"{pk}:{point.canonical}" for pk, point in self.points.items()]
        return keyed_hash("rights-correction", str(self.supporter.pk), *values, *addresses)
