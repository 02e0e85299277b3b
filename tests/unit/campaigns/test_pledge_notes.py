"""Notes and calls: written once, settled once, deleted by their author or the data-protection officer."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from campaigns.actions.pledge_marks import mark_pledges
from campaigns.actions.pledge_notes import (
    NotYourNoteError,
    delete_note,
    plan_call,
    put_off_call,
    reopen_call,
    settle_call,
    write_note,
)
from campaigns.actions.pledges import UnknownRungError, move_pledge, withdraw_pledge
from campaigns.models import Pledge, PledgeKind, PledgeMove, PledgeNote
from campaigns.pledge_enums import NoteKind, Standing, ToldBy
from core.models import AuditEntry
from tests.factories.pledges import make_kind, make_pledge
from tests.factories.staff import World


def written() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action__startswith="campaigns.pledge_note."))


@pytest.fixture
def nina(ours: World, at: datetime) -> Pledge:
    return make_pledge(make_kind(ours.campaign), "nina@example.org", at=at)


def test_write_note_twice_within_a_minute_is_one_note(ours: World, nina: Pledge, at: datetime) -> None:
    first = write_note(pledge=nina, text=" Monday\r\nnoon ", by=ours.coordinator, at=at)
    again = write_note(pledge=nina, text="Monday\nnoon", by=ours.coordinator, at=at + timedelta(seconds=59))
    later = write_note(pledge=nina, text="Monday\nnoon", by=ours.coordinator, at=at + timedelta(seconds=61))
    assert (again, first.text) == (first, "Monday\nnoon")
    assert later != first
    assert len(written()) == 2
    assert not [entry for entry in written() if "Monday" in str(entry.details)]


def test_plan_call_at_another_hour_is_another_call(ours: World, nina: Pledge, at: datetime) -> None:
    told = {"pledge": nina, "text": "Ask", "owner": None, "by": ours.coordinator, "at": at}
    first = plan_call(due_at=at, **told)  # type: ignore[arg-type]
    assert plan_call(due_at=at, **told) == first  # type: ignore[arg-type]
    assert plan_call(due_at=at + timedelta(hours=1), **told) != first  # type: ignore[arg-type]


def test_settle_call_twice_keeps_the_first_hour(ours: World, nina: Pledge, at: datetime) -> None:
    call = plan_call(pledge=nina, due_at=at, text="Ask", owner=None, by=ours.coordinator, at=at)
    for hours in (1, 2):
        call = settle_call(call=call, by=ours.coordinator, at=at + timedelta(hours=hours))
    assert call.done_at == at + timedelta(hours=1)
    assert put_off_call(call=call, due_at=at + timedelta(days=1), by=ours.coordinator).due_at == at
    for _press in range(2):
        call = reopen_call(call=call, by=ours.coordinator)
    assert call.done_at is None
    for _press in range(2):
        call = put_off_call(call=call, due_at=at + timedelta(days=1), by=ours.coordinator)
    assert call.due_at == at + timedelta(days=1)
    assert len(written()) == 4


def test_calls_due_are_those_of_the_hour_nobody_made(ours: World, nina: Pledge, at: datetime) -> None:
    soon = plan_call(pledge=nina, due_at=at, text="Soon", owner=None, by=ours.coordinator, at=at)
    plan_call(pledge=nina, due_at=at + timedelta(hours=2), text="Later", owner=None, by=ours.coordinator, at=at)
    done = plan_call(pledge=nina, due_at=at, text="Done", owner=None, by=ours.coordinator, at=at)
    settle_call(call=done, by=ours.coordinator, at=at)
    write_note(pledge=nina, text="No call", by=ours.coordinator, at=at)
    assert list(PledgeNote.objects.due(at)) == [soon]


def test_delete_note_of_somebody_else_is_refused(ours: World, theirs: World, nina: Pledge, at: datetime) -> None:
    note = write_note(pledge=nina, text="Mine", by=ours.coordinator, at=at)
    for who in (ours.manager, ours.analyst, theirs.dpo, theirs.coordinator):
        with pytest.raises(NotYourNoteError):
            delete_note(note=note, by=who)
    delete_note(note=note, by=ours.dpo)
    assert not PledgeNote.objects.exists()


def test_call_without_an_hour_is_refused_by_the_database(ours: World, nina: Pledge, at: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PledgeNote.objects.create(pledge=nina, kind=NoteKind.CALL_BACK, text="Ask", created_at=at)


def test_mark_pledges_moves_up_and_nobody_back(ours: World, nina: Pledge, at: datetime) -> None:
    gone = make_pledge(nina.kind, "gone@example.org", at=at)
    withdraw_pledge(pledge=gone, at=at)
    told = {"kind": nina.kind, "by": ours.coordinator, "at": at}
    marked = mark_pledges(pledges=Pledge.objects.all(), step="sent", **told)  # type: ignore[arg-type]
    assert (marked.moved, marked.were_there, marked.left_out) == (1, 0, 1)
    marked = mark_pledges(pledges=Pledge.objects.all(), step="form_given", **told)  # type: ignore[arg-type]
    assert (marked.moved, marked.were_there, marked.left_out) == (0, 1, 1)
    nina.refresh_from_db()
    assert nina.step == "sent"


def test_mark_pledges_leaves_what_they_said_since_they_were_ticked(ours: World, nina: Pledge, at: datetime) -> None:
    gone = make_pledge(nina.kind, "gone@example.org", at=at)
    ticked = list(Pledge.objects.select_related("kind"))
    withdraw_pledge(pledge=gone, at=at)
    move_pledge(pledge=nina, step="sent", told_by=ToldBy.OWN_PAGE, at=at)
    marked = mark_pledges(pledges=ticked, kind=nina.kind, step="form_given", by=ours.coordinator, at=at)
    assert (marked.moved, marked.were_there, marked.left_out) == (0, 1, 1)
    nina.refresh_from_db()
    assert (nina.step, nina.standing) == ("sent", Standing.ACTED)


def test_mark_pledges_with_a_step_removed_since_moves_nobody(ours: World, nina: Pledge, at: datetime) -> None:
    seen = PledgeKind.objects.get(pk=nina.kind_id)
    PledgeKind.objects.filter(pk=seen.pk).update(steps=[each for each in seen.steps if each["key"] != "form_given"])
    with pytest.raises(UnknownRungError):
        mark_pledges(pledges=[nina], kind=seen, step="form_given", by=ours.coordinator, at=at)
    assert nina.moves.count() == 1


def test_mark_pledges_with_an_unknown_step_moves_nobody(ours: World, nina: Pledge, at: datetime) -> None:
    moves = PledgeMove.objects.count()
    with pytest.raises(UnknownRungError):
        mark_pledges(pledges=[nina], kind=nina.kind, step="nonsense", by=ours.coordinator, at=at)
    assert PledgeMove.objects.count() == moves


def test_mark_pledges_holds_the_kind_before_its_pledges_as_every_move_does(
    ours: World, nina: Pledge, at: datetime
) -> None:
    """Held the other way round, a mark and somebody's own press would wait for each other for ever."""
    kind = nina.kind  # read before anything is counted
    with CaptureQueriesContext(connection) as queries:
        mark_pledges(pledges=[nina], kind=kind, step="sent", by=ours.coordinator, at=at)
    read = [sql for query in queries if (sql := query["sql"]).startswith("SELECT")]
    kinds = [number for number, sql in enumerate(read) if 'FROM "campaigns_pledgekind"' in sql]
    pledges = [number for number, sql in enumerate(read) if 'FROM "campaigns_pledge"' in sql]
    assert kinds[0] < pledges[0]
    if connection.features.has_select_for_update:  # elsewhere one transaction at a time writes
        assert "FOR NO KEY UPDATE" in read[kinds[0]]
