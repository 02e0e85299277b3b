"""Erasure at awkward moments: a letter in hand, a link being pressed, a crash, a merge, another worker, an import."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.actions.memberships import grant_membership
from accounts.models import Role, User
from campaigns.actions.tallies import count_signatures, find_drift
from campaigns.models import Petition, Signature
from core.models import AuditEntry
from events.enums import RsvpStatus
from messaging.actions import deliver
from messaging.actions.deliver import claim_messages, deliver_message
from messaging.actions.queue import Draft, queue_message
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.ports import Letter
from people.actions.contact_conflicts import note_conflict
from people.actions.submissions import SubmissionGone
from people.actions.supporters import CannotMerge, Introduction, match_or_create_supporter, merge_supporters
from people.addresses import address_index
from people.consent import ContactPurpose
from people.enums import Channel, ConsentState, Purpose, SuppressionReason
from people.models import ConsentEvent, ContactPoint, Submission, Supporter, Suppression
from rights.actions import erasure
from rights.actions.erasure import Erased, erase_supporter
from tests.factories.campaigns import hand_in, press, sign
from tests.factories.cms import make_petition
from tests.factories.events import make_event, make_rsvp
from tests.factories.messaging import RecordingSender, make_message
from tests.factories.people import (
    ADA,
    BEN,
    make_consent_text,
    make_contact_point,
    make_organisation,
    write_consent_event,
)
from tests.factories.staff import World
from tests.factories.trainings import make_volunteer
from tests.threads import run_at_once
from volunteers.actions.care import invite_to_app

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sender(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[RecordingSender]:
    settings.MESSAGE_SENDERS = {"email": "tests.factories.messaging.RecordingSender"}
    monkeypatch.setattr(RecordingSender, "letters", [])
    monkeypatch.setattr(RecordingSender, "failures", [])
    return RecordingSender


def let_fail(*, supporter: Supporter, at: datetime) -> dict[str, int]:
    """An eraser that dies: what the ones before it did is not to be seen."""
    raise RuntimeError("killed")


def everything() -> list[Any]:
    models = (Supporter, ContactPoint, Submission, Signature, OutboundMessage, Suppression, ConsentEvent)
    return [sorted(map(str, model._base_manager.values_list())) for model in models]


@pytest.mark.parametrize("where", range(10))
def test_crash_between_any_two_erasers_leaves_everything(settings: Any, at: datetime, where: int) -> None:
    signature = sign(make_petition(), at=at, comment="My words")
    before = everything()
    paths = list(settings.SUPPORTER_ERASERS)
    paths.insert(where, f"{__name__}.let_fail")
    settings.SUPPORTER_ERASERS = paths
    with pytest.raises(RuntimeError):
        erase_supporter(supporter=signature.supporter, by="tests", at=at)
    assert everything() == before
    assert not AuditEntry.objects.filter(action="rights.supporter.erased").exists()


def test_what_waits_is_not_sent(sender: type[RecordingSender], at: datetime) -> None:
    submission = press(hand_in(make_petition(), at=at), at=at)
    point = ContactPoint.objects.get()
    message = make_message(submission, at=at, contact_point=point)
    assert submission.supporter is not None
    erased = erase_supporter(supporter=submission.supporter, by="tests", at=at)
    assert claim_messages(at=at, limit=5) == []
    message.refresh_from_db()
    assert (message.status, message.reason, message.address, message.context) == ("cancelled", "erased", "", {})
    assert (erased.may_be_under_way, sender.letters) == (False, [])


@pytest.mark.parametrize("purpose", [Purpose.SERVICE, Purpose.CAMPAIGN_NEWS])
def test_message_in_a_workers_hand_is_not_handed_over(
    sender: type[RecordingSender], at: datetime, monkeypatch: pytest.MonkeyPatch, purpose: Purpose
) -> None:
    supporter, message = _letter(at, purpose)
    (claimed,) = claim_messages(at=at, limit=1)
    real = deliver._begin

    def erased_right_after(messages: list[OutboundMessage], when: datetime) -> list[OutboundMessage]:
        begun = real(messages, when)
        told.append(erase_supporter(supporter=supporter, by="tests", at=at))
        return begun

    told: list[Erased] = []
    monkeypatch.setattr(deliver, "_begin", erased_right_after)
    deliver_message(message=claimed, sender=sender(), at=at)
    assert sender.letters == []
    assert told[0].may_be_under_way, "nobody can know that the worker had not begun"
    message.refresh_from_db()
    assert (message.status in (MessageStatus.UNKNOWN, MessageStatus.SUPPRESSED), message.address) == (True, "")


@pytest.mark.parametrize("purpose", [Purpose.SERVICE, Purpose.CAMPAIGN_NEWS])
def test_message_in_the_providers_call_is_owned_up_to_and_settled(at: datetime, purpose: Purpose) -> None:
    supporter, message = _letter(at, purpose)
    told: list[Erased] = []

    class Slow(RecordingSender):
        def send(self, letter: Letter) -> str:
            told.append(erase_supporter(supporter=supporter, by="tests", at=at))
            return super().send(letter)

    (claimed,) = claim_messages(at=at, limit=1)
    deliver_message(message=claimed, sender=Slow(), at=at)
    message.refresh_from_db()
    assert [each.may_be_under_way for each in told] == [True]
    assert (message.status, message.address, message.context) == (MessageStatus.SENT, "", {})


def _letter(at: datetime, purpose: Purpose) -> tuple[Supporter, OutboundMessage]:
    point = make_contact_point(verified_at=at)
    text = make_consent_text(make_organisation())
    write_consent_event(point, text, ConsentState.GRANTED, at - DAY)
    asked = ContactPurpose(purpose, Channel.EMAIL, text.organisation_id)
    message = make_message(hand_in(make_petition(), at=at), at=at, purpose=asked, contact_point=point)
    return point.supporter, message


def test_form_that_waits_for_its_confirmation_is_gone(at: datetime) -> None:
    petition = make_petition()
    signature = sign(petition, at=at)
    other = Petition.objects.create(campaign=petition.campaign, title="Another")
    waiting, stranger = hand_in(other, at=at), hand_in(other, BEN, at=at)
    erase_supporter(supporter=signature.supporter, by="tests", at=at)
    assert list(Submission.objects.all()) == [stranger]
    with pytest.raises(SubmissionGone):
        press(waiting, at=at)
    assert not Supporter.objects.exists()


def test_erased_address_is_written_to_nevermore_also_after_an_import(at: datetime) -> None:
    signature = sign(make_petition(), at=at)
    erased = erase_supporter(supporter=signature.supporter, by="tests", at=at)
    assert erased.suppressed == 1
    again = match_or_create_supporter(introduction=Introduction(email=ADA), verified=True, at=at)
    point = again.points[Channel.EMAIL]
    text = make_consent_text(make_organisation())
    write_consent_event(point, text, ConsentState.GRANTED, at)
    news = ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.EMAIL, text.organisation_id)
    queued = queue_message(draft=_draft("news", news, point, at), at=at)
    assert (queued.status, queued.reason) == (MessageStatus.SUPPRESSED, "suppressed:erased")
    answer = queue_message(draft=_draft("answer", ContactPurpose(Purpose.SERVICE, Channel.EMAIL), None, at), at=at)
    assert answer.status == MessageStatus.READY, "whoever signs again is answered"


def _draft(key: str, purpose: ContactPurpose, point: ContactPoint | None, at: datetime) -> Draft:
    return Draft(
        idempotency_key=key, purpose=purpose, template="confirm_signature", address=ADA, canonical=ADA, language="en",
        not_before=at, expires_at=at + DAY, contact_point=point,
    )  # fmt: skip


def test_person_who_signs_again_counts_beside_what_they_left(at: datetime) -> None:
    petition = make_petition()
    first = sign(petition, at=at)
    erase_supporter(supporter=first.supporter, by="tests", at=at)
    second = sign(petition, at=at + DAY)
    count_signatures(at=at)
    first.refresh_from_db()
    assert (first.supporter, second.supporter is not None) == (None, True)
    assert not find_drift()


@pytest.mark.parametrize("asked", ["keep", "absorb"])
def test_merged_person_is_erased_with_every_record(at: datetime, asked: str) -> None:
    keep = sign(petition := make_petition(), at=at).supporter
    absorb = sign(petition, BEN, at=at).supporter
    assert keep is not None
    assert absorb is not None
    count_signatures(at=at)
    merge_supporters(keep=keep, absorb=absorb, by="tests")
    count_signatures(at=at)
    erased = erase_supporter(supporter={"keep": keep, "absorb": absorb}[asked], by="tests", at=at)
    assert (erased.suppressed, Supporter.objects.count()) == (2, 0)
    assert Signature.objects.filter(supporter=None).count() == 2
    assert not find_drift()


def test_unproved_address_that_somebody_else_gave_too_is_let_go_without_a_stop(at: datetime) -> None:
    mine = make_contact_point(verified_at=at)
    unproved = make_contact_point(BEN)
    ContactPoint.objects.filter(pk=unproved.pk).update(supporter=mine.supporter)
    note_conflict(point=unproved, supporter=Supporter.objects.create(full_name="Whose it may be"))
    assert erase_supporter(supporter=mine.supporter, by="tests", at=at).suppressed == 1
    stopped = Suppression.objects.get()
    assert (stopped.reason, stopped.address_index) == (SuppressionReason.ERASED, address_index("email", ADA))


def test_login_of_a_mobiliser_goes_and_that_of_staff_stays(ours: World, at: datetime) -> None:
    helper = make_volunteer(ours, "Vera Volunteers")
    staff = make_volunteer(ours, "Sara Staff")
    for volunteer, email in ((helper, "vera@example.org"), (staff, "sara@example.org")):
        ContactPoint.objects.filter(supporter=volunteer.supporter).delete()
        ContactPoint.objects.create(
            supporter=volunteer.supporter, channel=Channel.EMAIL, canonical=email, as_typed=email, verified_at=at
        )
        invite_to_app(volunteer=volunteer, by=ours.coordinator)
    colleague = User.objects.get(email="sara@example.org")
    grant_membership(user=colleague, organisation=ours.lead, role=Role.ORGANISER, by=ours.coordinator)
    for volunteer in (helper, staff):
        erase_supporter(supporter=volunteer.supporter, by=ours.dpo, at=at)
    assert not User.objects.filter(email="vera@example.org").exists()
    assert User.objects.filter(pk=colleague.pk).exists()
    assert not Supporter.objects.filter(pk__in=(helper.supporter_id, staff.supporter_id)).exists()


def test_place_at_an_event_to_come_is_offered_to_who_waits(at: datetime) -> None:
    event = make_event(starts_at=at + 9 * DAY, capacity=1)
    comes = make_rsvp(event, email=ADA)
    waits = make_rsvp(event, email=BEN, status=RsvpStatus.WAITING)
    erase_supporter(supporter=comes.supporter, by="tests", at=at)
    waits.refresh_from_db()
    assert (waits.status, event.timeslots.get().taken) == (RsvpStatus.OFFERED, 1)


def test_person_is_asked_about_once_held_and_stays_if_the_answer_is_no(at: datetime) -> None:
    supporter = sign(make_petition(), at=at).supporter
    assert supporter is not None
    before = everything()
    assert erase_supporter(supporter=supporter, by="tests", at=at, only_if=lambda pk: pk == 0) == Erased()
    assert everything() == before


def test_tries_again_after_the_database_gave_way(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    supporter = sign(make_petition(), at=at).supporter
    real, calls = erasure._let_go, []

    def gives_way(*told: Any) -> dict[str, int]:
        calls.append(told)
        if len(calls) < erasure.ATTEMPTS:
            raise erasure.OperationalError("deadlock detected")
        return real(*told)

    monkeypatch.setattr(erasure, "_let_go", gives_way)
    assert supporter is not None
    assert erase_supporter(supporter=supporter, by="tests", at=at).counts["people.Supporter"] == 1
    assert Suppression.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_erase_once(at: datetime) -> None:
    supporter = sign(make_petition(), at=at).supporter
    assert supporter is not None
    told = run_at_once(*[lambda: erase_supporter(supporter=supporter, by="tests", at=at)] * 3)
    assert sorted(each.suppressed for each in told) == [0, 0, 1]
    assert AuditEntry.objects.filter(action="rights.supporter.erased").count() == 1
    assert not Supporter.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(5))
def test_erased_and_confirmed_at_once_is_one_after_the_other(at: datetime, turn: int) -> None:
    petition = make_petition()
    signature = sign(petition, at=at)
    other = Petition.objects.create(campaign=petition.campaign, title="Another")
    waiting = hand_in(other, at=at)
    erased, pressed = run_at_once(
        lambda: erase_supporter(supporter=signature.supporter, by="tests", at=at),
        lambda: press(waiting, at=at),
    )
    assert isinstance(erased, Erased)
    assert erased.counts["people.Supporter"] == 1
    assert isinstance(pressed, Submission | SubmissionGone)
    assert not Submission.objects.exists()
    assert Signature.objects.exclude(supporter=None).count() == Supporter.objects.count() == 0
    count_signatures(at=at)
    assert not find_drift()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(5))
def test_erased_and_merged_at_once_leaves_nobody_halfway(at: datetime, turn: int) -> None:
    petition = make_petition()
    keep, absorb = sign(petition, at=at).supporter, sign(petition, BEN, at=at).supporter
    assert keep is not None
    assert absorb is not None
    erased, merged = run_at_once(
        lambda: erase_supporter(supporter=absorb, by="tests", at=at),
        lambda: merge_supporters(keep=keep, absorb=absorb, by="tests"),
    )
    assert isinstance(erased, Erased)
    assert isinstance(merged, Supporter | CannotMerge), "neither is asked to come back later"
    # Merged before: both are one person and gone; after: the other stays, as they were.
    left = list(Supporter.objects.all())
    assert left in ([], [keep])
    assert Suppression.objects.count() == 2 - len(left)
    assert not any(each.merged_into_id for each in left)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(5))
def test_erased_while_workers_deliver_is_written_to_once_at_most_and_nothing_is_left(
    sender: type[RecordingSender], at: datetime, turn: int
) -> None:
    supporter, message = _letter(at, Purpose.SERVICE)

    def drain() -> None:
        for claimed in claim_messages(at=at, limit=5):
            deliver_message(message=claimed, sender=RecordingSender(), at=at)

    erased, *_rest = run_at_once(
        lambda: erase_supporter(supporter=supporter, by="tests", at=at),
        drain,
        drain,
    )
    assert isinstance(erased, Erased)
    message.refresh_from_db()
    assert (message.address, message.context, message.contact_point) == ("", {}, None)
    assert len(sender.letters) <= 1
    if sender.letters:
        assert message.status in (MessageStatus.SENT, MessageStatus.UNKNOWN)
    else:
        assert message.status in (MessageStatus.CANCELLED, MessageStatus.UNKNOWN, MessageStatus.SUPPRESSED)
