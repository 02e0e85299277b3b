"""The form of an event that stands, with its timeslots, checklist, materials and translations as inline rows."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from events.actions.changing import ChangedSlot, EventChange, times_moved
from events.forms.planning import EventFormBase, SecureAddress
from events.forms.rows import ChecklistRow, MaterialRow, SlotRow, TextRow, rows_of
from events.models import Event, Timeslot

_PLACE = ("venue", "territory", "online_url")


class EventForm(EventFormBase):
    """Everything of an event but its campaign, its type and its organisation."""

    budget = forms.DecimalField(
        label=gettext_lazy("Budget (euros)"),
        required=False,
        min_value=0,
        max_value=Decimal("9999999.99"),
        max_digits=9,
        decimal_places=2,
    )

    class Meta:
        model = Event
        fields = [
            "title", "summary", "description", "language", "spoken", "venue", "territory", "online_url", "time_zone",
            "organiser", "is_public", "takes_rsvps",
        ]  # fmt: skip
        field_classes = {"online_url": SecureAddress}
        widgets = {
            "title": forms.TextInput(attrs={"dir": "auto"}),
            "summary": forms.TextInput(attrs={"dir": "auto"}),
            "description": forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.campaign = kwargs["instance"].campaign
        super().__init__(*args, **kwargs)
        event: Event = self.instance
        if event.budget_cents is not None:
            self.fields["budget"].initial = Decimal(event.budget_cents) / 100
        data = self.data if self.is_bound else None
        self.stored_slots = {slot.pk: slot for slot in event.timeslots.all()}
        self.slots = rows_of(
            SlotRow, prefix="slots", data=data, stored=[self._slot(s) for s in self.stored_slots.values()]
        )
        self.checklist = rows_of(
            ChecklistRow, prefix="checklist", data=data, stored=event.checklist.values("pk", "text", "due_date")
        )
        self.materials = rows_of(
            MaterialRow,
            prefix="materials",
            data=data,
            stored=event.materials.values("pk", "name", "planned", "used"),
        )
        texts = event.texts.values("language", "title", "summary", "description")
        self.texts = rows_of(TextRow, prefix="texts", data=data, stored=texts, empty=1)

    @property
    def row_sets(self) -> list[Any]:
        return [self.slots, self.checklist, self.materials, self.texts]

    def _slot(self, slot: Timeslot) -> dict[str, Any]:
        zone = self.instance.zone
        return {
            "pk": slot.pk,
            "starts_at": slot.starts_at.astimezone(zone).replace(tzinfo=None),
            "ends_at": slot.ends_at.astimezone(zone).replace(tzinfo=None),
            "capacity": slot.capacity,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.changed_slots: list[ChangedSlot] = []
        if [rows for rows in self.row_sets if not rows.is_valid()]:  # each is asked: all show what is wrong
            self.add_error(None, _("Put the rows marked below right."))
            return cleaned
        self._read_slots(cleaned)
        self._check_texts(cleaned)
        return cleaned

    def _read_slots(self, cleaned: dict[str, Any]) -> None:
        for row in self.slots.live_forms():
            slot = self._read_slot(row, cleaned)
            if slot is not None:
                self.changed_slots.append(slot)
        if not self.slots.live_forms():
            self.add_error(None, _("An event has one timeslot at least."))
        elif any(row.errors for row in self.slots.live_forms()):
            self.add_error(None, _("Put the rows marked below right."))
        kept = {slot.pk for slot in self.changed_slots}
        for pk, slot in self.stored_slots.items():
            if pk not in kept and not self.errors and slot.taken:
                self.add_error(None, _people_there(slot))

    def _read_slot(self, row: Any, cleaned: dict[str, Any]) -> ChangedSlot | None:
        told = row.cleaned_data
        moments: dict[str, datetime] = {}
        for name in ("starts_at", "ends_at"):
            try:
                moments[name] = self.in_zone(told[name], cleaned)
            except forms.ValidationError as error:
                row.add_error(name, error)
        stored = self.stored_slots.get(told.get("pk"))
        if stored and told["capacity"] is not None and told["capacity"] < stored.taken:
            row.add_error("capacity", _people_there(stored))
        if row.errors:
            return None
        return ChangedSlot(**moments, capacity=told["capacity"], pk=stored.pk if stored else None)

    def _check_texts(self, cleaned: dict[str, Any]) -> None:
        seen = {cleaned.get("language")}
        for row in self.texts.live_forms():
            language = row.cleaned_data["language"]
            if language in seen:
                row.add_error("language", _("This language is there already."))
                self.add_error(None, _("Put the rows marked below right."))
            seen.add(language)

    def change(self) -> EventChange:
        """Return what a valid form asks for."""
        told = self.cleaned_data
        budget = told["budget"]
        columns = {name: told[name] for name in self.Meta.fields}
        return EventChange(
            columns={**columns, "budget_cents": None if budget is None else int(budget * 100)},
            slots=self.changed_slots,
            checklist=self.checklist.told(),
            materials=[{**row, "planned": row["planned"] or 0} for row in self.materials.told()],
            texts=self.texts.told(),
        )

    def moved_slots(self) -> frozenset[int] | None:
        """Return the timeslots whose time a valid form changes; None where the place changes, which concerns all."""
        if any(name in self.changed_data for name in _PLACE):
            return None
        return frozenset(slot.pk for slot in times_moved(self.instance, self.changed_slots))


def _people_there(slot: Timeslot) -> str:
    return ngettext(
        "%(count)s person has a place in this timeslot.", "%(count)s people have a place in this timeslot.", slot.taken
    ) % {"count": slot.taken}
