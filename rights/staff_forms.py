"""What officers type about requests."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.widgets import AdminDateInput

from people.models import Supporter
from rights.enums import RequestKind, RequestOrigin
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
