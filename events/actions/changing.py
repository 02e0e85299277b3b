"""Changing an event that stands: its words, place, timeslots, checklist, materials. Whom it concerns hears of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit
from events.actions.offers import offer_in_turn
from events.actions.places import lock_event
from events.actions.planning import Slot, check_slots
from events.enums import EventStatus
from events.listeners import tell_moved
from events.models import ChecklistItem, Event, EventText, Material, Timeslot

if TYPE_CHECKING:
    from accounts.models import User

# A guest's calendar shows these (RFC 5545: SUMMARY, DESCRIPTION, LOCATION, URL).
_IN_CALENDARS = frozenset({"title", "summary", "description", "venue", "territory", "online_url", "time_zone"})
_PLACE = frozenset({"venue", "territory", "online_url"})
_STANDING = (EventStatus.DRAFT, EventStatus.PUBLISHED)


class ChangeRefused(Exception):
    """The event cannot be changed like that; the message is a sentence for whoever changes it."""


class SlotInUse(ChangeRefused):
    """People registered for this timeslot."""


class SlotTwice(ChangeRefused):
    """One timeslot was given two times."""


class TooFewPlaces(ChangeRefused):
    """More people have a place than that."""


class TimesFixed(ChangeRefused):
    """The event is over or was called off."""


@dataclass(frozen=True)
class ChangedSlot(Slot):
    """A timeslot as it shall be; ``pk`` names the one it was, None is a new one."""

    pk: int | None = None


@dataclass(frozen=True)
class EventChange:
    """Everything the form of an event says. Lists are whole: what is not in them goes. None leaves a list alone.

    ``checklist``: {"pk", "text", "due_date"}; ``materials``: {"pk", "name", "planned", "used"}; ``texts``: {"language",
    "title", "summary", "description"}, one per further language.
    """

    columns: Mapping[str, Any] = field(default_factory=dict)
    slots: Sequence[ChangedSlot] | None = None
    checklist: Sequence[Mapping[str, Any]] | None = None
    materials: Sequence[Mapping[str, Any]] | None = None
    texts: Sequence[Mapping[str, Any]] | None = None


def times_moved(event: Event, slots: Sequence[ChangedSlot]) -> list[Timeslot]:
    """Return the timeslots of an event whose start or end would be another one, in order."""
    wanted = {slot.pk: (slot.starts_at, slot.ends_at) for slot in slots if slot.pk}
    return [s for s in event.timeslots.all() if wanted.get(s.pk, (s.starts_at, s.ends_at)) != (s.starts_at, s.ends_at)]


@transaction.atomic
def change_event(*, event: Event, change: EventChange, by: "User", at: datetime) -> Event:
    """Make an event what ``change`` says and return it. Nothing is written where nothing changed.

    Raises SlotInUse, TooFewPlaces, TimesFixed, SlotTwice (all ChangeRefused); then nothing of it is kept. ``sequence``
    rises when a guest's calendar must know, and EVENT_MOVED is called once when times or place changed. Places that
    are new go to those who wait at once.
    """
    event = lock_event(event.pk)
    began = event.starts_at
    changed = {name for name, value in change.columns.items() if getattr(event, name) != value}
    for name in changed:
        setattr(event, name, change.columns[name])
    if "venue" in changed and event.venue is not None and event.venue.territory_id:
        event.territory_id = event.venue.territory_id
    slots = _write_slots(event, change.slots) if change.slots is not None else SlotChanges()
    changed |= _write_lists(event, change)
    if changed or slots.is_other_time:
        is_published = event.published_at is not None
        if is_published and (slots.is_other_time or changed & _IN_CALENDARS):
            event.sequence += 1
        event.save()
        fields = sorted(changed | {"timeslots"}) if slots.is_other_time else sorted(changed)
        audit.record("events.event.changed", by=by, target=event, fields=fields)
        is_elsewhere = bool(is_published and changed & _PLACE and event.status == EventStatus.PUBLISHED)
        if slots.moved or is_elsewhere:
            tell_moved(event, by_how=event.starts_at - began, slots=None if is_elsewhere else slots.moved, at=at)
    for slot_id in slots.roomier:  # after the move: an offer tells the time as it is now
        offer_in_turn(event, slot_id, at)
    return event


def change_slots(*, event: Event, slots: Sequence[ChangedSlot], by: "User", at: datetime) -> Event:
    """Give an event these timeslots; see ``change_event``."""
    return change_event(event=event, change=EventChange(slots=slots), by=by, at=at)


@dataclass(frozen=True)
class SlotChanges:
    """What became of an event's timeslots: whether anything but capacities is another, which moved, which have room."""

    is_other_time: bool = False
    moved: frozenset[int] = frozenset()
    roomier: Sequence[int] = ()


def _write_slots(event: Event, slots: Sequence[ChangedSlot]) -> SlotChanges:
    ordered = sorted(slots, key=lambda slot: slot.starts_at)
    check_slots(ordered)
    before = {slot.pk: slot for slot in event.timeslots.select_for_update()}
    kept = {slot.pk: slot for slot in ordered if slot.pk in before}
    fresh = [slot for slot in ordered if slot.pk not in before]
    if len(kept) + len(fresh) != len(ordered):
        raise SlotTwice(_("A timeslot is named twice. Open the form again, and change each timeslot in one row only."))
    gone = [slot for pk, slot in before.items() if pk not in kept]
    moved = frozenset(pk for pk, slot in before.items() if pk in kept and _is_moved(slot, kept[pk]))
    if (gone or fresh or moved) and event.status not in _STANDING:
        raise TimesFixed(_("It is over or was called off: its times stay what they are."))
    for slot in gone:
        _drop(slot, event)
    roomier = [pk for pk, slot in before.items() if pk in kept and _has_more_places(slot, kept[pk])]
    for pk, wanted in kept.items():
        _change_slot(before[pk or 0], wanted, is_known=event.status == EventStatus.PUBLISHED)
    Timeslot.objects.bulk_create(
        Timeslot(event=event, starts_at=slot.starts_at, ends_at=slot.ends_at, capacity=slot.capacity) for slot in fresh
    )
    event.starts_at, event.ends_at = ordered[0].starts_at, max(slot.ends_at for slot in ordered)
    return SlotChanges(bool(gone or fresh or moved), moved, roomier)


def _is_moved(slot: Timeslot, wanted: ChangedSlot) -> bool:
    return (slot.starts_at, slot.ends_at) != (wanted.starts_at, wanted.ends_at)


def _has_more_places(slot: Timeslot, wanted: ChangedSlot) -> bool:
    return slot.capacity is not None and (wanted.capacity is None or wanted.capacity > slot.capacity)


def _drop(slot: Timeslot, event: Event) -> None:
    if slot.rsvps.exists() or slot.attendances.exists():
        local = slot.starts_at.astimezone(event.zone)
        raise SlotInUse(
            _("People registered for the timeslot of %(when)s: it cannot go. Move it, or call the event off.")
            % {"when": f"{local:%Y-%m-%d %H:%M}"}
        )
    slot.delete()


def _change_slot(slot: Timeslot, wanted: ChangedSlot, *, is_known: bool) -> None:
    """``is_known``: people were told of the time it has."""
    if not _is_moved(slot, wanted) and slot.capacity == wanted.capacity:
        return
    former = slot.starts_at if is_known and slot.starts_at != wanted.starts_at else slot.previous_starts_at
    row = Timeslot.objects.filter(pk=slot.pk)
    if wanted.capacity is not None:
        row = row.filter(Q(taken__lte=wanted.capacity))  # somebody may take a place at this moment
    values = {"starts_at": wanted.starts_at, "ends_at": wanted.ends_at, "capacity": wanted.capacity}
    if not row.update(**values, previous_starts_at=former):
        slot.refresh_from_db(fields=["taken"])
        raise TooFewPlaces(
            ngettext(
                "%(count)s person has a place in this timeslot already: it cannot have fewer.",
                "%(count)s people have a place in this timeslot already: it cannot have fewer.",
                slot.taken,
            )
            % {"count": slot.taken}
        )


def _write_lists(event: Event, change: EventChange) -> set[str]:
    changed = set()
    if change.checklist is not None and _sync(event.checklist, ChecklistItem, change.checklist, event):
        changed.add("checklist")
    if change.materials is not None and _sync(event.materials, Material, change.materials, event):
        changed.add("materials")
    if change.texts is not None:
        pks = dict(event.texts.values_list("language", "pk"))
        rows = [{**text, "pk": pks.get(text["language"])} for text in change.texts]
        if _sync(event.texts, EventText, rows, event):
            changed.add("summary")  # words are in calendars, in whatever language
    return changed


def _sync(rows: Any, model: type[Any], wanted: Sequence[Mapping[str, Any]], event: Event) -> bool:
    """Make the rows of an event the wanted ones; return whether anything changed."""
    before = {row.pk: row for row in rows.all()}
    kept = {each["pk"] for each in wanted if each.get("pk") in before}
    gone = [pk for pk in before if pk not in kept]
    rows.filter(pk__in=gone).delete()
    is_changed = bool(gone)
    for each in wanted:
        columns = {name: value for name, value in each.items() if name != "pk"}
        row = before.get(each.get("pk"))
        if row is None:
            model.objects.create(event=event, **columns)
            is_changed = True
        elif any(getattr(row, name) != value for name, value in columns.items()):
            for name, value in columns.items():
                setattr(row, name, value)
            row.save(update_fields=list(columns))
            is_changed = True
    return is_changed
