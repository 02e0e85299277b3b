"""Forms of the staff screens of people. They validate; actions save."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Role
from people.canonical import UnreadableAddress, canonical_email, canonical_phone
from people.enums import Channel, LiftReason, Purpose, SuppressionReason
from people.models import ConsentText, Supporter


class MergeForm(forms.Form):
    """Which other record, and which of the two stays."""

    other = forms.CharField(
        label=_("The other record"),
        max_length=254,
        help_text=_("Its number (from the address of its page), or one of its e-mail addresses or phone numbers."),
    )
    keeps = forms.ChoiceField(
        label=_("Which one stays"),
        choices=[("this", _("this record; the other one's things move here")), ("other", _("the other record"))],
        initial="this",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, supporter: Supporter, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.supporter, self.user = supporter, user

    def clean_other(self) -> Supporter:
        text: str = self.cleaned_data["other"].strip()
        rows = Supporter.objects.changeable_by(self.user).filter(merged_into__isnull=True)
        is_number = text.isascii() and text.isdecimal() and len(text) < 10
        found = (rows.filter(pk=text) if is_number else rows.addressed(text)).first()
        if found is None:
            raise ValidationError(_("No record you may see has this number or address, or it was merged before."))
        if found.pk == self.supporter.pk:
            raise ValidationError(_("That is this very record."))
        return found

    def pair(self) -> tuple[Supporter, Supporter]:
        """Return (the one that stays, the one that is absorbed)."""
        other = self.cleaned_data["other"]
        return (self.supporter, other) if self.cleaned_data["keeps"] == "this" else (other, self.supporter)


class ConsentTextForm(forms.Form):
    """A wording, and what it is asked for. The next version number is given when it is published."""

    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=Organisation.objects.none())
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=[each for each in Purpose.choices if each[0] not in (Purpose.SERVICE, Purpose.AGENDA)],
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)
    scope = forms.SlugField(
        label=_("Campaign"),
        required=False,
        max_length=80,
        help_text=_("The campaign's short name. Empty: for all campaigns of the organisation."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    body = forms.CharField(
        label=_("Wording"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=_("As it stands beside the box: who will write, about what, how often, and how to stop it."),
    )

    def __init__(self, *args: Any, user: Any, start: ConsentText | None = None, **kwargs: Any) -> None:
        if start is not None:
            names = ("organisation", "purpose", "channel", "scope", "language", "body")
            kwargs["initial"] = {name: getattr(start, name) for name in names}
        super().__init__(*args, **kwargs)
        roles = [Role.COORDINATOR.value, Role.DATA_PROTECTION_OFFICER.value]
        self.fields["organisation"].queryset = Organisation.objects.all().reached_by(user, roles)  # type: ignore[attr-defined]


class SuppressionForm(forms.Form):
    """An address nothing shall be sent to; ``address`` becomes its canonical form."""

    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)
    address = forms.CharField(
        label=_("Address"),
        max_length=254,
        help_text=_("An e-mail address, or a phone number with its country code. Only its keyed hash is kept."),
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[choice for choice in SuppressionReason.choices if choice[0] != SuppressionReason.ERASED],
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "address" in cleaned and "channel" in cleaned:
            canonical = canonical_email if cleaned["channel"] == Channel.EMAIL else canonical_phone
            try:
                cleaned["address"] = canonical(cleaned["address"])
            except UnreadableAddress:
                self.add_error("address", _("This is not an address of that channel."))
        return cleaned


class LiftForm(forms.Form):
    """Why a stop is lifted."""

    reason = forms.ChoiceField(label=_("Why"), choices=LiftReason.choices, widget=forms.RadioSelect)
