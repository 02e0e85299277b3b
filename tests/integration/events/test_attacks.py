"""What somebody who wishes ill, or two things at one moment, might do to events."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.actions import answers
from events.actions.rsvps import RegistrationClosed, confirm_place
from events.enums import CheckInVia, EventStatus, OutcomeField, Rating, RsvpStatus
from events.forms.reports import ReportForm
from events.inbound import answer_inbound
from events.models import Attendance, AttendanceUndo, Event, Feedback, OutcomeReport, Rsvp
from events.selectors.reports import counted_at
from events.tokens import sign_rsvp
from messaging.models import InboundMessage, OutboundMessage
from people.actions.supporters import merge_supporters
from tests.factories.events import NOON, make_event, make_event_type, make_rsvp
from tests.factories.people import make_contact_point
from tests.factories.staff import World, browse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SONG = {"key": "song", "kind": "text", "text": {"en": "Which song?"}}
FOOD = {"key": "food", "kind": "text", "text": {"en": "What do you eat?"}}


def page_of(rsvp: Rsvp, name: str = "event_rsvp") -> str:
    return reverse(name, args=[sign_rsvp(rsvp)])


def call_off(event: Event) -> None:
    Event.objects.update(status=EventStatus.CANCELLED, cancelled_at=timezone.now())


@pytest.mark.parametrize("told", [{"do": "confirm"}, {"do": "change", "party_size": "3"}])
@pytest.mark.parametrize("status", [RsvpStatus.COMING, RsvpStatus.OFFERED])
def test_registration_for_what_was_called_off_takes_no_more_places(
    client: Client, told: dict[str, str], status: RsvpStatus
) -> None:
    event = make_event(capacity=5)
    expires_at = timezone.now() + timedelta(hours=1) if status == RsvpStatus.OFFERED else None
    rsvp = make_rsvp(event, status=status, offer_expires_at=expires_at)
    call_off(event)
    assert client.post(page_of(rsvp), told).status_code == 409
    rsvp.refresh_from_db()
    assert (rsvp.status, rsvp.party_size, rsvp.said_yes_at) == (status, 1, None)
    assert not OutboundMessage.objects.exists()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("event_rsvp", {"do": "cancel"}),
        ("event_rsvp", {"do": "confirm"}),
        ("event_rsvp", {"do": "change", "party_size": "2"}),
        ("event_answer", {"answer": "no"}),
    ],
)
def test_registration_removed_while_the_button_is_pressed_is_not_found(
    client: Client, monkeypatch: pytest.MonkeyPatch, name: str, told: dict[str, str]
) -> None:
    rsvp = make_rsvp(make_event())

    def removed_first(held: Event) -> Any:
        raise Rsvp.DoesNotExist

    monkeypatch.setattr("events.actions.rsvps.hold_rsvp", removed_first)
    assert client.post(page_of(rsvp, name), told).status_code == 404


@pytest.mark.parametrize("error", [RegistrationClosed("cancelled"), Rsvp.DoesNotExist()])
def test_text_that_comes_as_the_event_is_called_off_waits_for_a_human(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refused(**_told: Any) -> Any:
        raise error

    monkeypatch.setattr(answers, "answer_by_text", refused)
    assert answer_inbound(InboundMessage(address="+32470123456", text="yes"), timezone.now()) is None


def test_called_off_event_confirms_nothing() -> None:
    event = make_event()
    rsvp = make_rsvp(event)
    call_off(event)
    with pytest.raises(RegistrationClosed):
        confirm_place(rsvp=rsvp, at=timezone.now())


def test_answers_to_questions_asked_no_more_are_kept(client: Client) -> None:
    event = make_event(make_event_type(questions=[FOOD], largest_party=4))
    rsvp = make_rsvp(event, answers={"song": "Bella ciao", "food": "soup"})
    assert client.post(page_of(rsvp), {"do": "change", "party_size": "2", "question_food": "rice"}).status_code == 303
    rsvp.refresh_from_db()
    assert (rsvp.party_size, rsvp.answers) == (2, {"song": "Bella ciao", "food": "rice"})


def test_merge_keeps_feedback_and_what_was_taken_back() -> None:
    event = make_event()
    kept, absorbed = make_contact_point("a@example.org").supporter, make_contact_point("b@example.org").supporter
    stays, goes = make_rsvp(event, supporter=kept), make_rsvp(event, supporter=absorbed)
    Feedback.objects.create(rsvp=goes, rating=Rating.values[0], words="Too loud", written_at=NOON)
    common = {"event": event, "rsvp": goes, "device_at": NOON, "occurred_at": NOON, "received_at": NOON}
    Attendance.objects.create(client_id=uuid.uuid4(), via=CheckInVia.QR, undone_at=NOON, **common)
    AttendanceUndo.objects.create(client_id=uuid.uuid4(), **common)
    merge_supporters(keep=kept, absorb=absorbed, by="tests")
    assert Feedback.objects.get().rsvp == stays
    assert AttendanceUndo.objects.get().rsvp == stays
    assert Attendance.objects.get().undone_at == NOON


def test_merge_of_two_who_were_both_let_in_leaves_the_earlier_one_standing() -> None:
    event = make_event()
    kept, absorbed = make_contact_point("a@example.org").supporter, make_contact_point("b@example.org").supporter
    for minutes, supporter in ((5, kept), (0, absorbed)):
        at = NOON + timedelta(minutes=minutes)
        Attendance.objects.create(
            client_id=uuid.uuid4(), event=event, rsvp=make_rsvp(event, supporter=supporter), via=CheckInVia.QR,
            device_at=at, occurred_at=at, received_at=at,
        )  # fmt: skip
    merge_supporters(keep=kept, absorb=absorbed, by="tests")
    assert Attendance.objects.standing().get().occurred_at == NOON
    assert Attendance.objects.filter(is_repeat=True).count() == 1


def test_report_put_right_keeps_what_its_type_asks_no_more() -> None:
    event = make_event(make_event_type(outcome_fields=[OutcomeField.SAID.value]), status=EventStatus.REPORTED)
    OutcomeReport.objects.create(
        event=event, informed=0, informed_counted=0, pledges=12, said="Before", written_at=NOON, changed_at=NOON
    )
    event.focus_notes.create(text="No time", barriers=["time"], position=0)
    form = ReportForm({"attended": "4", "said": "After"}, event=event, counted=counted_at(event), barriers=[])
    assert form.is_valid(), form.errors
    outcome = form.outcome()
    assert (outcome.pledges, outcome.said, outcome.attended) == (12, "After", 4)
    assert [(note.text, note.barriers) for note in outcome.notes] == [("No time", ("time",))]


@pytest.mark.parametrize("typed", ["١٢", "0", "²", "99999999999999999", "1%00"])
def test_list_of_registrations_survives_any_event_in_its_address(ours: World, typed: str) -> None:
    assert browse(ours.coordinator).get(f"{reverse('staff_rsvps:index')}?event={typed}").status_code < 500
