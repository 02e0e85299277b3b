"""What forms ask in the same way of whoever comes or helps: name, e-mail address, phone number, boxes for consent."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.forms import PublicForm, refuse_line_breaks, refuse_unprintable


def contact_fields(email_help: Any) -> dict[str, forms.Field]:
    """Return the fields of who somebody is, in order; ``email_help`` says what follows by e-mail."""
    return {
        "full_name": forms.CharField(
            label=_("Your name"),
            max_length=150,
            validators=[refuse_unprintable, refuse_line_breaks],
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
        ),
        "email": forms.EmailField(
            label=_("E-mail address"),
            max_length=254,
            help_text=email_help,
            widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "dir": "ltr"}),
        ),
        "phone": forms.CharField(
            label=_("Phone number"),
            max_length=40,
            required=False,
            validators=[refuse_unprintable, refuse_line_breaks],
            help_text=_("With its country code, for instance +32 470 12 34 56."),
            widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "dir": "ltr"}),
        ),
    }


class ContactForm(PublicForm):
    """A public form that begins with `contact_fields`; a name has a letter in it."""

    @property
    def consent_fields(self) -> list[Any]:
        """A box per consent."""
        return [self[choice.field_name] for choice in self.consent_choices]

    def clean_full_name(self) -> str:
        name = super().clean_full_name()
        if not any(character.isalpha() for character in name):
            raise ValidationError(_("Please write your name."))
        return name
