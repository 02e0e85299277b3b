"""What somebody may change of their RSVP by themselves. It validates and returns data; it saves nothing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import Rsvp, Timeslot
from events.questions import Question, answers_from, question_fields
from events.when import slot_span


class ChangeRsvpForm(forms.Form):
    """How many come, when, and the answers. A field is there only where there is something to choose."""

    def __init__(
        self,
        data: Any = None,
        *,
        rsvp: Rsvp,
        slots: Sequence[Timeslot],
        questions: Sequence[Question],
        may_move: bool = True,
    ) -> None:
        initial = {
            "party_size": rsvp.party_size,
            "timeslot": rsvp.timeslot_id,
            **{question.field_name: rsvp.answers.get(question.key, "") for question in questions},
        }
        super().__init__(data, initial=initial, auto_id="rsvp-%s")
        self.slots = {slot.pk: slot for slot in slots}
        self.questions = questions
        asked = {question.key for question in questions}
        self.answers_before = {key: said for key, said in rsvp.answers.items() if key not in asked}
        largest = max(rsvp.event.event_type.largest_party, rsvp.party_size)
        if may_move and len(slots) > 1:
            self.fields["timeslot"] = forms.TypedChoiceField(
                label=_("When do you come?"),
                coerce=int,
                choices=[(slot.pk, slot_span(slot, rsvp.event)) for slot in slots],
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": _("This time is no longer offered. Please choose another one.")},
            )
        if may_move and largest > 1:
            self.fields["party_size"] = forms.IntegerField(
                label=_("How many people come, you included?"),
                min_value=1,
                max_value=largest,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
        self.fields.update(question_fields(questions))

    def changes(self) -> dict[str, Any]:
        """Return what `change_rsvp` takes; answers to what is asked no more stay. Call after `is_valid`."""
        told = self.cleaned_data
        return {
            "party_size": told.get("party_size"),
            "timeslot": self.slots.get(told.get("timeslot", 0)),
            "answers": {**self.answers_before, **answers_from(told, self.questions)} if self.questions else None,
        }
