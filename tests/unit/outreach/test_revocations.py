"""A session leaves the figures as a whole and comes back as a whole."""

import uuid
from typing import Any

import pytest

from core.models import AuditEntry
from outreach.actions.revocations import (
    NothingToRevoke,
    Session,
    apply_revocations,
    revoke_session,
    settle_revocations,
    undo_revocation,
)
from outreach.enums import Outcome, RecordType
from outreach.models import CanvassingEffort, OutreachContact, Revocation
from tests.factories.fieldwork import STALL, make_contact, make_effort, make_volunteer
from tests.factories.staff import World
from tests.threads import run_at_once
from volunteers.models import Volunteer


@pytest.fixture
def effort(ours: World) -> Any:
    return make_effort(ours)


@pytest.fixture
def cleo(ours: World) -> Volunteer:
    return make_volunteer(ours)


def key(effort: CanvassingEffort, volunteer: Volunteer, session: uuid.UUID) -> Session:
    assert volunteer.user_id
    return Session(effort.pk, volunteer.user_id, volunteer.organisation_id, session)


def counting() -> int:
    return OutreachContact.objects.counting().count()


def test_session_is_taken_out_once_and_given_back_once(ours: World, effort: Any, cleo: Volunteer) -> None:
    session = uuid.uuid4()
    for _each in range(3):
        make_contact(effort, cleo.user, session_id=session)
    make_contact(effort, cleo.user)
    done = revoke_session(session=key(effort, cleo, session), reason="typed at home", by=ours.coordinator, at=STALL)
    assert (done.count, counting()) == (3, 1)
    again = revoke_session(session=key(effort, cleo, session), reason="again", by=ours.coordinator, at=STALL)
    assert (again.pk, Revocation.objects.count()) == (done.pk, 1)
    assert undo_revocation(revocation=done, by=ours.coordinator, at=STALL) == 3
    assert undo_revocation(revocation=done, by=ours.coordinator, at=STALL) == 0
    assert counting() == 4
    actions = AuditEntry.objects.filter(action__startswith="outreach.session").values_list("action", flat=True)
    assert sorted(actions) == ["outreach.session.restored", "outreach.session.revoked"]


def test_another_mobilisers_session_of_the_same_id_is_let_be(ours: World, effort: Any, cleo: Volunteer) -> None:
    session, marek = uuid.uuid4(), make_volunteer(ours, "Marek")
    make_contact(effort, cleo.user, session_id=session)
    make_contact(effort, marek.user, session_id=session)
    revoke_session(session=key(effort, cleo, session), reason="r", by=ours.coordinator, at=STALL)
    assert OutreachContact.objects.counting().get().mobiliser == marek.user


def test_corrections_go_with_the_record_they_correct(ours: World, effort: Any, cleo: Volunteer) -> None:
    bad, good = uuid.uuid4(), uuid.uuid4()
    of_bad = make_contact(effort, cleo.user, session_id=bad)
    of_good = make_contact(effort, cleo.user, session_id=good)
    correction = RecordType.CORRECTION
    make_contact(effort, cleo.user, session_id=good, root=of_bad, record_type=correction, outcome=Outcome.PLEDGED)
    make_contact(effort, cleo.user, session_id=bad, root=of_good, record_type=correction, outcome=Outcome.REFUSED)
    revoke_session(session=key(effort, cleo, bad), reason="r", by=ours.coordinator, at=STALL)
    left = OutreachContact.objects.counting().get()
    assert (left.root_id, left.outcome) == (of_good.client_id, Outcome.REFUSED)


def test_records_that_arrive_later_join_and_nothing_joins_twice(
    ours: World, effort: Any, cleo: Volunteer, django_assert_num_queries: Any
) -> None:
    session = uuid.uuid4()
    first = make_contact(effort, cleo.user, session_id=session)
    done = revoke_session(session=key(effort, cleo, session), reason="r", by=ours.coordinator, at=STALL)
    late = make_contact(effort, cleo.user, session_id=session)
    mended = make_contact(effort, cleo.user, root=first, record_type=RecordType.CORRECTION)
    assert apply_revocations([late.root_id, mended.root_id]) == 2
    assert apply_revocations([late.root_id, mended.root_id]) == 0
    done.refresh_from_db()
    assert (done.count, counting()) == (3, 0)
    with django_assert_num_queries(1):
        assert apply_revocations([make_contact_cheaply(effort, cleo).root_id]) == 0


def make_contact_cheaply(effort: CanvassingEffort, volunteer: Volunteer) -> OutreachContact:
    """An unsaved record of a session nobody revoked."""
    return OutreachContact(root_id=uuid.uuid4(), effort=effort, mobiliser=volunteer.user)


def test_what_slipped_past_is_settled_by_the_job(ours: World, effort: Any, cleo: Volunteer) -> None:
    session = uuid.uuid4()
    first = make_contact(effort, cleo.user, session_id=session)
    revoke_session(session=key(effort, cleo, session), reason="r", by=ours.coordinator, at=STALL)
    make_contact(effort, cleo.user, session_id=session)
    make_contact(effort, cleo.user, root=first, record_type=RecordType.CORRECTION)
    make_contact(effort, cleo.user)
    assert settle_revocations() == 2
    assert settle_revocations() == 0
    assert counting() == 1


def test_after_it_was_undone_later_records_count(ours: World, effort: Any, cleo: Volunteer) -> None:
    session = uuid.uuid4()
    make_contact(effort, cleo.user, session_id=session)
    done = revoke_session(session=key(effort, cleo, session), reason="r", by=ours.coordinator, at=STALL)
    undo_revocation(revocation=done, by=ours.coordinator, at=STALL)
    assert apply_revocations([make_contact(effort, cleo.user, session_id=session).root_id]) == 0
    assert settle_revocations() == 0
    again = revoke_session(session=key(effort, cleo, session), reason="r", by=ours.coordinator, at=STALL)
    assert again.count == 2


def test_nothing_and_no_reason_are_refused_and_leave_no_row(ours: World, effort: Any, cleo: Volunteer) -> None:
    with pytest.raises(NothingToRevoke):
        revoke_session(session=key(effort, cleo, uuid.uuid4()), reason="r", by=ours.coordinator, at=STALL)
    with pytest.raises(ValueError, match="reason"):
        revoke_session(session=key(effort, cleo, uuid.uuid4()), reason=" ", by=ours.coordinator, at=STALL)
    assert not Revocation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_organisers_at_the_same_moment_revoke_once(ours: World, effort: Any, cleo: Volunteer) -> None:
    session = uuid.uuid4()
    make_contact(effort, cleo.user, session_id=session)

    def revoke() -> Revocation:
        return revoke_session(session=key(effort, cleo, session), reason="r", by=ours.coordinator, at=STALL)

    first, second = run_at_once(revoke, revoke)
    assert first == second
    assert Revocation.objects.count() == 1
