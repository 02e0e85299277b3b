"""The form with which staff register somebody who telephones."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.plain_text import refuse_line_breaks, refuse_unprintable
from events.models import Event
from events.questions import Question, answers_from, question_fields
from events.when import slot_span
from people.actions.supporters import Introduction
from people.canonical import UnreadableAddress, canonical_email, canonical_phone


class AddGuestForm(forms.Form):
    """Who comes to one event, how many, when, and the answers."""

    full_name = forms.CharField(label=_("Name"), max_length=150, validators=[refuse_unprintable, refuse_line_breaks])
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        help_text=_("With one they get the confirmation and the link to change or cancel."),
    )
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    language = forms.ChoiceField(label=_("Language we write in"), choices=settings.LANGUAGES)

    def __init__(self, data: Any = None, *, event: Event, questions: tuple[Question, ...], at: Any) -> None:
        super().__init__(data, initial={"party_size": 1, "language": event.language})
        self.questions = questions
        self.slots = {slot.pk: slot for slot in event.timeslots.all() if slot.starts_at > at}
        self.fields["timeslot"] = forms.TypedChoiceField(
            label=_("When"),
            coerce=int,
            choices=[(slot.pk, slot_span(slot, event)) for slot in self.slots.values()],
        )
        self.fields["party_size"] = forms.IntegerField(
            label=_("People, themselves included"), min_value=1, max_value=500
        )
        self.fields.update(question_fields(questions))
        for question in questions:  # whoever telephones may not have been asked
            self.fields[question.field_name].required = False

    def clean_email(self) -> str:
        return self._readable("email", canonical_email, _("Enter a valid email address."))

    def clean_phone(self) -> str:
        return self._readable("phone", canonical_phone, _("Write the number with its country code."))

    def _readable(self, name: str, read: Any, refusal: Any) -> str:
        typed: str = self.cleaned_data[name]
        if typed:
            try:
                read(typed)
            except UnreadableAddress:
                raise ValidationError(refusal) from None
        return typed

    def guest(self) -> dict[str, Any]:
        """Return what `add_guest` takes. Call after `is_valid`."""
        told = self.cleaned_data
        introduction = Introduction(
            email=told["email"], full_name=told["full_name"], phone=told["phone"], language=told["language"]
        )
        return {
            "timeslot": self.slots[told["timeslot"]],
            "introduction": introduction,
            "party_size": told["party_size"],
            "answers": answers_from(told, self.questions),
        }
