"""Addresses two people gave: noted once, decided by staff, settled by a merge."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.models import AuditEntry
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.actions.contact_conflicts import ConflictSettled, leave_address, move_address
from people.actions.supporters import add_phone, merge_supporters
from people.consent import ContactPurpose, may_contact
from people.enums import Channel, ConflictStatus, ConsentState, Purpose
from people.models import ConsentEvent, ContactConflict, ContactPoint, Supporter
from tests.factories.messaging import make_message
from tests.factories.people import make_consent_text, make_contact_point, make_organisation, write_consent_event

pytestmark = pytest.mark.django_db
PHONE = "+32470123456"
HOUR = timedelta(hours=1)


@pytest.fixture
def conflict(at: datetime) -> ContactConflict:
    """Ben's number, which Ada gave as well."""
    make_contact_point(PHONE, channel=Channel.SMS, verified_at=at, full_name="Ben")
    add_phone(supporter=Supporter.objects.create(full_name="Ada"), typed=PHONE)
    return ContactConflict.objects.get()


def claim(conflict: ContactConflict) -> ContactConflict:
    add_phone(supporter=conflict.supporter, typed=PHONE)
    conflict.refresh_from_db()
    return conflict


def test_claiming_again_keeps_one_open_conflict(conflict: ContactConflict) -> None:
    assert claim(conflict).status == ConflictStatus.OPEN
    assert ContactConflict.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactConflict.objects.create(contact_point=conflict.contact_point, supporter=conflict.supporter)


def test_own_address_is_no_conflict(conflict: ContactConflict) -> None:
    owner = conflict.contact_point.supporter
    assert add_phone(supporter=owner, typed=PHONE) == conflict.contact_point
    assert ContactConflict.objects.count() == 1


def test_leaving_it_stands_whatever_is_claimed_again(conflict: ContactConflict, at: datetime) -> None:
    owner = conflict.contact_point.supporter_id
    for _call in range(2):
        leave_address(conflict=conflict, by="tests", at=at)
    assert claim(conflict).status == ConflictStatus.SEPARATE
    assert ContactPoint.objects.get(canonical=PHONE).supporter_id == owner
    assert AuditEntry.objects.filter(action="people.contact_conflict.left").count() == 1
    with pytest.raises(ConflictSettled):
        move_address(conflict=conflict, by="tests", at=at)


def test_moving_it_withdraws_what_was_allowed_and_cancels_what_waits(conflict: ContactConflict, at: datetime) -> None:
    point, organisation = conflict.contact_point, make_organisation()
    text = make_consent_text(organisation, channel=Channel.SMS)
    write_consent_event(point, text, ConsentState.GRANTED, at)
    waiting = make_message(at=at, contact_point=point)
    for _call in range(2):
        move_address(conflict=conflict, by="tests", at=at + HOUR)
    moved = ContactPoint.objects.get(canonical=PHONE)
    assert (moved.supporter, moved.verified_at) == (conflict.supporter, None)
    assert [event.state for event in ConsentEvent.objects.order_by("pk")] == ["granted", "withdrawn"]
    moved.verified_at = at
    purpose = ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.SMS, organisation.pk, "")
    assert may_contact(moved, purpose, at + 2 * HOUR).reason == "withdrawn"
    assert OutboundMessage.objects.get(pk=waiting.pk).status == MessageStatus.CANCELLED
    entry = AuditEntry.objects.get(action="people.contact_conflict.moved")
    assert entry.details["withdrawn"] == 1
    assert PHONE not in str(entry.details)


def test_address_moved_away_is_asked_about_anew_when_claimed_back(conflict: ContactConflict, at: datetime) -> None:
    ben = conflict.contact_point.supporter
    move_address(conflict=conflict, by="tests", at=at)
    add_phone(supporter=ben, typed=PHONE)
    back = ContactConflict.objects.open().get()
    assert back.supporter == ben
    move_address(conflict=back, by="tests", at=at)
    assert claim(conflict).status == ConflictStatus.OPEN
    assert conflict.decided_at is None


def test_merge_settles_the_conflict_between_the_two(conflict: ContactConflict) -> None:
    merge_supporters(keep=conflict.supporter, absorb=conflict.contact_point.supporter, by="tests")
    conflict.refresh_from_db()
    assert conflict.status == ConflictStatus.MERGED
    assert conflict.decided_at is not None


def test_merge_hands_other_conflicts_to_the_kept_record_once(conflict: ContactConflict) -> None:
    third = Supporter.objects.create(full_name="A. Lovelace")
    add_phone(supporter=third, typed=PHONE)
    merge_supporters(keep=third, absorb=conflict.supporter, by="tests")
    assert ContactConflict.objects.open().get().supporter == third


def test_decision_after_a_merge_is_refused(conflict: ContactConflict, at: datetime) -> None:
    merge_supporters(keep=conflict.contact_point.supporter, absorb=conflict.supporter, by="tests")
    for decide in (leave_address, move_address):
        with pytest.raises(ConflictSettled):
            decide(conflict=conflict, by="tests", at=at)
