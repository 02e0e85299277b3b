"""What the help desk writes down of a talk about a pledge, and the calls it promised to make."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from campaigns.models import Pledge, PledgeNote
from campaigns.pledge_enums import NoteKind
from core import audit

if TYPE_CHECKING:
    from accounts.models import User

ONE_PRESS = timedelta(minutes=1)


class NotYourNoteError(PermissionError):
    """A note is deleted by whoever wrote it, or by the data-protection officer."""


@transaction.atomic
def write_note(*, pledge: Pledge, text: str, by: "User", at: datetime) -> PledgeNote:
    """Write down what was said, and return the note.

    The same words by the same person a second time within a minute are the same press of the button.
    """
    told = PledgeNote(pledge=pledge, kind=NoteKind.NOTE, text=_tidy(text), by=by, created_at=at)
    note = _once(told)
    if note is told:
        audit.record("campaigns.pledge_note.added", by=by, target=note, pledge=pledge.pk)
    return note


@transaction.atomic
def plan_call(
    *, pledge: Pledge, due_at: datetime, text: str, owner: "User | None", by: "User", at: datetime
) -> PledgeNote:
    """Promise a call at ``due_at`` by ``owner`` (None: whoever is at the desk), and return the note.

    A second press of the same button within a minute gives the first one's note.
    """
    told = PledgeNote(
        pledge=pledge, kind=NoteKind.CALL_BACK, text=_tidy(text), owner=owner, due_at=due_at, by=by, created_at=at
    )
    call = _once(told)
    if call is told:
        audit.record("campaigns.pledge_note.call_planned", by=by, target=call, pledge=pledge.pk)
    return call


def _once(told: PledgeNote) -> PledgeNote:
    """Save a note and return it; where it is a second press, return the first one's."""
    Pledge.objects.select_for_update(of=("self",)).get(pk=told.pledge_id)  # two presses at once take turns
    latest = PledgeNote.objects.filter(pledge=told.pledge_id, by=told.by).order_by("-pk").first()
    if latest is not None and _is_same_press(latest, told):
        return latest
    told.save()
    return told


def _is_same_press(latest: PledgeNote, note: PledgeNote) -> bool:
    said = ("kind", "text", "owner_id", "due_at")
    is_same = all(getattr(latest, name) == getattr(note, name) for name in said)
    return is_same and note.created_at - latest.created_at < ONE_PRESS


@transaction.atomic
def settle_call(*, call: PledgeNote, by: "User", at: datetime) -> PledgeNote:
    """Write down that a call was made. Safe to call twice: the first one counts."""
    if PledgeNote.objects.unmade().filter(pk=call.pk).update(done_at=at):
        audit.record("campaigns.pledge_note.call_made", by=by, target=call, pledge=call.pledge_id)
    call.refresh_from_db()
    return call


@transaction.atomic
def reopen_call(*, call: PledgeNote, by: "User") -> PledgeNote:
    """Take it back that a call was made. Safe to call twice."""
    made = PledgeNote.objects.filter(pk=call.pk, kind=NoteKind.CALL_BACK, done_at__isnull=False)
    if made.update(done_at=None):
        audit.record("campaigns.pledge_note.call_reopened", by=by, target=call, pledge=call.pledge_id)
    call.refresh_from_db()
    return call


@transaction.atomic
def put_off_call(*, call: PledgeNote, due_at: datetime, by: "User") -> PledgeNote:
    """Nobody answered: try again at ``due_at``. A call that was made stays made; the same time again writes nothing."""
    if PledgeNote.objects.unmade().filter(pk=call.pk).exclude(due_at=due_at).update(due_at=due_at):
        audit.record("campaigns.pledge_note.not_reached", by=by, target=call, pledge=call.pledge_id)
    call.refresh_from_db()
    return call


@transaction.atomic
def delete_note(*, note: PledgeNote, by: "User") -> None:
    """Delete a note for good. Raises NotYourNoteError unless ``by`` wrote it or is the data-protection officer."""
    if not PledgeNote.objects.deletable_by(by).filter(pk=note.pk).exists():
        raise NotYourNoteError
    audit.record("campaigns.pledge_note.deleted", by=by, target=note, pledge=note.pledge_id)
    PledgeNote.objects.filter(pk=note.pk).delete()


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
