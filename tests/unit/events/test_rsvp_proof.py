"""Proving an address, "this was not me", answers to reminders, and two people who turn out to be one."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from core.models import AuditEntry
from events.actions.answers import answer_by_text, answer_reminder, find_reminded_rsvp
from events.actions.rsvp_kind import ProvedAlready, disown_rsvp
from events.actions.rsvps import NothingHeld, OfferLapsed, cancel_rsvp, come_after_all, confirm_place, register
from events.enums import CheckInVia, RsvpStatus
from events.models import Attendance, Event, Rsvp, Timeslot
from messaging.actions.confirmations import forget_addresses
from messaging.actions.queue import Draft, queue_service_messages
from messaging.models import OutboundMessage
from people.actions.contact_conflicts import note_conflict
from people.actions.submissions import confirm_submission, disown_submission
from people.actions.supporters import merge_supporters
from people.consent import ContactPurpose
from people.enums import Channel, ConsentState, Purpose, SubmissionStatus
from people.models import ConsentEvent, ContactPoint, Submission, Supporter
from people.tokens import CONFIRM, sign_uuid
from tests.factories.events import NOON, make_event, make_rsvp
from tests.factories.people import make_consent_text, make_contact_point, write_consent_event
from tests.factories.rsvps import make_intake
from tests.factories.volunteers import make_volunteer

pytestmark = pytest.mark.django_db
AT = NOON - timedelta(days=10)
PHONE = "+32470123456"


def sign_up(event: Event, email: str = "rita@example.org", **told: Any) -> Rsvp:
    return register(intake=make_intake(event, email, **told), at=AT).rsvp


def token_of(submission: Submission) -> str:
    return sign_uuid(submission.public_id, CONFIRM)


def test_consents_are_recorded_only_when_the_address_is_proved() -> None:
    event = make_event()
    text = make_consent_text(event.organisation, "Remind me by SMS.", purpose=Purpose.REMINDER, channel=Channel.SMS)
    mail = make_consent_text(event.organisation, "Write to me.")
    granted = [{"text": text.pk, "granted": True}, {"text": mail.pk, "granted": False}]
    rsvp = sign_up(event, consents=granted, phone="+32 470 12 34 56")
    assert not ConsentEvent.objects.exists()
    assert not ContactPoint.objects.filter(channel=Channel.SMS).exists()
    for _ in range(2):
        confirm_submission(token=token_of(rsvp.submission), at=AT)
    rsvp.refresh_from_db()
    assert (rsvp.is_proved, rsvp.proved_at) == (True, AT)
    assert ContactPoint.objects.get(channel=Channel.EMAIL).verified_at == AT
    assert [(each.purpose, each.contact_point.canonical) for each in ConsentEvent.objects.all()] == [
        ("reminder", PHONE)
    ]


def test_only_the_pressed_form_speaks() -> None:
    event = make_event(capacity=9)
    text = make_consent_text(event.organisation)
    strangers = register(
        intake=make_intake(event, full_name="Mallory", party_size=4, consents=[{"text": text.pk, "granted": True}]),
        at=AT,
    )
    own = register(intake=make_intake(event, full_name="Rita Real"), at=AT)
    confirm_submission(token=token_of(own.submission), at=AT)
    assert not ConsentEvent.objects.exists()
    assert Submission.objects.get(pk=strangers.submission.pk).status == SubmissionStatus.SETTLED
    assert Supporter.objects.get().full_name == "Rita Real"
    rsvp = Rsvp.objects.get()
    assert (rsvp.is_proved, rsvp.party_size) == (True, 4), "the party is changed on the page, not by a second form"


def test_this_was_not_me_removes_everything_and_frees_the_places() -> None:
    event = make_event(capacity=2)
    rsvp, waiting = sign_up(event, party_size=2), sign_up(event, "two@example.org")
    disown_rsvp(rsvp=rsvp, at=AT)
    disown_rsvp(rsvp=rsvp, at=AT)
    assert list(Rsvp.objects.all()) == [waiting]
    waiting.refresh_from_db()
    assert (waiting.status, event.timeslots.get().taken) == (RsvpStatus.OFFERED, 1)
    wiped = Submission.objects.get(pk=rsvp.submission_id)
    assert (wiped.status, wiped.email, wiped.payload) == (SubmissionStatus.DISOWNED, "", {})


def test_disowning_by_the_link_in_the_mail_does_the_same() -> None:
    event = make_event(capacity=1)
    rsvp = sign_up(event)
    disown_submission(token=token_of(rsvp.submission), at=AT)
    assert not Rsvp.objects.exists()
    assert event.timeslots.get().taken == 0


def test_disowning_a_strangers_second_form_leaves_the_registration() -> None:
    event = make_event()
    rsvp = sign_up(event)
    again = register(intake=make_intake(event, full_name="Mallory"), at=AT)
    disown_submission(token=token_of(again.submission), at=AT)
    assert list(Rsvp.objects.all()) == [rsvp]


def test_proved_registration_is_cancelled_not_disowned() -> None:
    rsvp = sign_up(make_event())
    confirm_submission(token=token_of(rsvp.submission), at=AT)
    rsvp.refresh_from_db()
    with pytest.raises(ProvedAlready):
        disown_rsvp(rsvp=rsvp, at=AT)
    assert Rsvp.objects.count() == 1


def test_answers_keep_or_free_the_place() -> None:
    event = make_event(capacity=1)
    rsvp, waiting = sign_up(event), sign_up(event, "two@example.org")
    assert answer_reminder(rsvp=rsvp, is_coming=True, at=AT).said_yes_at == AT
    for _ in range(2):
        assert answer_reminder(rsvp=rsvp, is_coming=False, at=AT).status == RsvpStatus.CANCELLED
    waiting.refresh_from_db()
    assert waiting.status == RsvpStatus.OFFERED
    with pytest.raises(NothingHeld):
        answer_reminder(rsvp=rsvp, is_coming=True, at=AT)


def remind(rsvp: Rsvp, point: ContactPoint) -> None:
    draft = Draft(
        idempotency_key=uuid.uuid4().hex, purpose=ContactPurpose(Purpose.SERVICE, Channel.SMS),
        template="event_reminder", address=PHONE, canonical=PHONE, language="en", not_before=AT,
        expires_at=NOON, contact_point=point, context={"rsvp": rsvp.pk},
    )  # fmt: skip
    queue_service_messages(drafts=[draft])
    OutboundMessage.objects.filter(idempotency_key=draft.idempotency_key).update(status="sent", created_at=AT)


def test_text_message_answers_the_next_event_reminded_of() -> None:
    later, sooner = make_event(starts_at=NOON + timedelta(days=3)), make_event(make_event().event_type, "Sooner")
    first = make_rsvp(later, phone=PHONE)
    point = ContactPoint.objects.get(channel=Channel.SMS)
    second = make_rsvp(sooner, supporter=first.supporter)
    assert find_reminded_rsvp(phone=PHONE, at=AT) is None, "nobody was reminded"
    remind(first, point)
    assert find_reminded_rsvp(phone=PHONE, at=AT) == first
    remind(second, point)
    assert answer_by_text(phone=PHONE, text="NON merci", at=AT) == second
    assert answer_by_text(phone=PHONE, text="what?", at=AT) is None
    assert answer_by_text(phone="+32470999999", text="no", at=AT) is None
    assert answer_by_text(phone=PHONE, text="oui", at=AT) == first
    assert [row.status for row in Rsvp.objects.order_by("pk")] == [RsvpStatus.COMING, RsvpStatus.CANCELLED]


def test_merge_moves_rsvps_of_other_events() -> None:
    kept, absorbed = make_contact_point("a@example.org").supporter, make_contact_point("b@example.org").supporter
    rsvp = make_rsvp(make_event(), supporter=absorbed)
    merge_supporters(keep=kept, absorb=absorbed, by="tests")
    assert Rsvp.objects.get(pk=rsvp.pk).supporter == kept


@pytest.mark.parametrize("holder", ["kept", "absorbed"])
def test_merge_makes_two_rsvps_of_one_event_one_and_gives_places_back(holder: str) -> None:
    event = make_event(capacity=3)
    kept, absorbed = make_contact_point("a@example.org").supporter, make_contact_point("b@example.org").supporter
    people = {"kept": kept, "absorbed": absorbed}
    stays = make_rsvp(event, supporter=people.pop(holder), party_size=2)
    ((_other, supporter),) = people.items()
    goes = make_rsvp(event, supporter=supporter, status=RsvpStatus.OFFERED)
    waiting = make_rsvp(event, status=RsvpStatus.WAITING)
    Attendance.objects.create(
        client_id=uuid.uuid4(), event=event, rsvp=goes, via=CheckInVia.QR, device_at=AT, occurred_at=AT, received_at=AT
    )
    merge_supporters(keep=kept, absorb=absorbed, by="tests")
    assert Rsvp.objects.get(supporter=kept) == stays
    assert Attendance.objects.get().rsvp == stays
    assert not Rsvp.objects.filter(pk=goes.pk).exists()
    waiting.refresh_from_db()
    assert event.timeslots.get().taken == 2 + (waiting.status == RsvpStatus.OFFERED)


def test_merge_after_cancelling_leaves_the_one_that_comes() -> None:
    event = make_event(capacity=3)
    kept, absorbed = make_contact_point("a@example.org").supporter, make_contact_point("b@example.org").supporter
    cancelled, comes = make_rsvp(event, supporter=kept), make_rsvp(event, supporter=absorbed)
    cancel_rsvp(rsvp=cancelled, by="tests", at=AT)
    merge_supporters(keep=kept, absorb=absorbed, by="tests")
    assert Rsvp.objects.get() == comes
    assert event.timeslots.get().taken == 1


def agree_to_sms(event: Event) -> list[dict[str, Any]]:
    text = make_consent_text(event.organisation, "Remind me by SMS.", purpose=Purpose.REMINDER, channel=Channel.SMS)
    return [{"text": text.pk, "granted": True}]


def test_number_with_a_consent_is_asked_once_the_mail_address_is_proved() -> None:
    event = make_event()
    rsvp = sign_up(event, consents=agree_to_sms(event), phone="+32 470 12 34 56", locale="fr")
    questions = OutboundMessage.objects.filter(template="number_check")
    assert not questions.exists(), "whoever types a stranger's number has proved nothing"
    for _ in range(2):
        confirm_submission(token=token_of(rsvp.submission), at=AT)
    question = questions.get()
    assert (question.address, question.language, question.status) == (PHONE, "fr", "ready")
    assert question.organisation == event.organisation
    assert question.context["campaign_name"] == event.campaign.title


def test_number_is_not_asked_again_for_another_event_nor_without_a_consent() -> None:
    first, second = make_event(), make_event(make_event().event_type, "Second")
    for event, told in ((second, {"phone": PHONE}), (first, {}), (first, {"phone": PHONE})):
        consents = agree_to_sms(event) if event == first else []
        rsvp = sign_up(event, f"{uuid.uuid4().hex}@example.org", consents=consents, **told)
        confirm_submission(token=token_of(rsvp.submission), at=AT)
    assert OutboundMessage.objects.filter(template="number_check").count() == 0, "the number is another supporter's"
    rsvp = sign_up(first, "own@example.org", consents=agree_to_sms(first), phone="+32470123499")
    confirm_submission(token=token_of(rsvp.submission), at=AT)
    again = register(intake=make_intake(second, "own@example.org", consents=agree_to_sms(first), phone="+32470123499"), at=AT)  # fmt: skip  # noqa: E501
    confirm_submission(token=token_of(again.submission), at=AT + timedelta(days=1))
    statuses = OutboundMessage.objects.filter(template="number_check").order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["ready", "suppressed"]


def offered(event: Event, **told: Any) -> Rsvp:
    """Return an unproved RSVP that is offered a place."""
    first = sign_up(event, "first@example.org")
    rsvp = sign_up(event, **told)
    cancel_rsvp(rsvp=first, by="tests", at=AT)
    rsvp.refresh_from_db()
    assert rsvp.status == RsvpStatus.OFFERED
    return rsvp


def test_yes_to_an_offer_by_its_link_proves_the_address_and_no_consent() -> None:
    event = make_event(capacity=1)
    rsvp = offered(event, consents=agree_to_sms(event), phone=PHONE)
    for _ in range(2):
        rsvp = confirm_place(rsvp=rsvp, at=AT, is_by_link=True)
    assert (rsvp.status, rsvp.is_proved) == (RsvpStatus.COMING, True)
    assert rsvp.supporter.contact_points.get().verified_at == AT
    assert not ConsentEvent.objects.exists(), "what was ticked waits for the button that names it"
    assert rsvp.submission is not None
    assert Submission.objects.get(pk=rsvp.submission_id).status == SubmissionStatus.PENDING
    confirm_submission(token=token_of(rsvp.submission), at=AT)
    assert ConsentEvent.objects.count() == 1


def test_yes_to_an_offer_by_text_or_by_staff_proves_no_mail_address() -> None:
    rsvp = offered(make_event(capacity=1))
    rsvp = answer_reminder(rsvp=rsvp, is_coming=True, at=AT, by="sms:rsvp")
    assert (rsvp.status, rsvp.is_proved) == (RsvpStatus.COMING, False)
    assert rsvp.supporter.contact_points.get().verified_at is None
    other = offered(make_event(capacity=1), email="two@example.org")
    assert not come_after_all(rsvp=other, by="staff", at=AT).is_proved


def test_yes_to_an_offer_that_lapsed_proves_nothing() -> None:
    rsvp = offered(make_event(capacity=1))
    with pytest.raises(OfferLapsed):
        confirm_place(rsvp=rsvp, at=AT + timedelta(days=9), is_by_link=True)
    assert rsvp.supporter.contact_points.get().verified_at is None


def test_proved_by_an_offer_is_not_disowned() -> None:
    rsvp = confirm_place(rsvp=offered(make_event(capacity=1)), at=AT, is_by_link=True)
    with pytest.raises(ProvedAlready):
        disown_rsvp(rsvp=rsvp, at=AT)
    assert rsvp.submission is not None
    disown_submission(token=token_of(rsvp.submission), at=AT)
    assert Rsvp.objects.filter(pk=rsvp.pk).exists()


@pytest.mark.parametrize("by_mail", [True, False])
def test_this_was_not_me_forgets_a_person_of_whom_nothing_else_is_known(by_mail: bool) -> None:
    rsvp = sign_up(make_event())
    if by_mail:
        disown_submission(token=token_of(rsvp.submission), at=AT)
    else:
        disown_rsvp(rsvp=rsvp, at=AT)
    assert not Supporter.objects.exists()
    assert not ContactPoint.objects.exists()
    message = OutboundMessage.objects.get()
    assert message.contact_point is None
    forget_addresses(at=AT)
    assert OutboundMessage.objects.get().address == ""
    assert AuditEntry.objects.filter(action="people.supporter.removed").count() == 1
    sign_up(Event.objects.get())
    assert Supporter.objects.count() == 1, "the address may come again"


def a_second_rsvp(rsvp: Rsvp) -> None:
    make_rsvp(make_event(rsvp.event.event_type, "Else"), supporter=rsvp.supporter, email="x@example.org")
    ContactPoint.objects.update(verified_at=None)


def a_proof(rsvp: Rsvp) -> None:
    ContactPoint.objects.update(verified_at=AT)


def a_spoken_consent(rsvp: Rsvp) -> None:
    text = make_consent_text(rsvp.event.organisation)
    write_consent_event(rsvp.supporter.contact_points.get(), text, ConsentState.GRANTED, AT)


def a_conflict(rsvp: Rsvp) -> None:
    note_conflict(point=rsvp.supporter.contact_points.get(), supporter=make_contact_point("b@example.org").supporter)


def a_volunteer(rsvp: Rsvp) -> None:
    make_volunteer(rsvp.event.campaign, supporter=rsvp.supporter)


def an_absorbed_record(rsvp: Rsvp) -> None:
    Supporter.objects.create(merged_into=rsvp.supporter)


def an_attendance(rsvp: Rsvp) -> None:
    Attendance.objects.create(
        client_id=uuid.uuid4(), event=rsvp.event, rsvp=rsvp, via=CheckInVia.QR, device_at=AT, occurred_at=AT,
        received_at=AT,
    )  # fmt: skip


@pytest.mark.parametrize(
    "also",
    [a_second_rsvp, a_proof, a_spoken_consent, a_conflict, a_volunteer, an_absorbed_record, an_attendance],
)
def test_this_was_not_me_keeps_a_person_of_whom_something_else_is_known(also: Callable[[Rsvp], None]) -> None:
    rsvp = sign_up(make_event())
    also(rsvp)
    disown_rsvp(rsvp=rsvp, at=AT)
    assert Supporter.objects.filter(pk=rsvp.supporter_id).exists()
    kept = Rsvp.objects.filter(pk=rsvp.pk).first()
    assert (kept is not None) is (also is an_attendance)


def test_this_was_not_me_rolled_back_keeps_everything() -> None:
    rsvp = sign_up(make_event(capacity=1))
    with transaction.atomic():
        disown_rsvp(rsvp=rsvp, at=AT)
        transaction.set_rollback(True)
    assert (Rsvp.objects.count(), Supporter.objects.count(), Timeslot.objects.get().taken) == (1, 1, 1)
