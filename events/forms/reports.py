"""The report in two minutes: only what its type asks for, filled in with what is known."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.actions.reports import Note, Outcome
from events.enums import OutcomeField, PhotoConsent
from events.models import Event, OutcomeReport
from events.selectors.reports import Counted

MOST_PEOPLE = 1_000_000
MOST_EUROS = 1_000_000
SPARE_NOTES = 4
MOST_NOTES = 80


def _number(label: Any, **words: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_PEOPLE, required=False, **words)


class ReportForm(forms.Form):
    """What came of one event. It validates and returns an Outcome; it saves nothing.

    ``shown_informed`` is the count the page was drawn with: a number left as it was follows the phones that send later.
    """

    shown_informed = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    attended = _number(_("People who came"), help_text=_("volunteers not counted"))
    informed = forms.IntegerField(label=_("People informed"), min_value=0, max_value=MOST_PEOPLE)
    informed_reason = forms.CharField(
        label=_("Why another number than the phones counted"), max_length=300, required=False
    )
    pledges = _number(_("Pledges"))
    signatures = _number(_("Signatures"))
    cost = forms.DecimalField(
        label=_("What it cost (euros)"), min_value=0, max_value=MOST_EUROS, decimal_places=2, required=False
    )
    said = forms.CharField(
        label=_("What people said"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Write no names."),
    )
    photo_consent = forms.ChoiceField(
        label=_("Photos"), choices=PhotoConsent.choices, required=False, widget=forms.RadioSelect
    )
    photo_notes = forms.CharField(
        label=_("Where the photos and the agreements are kept"), max_length=200, required=False
    )

    _ASKED_AS = {
        OutcomeField.INFORMED: ("informed", "informed_reason", "shown_informed"),
        OutcomeField.PLEDGES: ("pledges",),
        OutcomeField.SIGNATURES: ("signatures",),
        OutcomeField.COST: ("cost",),
        OutcomeField.SAID: ("said",),
        OutcomeField.PHOTOS: ("photo_consent", "photo_notes"),
    }  # fmt: skip

    def __init__(
        self, *args: Any, event: Event, counted: Counted, barriers: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.event, self.counted = event, counted
        self.report = OutcomeReport.objects.filter(event=event).first()
        asked = set(event.event_type.outcome_fields)
        for field, names in self._ASKED_AS.items():
            if field.value not in asked:
                for name in names:
                    del self.fields[name]
        if OutcomeField.PHOTOS.value in asked:
            self.fields["photo_consent"].required = True
        self.materials = list(event.materials.all()) if OutcomeField.MATERIALS.value in asked else []
        for material in self.materials:
            self.fields[f"used_{material.pk}"] = _number(material.name, initial=material.used)
        self._add_notes(barriers if OutcomeField.FOCUS_NOTES.value in asked else None)
        self._fill_in()

    def _add_notes(self, barriers: list[tuple[str, str]] | None) -> None:
        """Add a row per note written, as many as were posted, and some empty ones."""
        self.note_rows = 0
        if barriers is None:
            return
        written = list(self.event.focus_notes.all())
        posted = self.data.get("note_rows", "") if self.is_bound else ""
        rows = int(posted) if posted.isdecimal() and len(posted) < 4 else 0
        self.note_rows = min(max(rows, len(written) + SPARE_NOTES), MOST_NOTES)
        for number in range(self.note_rows):
            note = written[number] if number < len(written) else None
            self.fields[f"note_{number}"] = forms.CharField(
                label=gettext("What was said (%(number)s)") % {"number": number + 1},
                required=False,
                max_length=2_000,
                initial=note.text if note else "",
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"barriers_{number}"] = forms.MultipleChoiceField(
                label=gettext("Barriers it speaks of"),
                choices=barriers,
                required=False,
                initial=note.barriers if note else [],
                widget=forms.CheckboxSelectMultiple,
            )

    def _fill_in(self) -> None:
        """Begin with what was written before, else with what the machine counted."""
        known: dict[str, Any] = {
            "attended": self.counted.attended or None,
            "informed": self.counted.informed,
        }
        if self.report is not None:
            names = ("attended", "pledges", "signatures", "said", "photo_consent", "photo_notes", "informed_reason")
            known |= {name: getattr(self.report, name) for name in names}
            if self.report.informed_reason:
                known["informed"] = self.report.informed
            if self.report.cost_cents is not None:
                known["cost"] = Decimal(self.report.cost_cents) / 100
        known["shown_informed"] = self.counted.informed
        for name, value in known.items():
            if name in self.fields:
                self.fields[name].initial = value

    @property
    def main_fields(self) -> list[Any]:
        """The fields of the report itself, in order."""
        extra = {f"used_{material.pk}" for material in self.materials} | {"shown_informed"}
        return [self[name] for name in self.fields if name not in extra and not name.startswith(("note_", "barriers_"))]

    @property
    def material_fields(self) -> list[tuple[Any, Any]]:
        """Each material with its field."""
        return [(material, self[f"used_{material.pk}"]) for material in self.materials]

    @property
    def note_fields(self) -> list[tuple[Any, Any]]:
        """Each note's text with its barriers."""
        return [(self[f"note_{number}"], self[f"barriers_{number}"]) for number in range(self.note_rows)]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        informed = told.get("informed")
        if informed is not None and informed != self._followed() and not told.get("informed_reason"):
            self.add_error(
                "informed_reason",
                gettext("The phones counted %(count)s: say why the number differs.") % {"count": self.counted.informed},
            )
        for material in self.materials:
            used = told.get(f"used_{material.pk}")
            if used is not None and used > material.planned > 0:
                self.add_error(
                    f"used_{material.pk}",
                    ValidationError(gettext("More than the %(count)s brought.") % {"count": material.planned}),
                )
        return told

    def _followed(self) -> int:
        """Return the number that stands for "as the phones counted": the one the page showed, or today's."""
        told = self.cleaned_data
        shown = told.get("shown_informed")
        return shown if shown is not None and shown == told.get("informed") else self.counted.informed

    def outcome(self) -> Outcome:
        """Return the valid form as an Outcome. Call after `is_valid`."""
        told = self.cleaned_data
        cost = told.get("cost")
        informed = told.get("informed")
        as_counted = informed is None or (informed == self._followed() and not told.get("informed_reason"))
        outcome = Outcome(
            informed=None if as_counted else informed,
            informed_reason=told.get("informed_reason", ""),
            attended=told.get("attended"),
            pledges=told.get("pledges"),
            signatures=told.get("signatures"),
            cost_cents=None if cost is None else int(cost * 100),
            said=told.get("said", ""),
            photo_consent=told.get("photo_consent", ""),
            photo_notes=told.get("photo_notes", ""),
            notes=[
                Note(told[f"note_{number}"], tuple(told.get(f"barriers_{number}") or ()))
                for number in range(self.note_rows)
                if told.get(f"note_{number}")
            ],
            used={material.pk: told.get(f"used_{material.pk}") for material in self.materials},
        )
        return replace(outcome, **self._asked_no_more())

    def _asked_no_more(self) -> dict[str, Any]:
        """Return what an earlier report says to questions its type has lost since: it stays."""
        if self.report is None:
            return {}
        columns = {"cost": ("cost_cents",), "informed": ("informed", "informed_reason")}
        names = ["cost", "pledges", "signatures", "said", "photo_consent", "photo_notes"]
        names += ["informed"] if self.report.informed_reason else []
        gone = [column for name in names if name not in self.fields for column in columns.get(name, (name,))]
        kept = {column: getattr(self.report, column) for column in gone}
        if not self.note_rows:
            kept["notes"] = [Note(note.text, tuple(note.barriers)) for note in self.event.focus_notes.all()]
        return kept
