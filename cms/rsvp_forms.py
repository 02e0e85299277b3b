"""The form somebody registers for an event with. It validates and returns data; it saves nothing."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.contact_forms import ContactForm, contact_fields
from cms.rsvp_spec import RsvpSpec, SlotShown
from events.questions import answers_from, question_fields
from people.actions.submissions import Intake


class RsvpForm(ContactForm):
    """Who comes, how many, when; what the event's type asks; and what they may be written to about."""

    @staticmethod
    def asked_fields(spec: RsvpSpec) -> dict[str, forms.Field]:
        fields = contact_fields(_("We send you a link with which you can change or cancel."))
        is_choice = len(spec.slots) != 1
        only: Any = None if is_choice else spec.slots[0].pk
        # The only time is named too, unseen: who chose another one a minute ago must not be put into this one.
        fields["timeslot"] = forms.TypedChoiceField(
            label=_("When do you come?"),
            coerce=int,
            required=is_choice,
            choices=[(slot.pk, _slot_label(slot)) for slot in spec.slots],
            initial=only,
            empty_value=only,
            widget=forms.RadioSelect if is_choice else forms.HiddenInput,
            error_messages={"invalid_choice": _("This time is no longer offered. Please choose another one.")},
        )
        if spec.largest_party > 1:
            fields["party_size"] = forms.IntegerField(
                label=_("How many people come, you included?"),
                min_value=1,
                max_value=spec.largest_party,
                initial=1,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
        return {**fields, **question_fields(spec.questions)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"party_size": 1, **self.initial}

    @property
    def main_fields(self) -> list[Any]:
        """The fields before the consents."""
        furniture = {"source", self.honeypot_name, "altcha", "wait_token"}
        furniture |= {choice.field_name for choice in self.consent_choices}
        return [self[name] for name in self.fields if name not in furniture and not self[name].is_hidden]

    def intake(self, *, kind: str, address_hash: str) -> Intake:
        """Return the valid form as a submission. Call after `is_valid`."""
        told, spec = self.cleaned_data, self.spec
        return Intake(
            kind=kind,
            target_id=spec.event_id,
            target_title=spec.title[:200],
            email=told["email"],
            phone=told.get("phone", ""),
            payload={
                "campaign_name": spec.campaign_name,
                "organisation_name": spec.host_name,
                "page_id": spec.page_id,
                "full_name": told["full_name"],
                "timeslot": told["timeslot"],
                "party_size": told.get("party_size", 1),
                "answers": answers_from(told, spec.questions),
                **({"is_generated": True} if spec.is_generated else {}),
            },
            consents=self._consents(),
            locale=spec.locale,
            source=told["source"],
            address_hash=address_hash,
            needs_confirmation=False,
        )


def _slot_label(slot: SlotShown) -> str:
    return gettext("%(when)s (full: waiting list)") % {"when": slot.when} if slot.is_full else slot.when
