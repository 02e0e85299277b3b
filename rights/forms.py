"""What people type about their own data. Forms say what is meant; actions write."""

import unicodedata
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people.canonical import UnreadableAddress, canonical_email
from people.models import Supporter
from places.selectors import countries


def refuse_unprintable(text: str) -> None:
    """Refuse what no keyboard types: control characters, and marks that turn the direction of what follows."""
    unseen = (each for each in text if unicodedata.category(each) in {"Cc", "Cf", "Zl", "Zp"})
    if any(each not in "\r\n\t\u200c\u200d" for each in unseen):
        raise ValidationError(_("Please leave out characters that cannot be seen."))


def refuse_line_breaks(text: str) -> None:
    if "\n" in text or "\r" in text or "\t" in text:
        raise ValidationError(_("Please write this on one line."))


class AddressForm(forms.Form):
    """An e-mail address."""

    use_required_attribute = False
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "dir": "ltr"}),
    )

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"]
        try:
            canonical_email(typed)
        except UnreadableAddress:
            raise ValidationError(_("Please write an e-mail address, for instance name@example.org.")) from None
        return typed


class CorrectionForm(forms.Form):
    """What somebody says is right about themselves; a country may be left out."""

    use_required_attribute = False
    full_name = forms.CharField(
        label=_("Name"),
        max_length=150,
        required=False,
        validators=[refuse_unprintable, refuse_line_breaks],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language we write to you in"))
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=12,
        required=False,
        validators=[refuse_unprintable, refuse_line_breaks],
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    residence_country = forms.ChoiceField(label=_("Country you live in"), required=False)
    nationality = forms.ChoiceField(label=_("Country of nationality"), required=False)

    def __init__(self, data: Any = None, *, supporter: Supporter) -> None:
        initial = {name: getattr(supporter, name) for name in CorrectionForm.base_fields}
        super().__init__(data, initial=initial, auto_id="correct-%s")
        spoken = dict(settings.LANGUAGES)
        if supporter.language and supporter.language not in spoken:
            spoken[supporter.language] = settings.LANGUAGE_NAMES.get(supporter.language, supporter.language)
        self.fields["language"].choices = list(spoken.items())  # type: ignore[attr-defined]
        for name in ("residence_country", "nationality"):
            known = countries(only_eu=False)
            value = getattr(supporter, name)
            if value and value not in dict(known):
                known = [*known, (value, value)]
            self.fields[name].choices = [("", _("not said")), *known]  # type: ignore[attr-defined]


class WordsForm(forms.Form):
    """A few sentences to the team."""

    use_required_attribute = False
    words = forms.CharField(
        label=_("What is wrong, and what would be right?"),
        max_length=2000,
        validators=[refuse_unprintable],
        widget=forms.Textarea(attrs={"rows": 4}),
    )
