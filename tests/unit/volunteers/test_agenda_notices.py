"""Reminders: exactly once, also after an outage, twice at once, with the clock put back; and what the letters say."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import translation

from messaging.actions.deliver import deliver_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded, render_message
from messaging.sms_text import segments
from people.addresses import address_index
from people.enums import Channel, ConsentState, Purpose, SuppressionReason
from people.models import Suppression
from tests.factories.messaging import RecordingSender
from tests.factories.people import make_consent_text, make_contact_point, write_consent_event
from tests.factories.staff import World
from tests.factories.trainings import SATURDAY, make_curriculum, make_place, make_session, make_shift, make_volunteer
from tests.threads import run_at_once
from volunteers.actions.agenda_notices import queue_due_reminders
from volunteers.actions.shifts import assign_volunteer, cancel_shift, release_volunteer
from volunteers.actions.trainings import cancel_session
from volunteers.enums import TrainingPresence
from volunteers.models import Shift, ShiftAssignment, Volunteer

pytestmark = pytest.mark.django_db
ELEVEN = SATURDAY - timedelta(hours=23)  # Friday 11:00 in Brussels
EIGHT = SATURDAY - timedelta(hours=2)


@pytest.fixture
def cleo(ours: World) -> Volunteer:
    return make_volunteer(ours, "Cleo Example", language="fr")


@pytest.fixture
def assignment(ours: World, cleo: Volunteer, at: datetime) -> ShiftAssignment:
    return assign_volunteer(shift=make_shift(ours), volunteer=cleo, by="test", at=at)


def keys() -> list[str]:
    return sorted(OutboundMessage.objects.values_list("idempotency_key", flat=True))


def test_reminder_is_queued_the_day_before_and_the_same_day(assignment: ShiftAssignment) -> None:
    assert queue_due_reminders(at=ELEVEN - timedelta(minutes=1)) == 0
    for _ in range(2):
        queue_due_reminders(at=ELEVEN)
    first = OutboundMessage.objects.get()
    assert first.idempotency_key == f"shift-reminder:assignment:{assignment.pk}:day-before:20260307T0900Z"
    assert (first.purpose, first.language, first.not_before) == ("service", "fr", ELEVEN)
    assert first.expires_at == EIGHT
    assert first.organisation == assignment.shift.organisation
    for _ in range(2):
        queue_due_reminders(at=EIGHT + timedelta(minutes=4))
    second = OutboundMessage.objects.latest("pk")
    assert second.idempotency_key.endswith(":same-day:20260307T0900Z")
    assert (second.expires_at, OutboundMessage.objects.count()) == (SATURDAY, 2)


def test_reminder_missed_in_an_outage_is_made_good_once(assignment: ShiftAssignment) -> None:
    queue_due_reminders(at=EIGHT - timedelta(hours=3))
    assert len(keys()) == 1
    queue_due_reminders(at=SATURDAY)
    queue_due_reminders(at=SATURDAY + timedelta(days=1))
    assert len(keys()) == 1


def test_reminder_with_the_clock_put_forward_and_back_is_one_and_waits_for_its_moment(
    assignment: ShiftAssignment,
) -> None:
    queue_due_reminders(at=EIGHT)
    queue_due_reminders(at=ELEVEN)
    queue_due_reminders(at=EIGHT)
    assert len(keys()) == 2
    same_day = OutboundMessage.objects.get(idempotency_key__contains="same-day")
    assert same_day.not_before == EIGHT


def test_reminder_of_a_moved_shift_is_a_new_occasion(assignment: ShiftAssignment) -> None:
    queue_due_reminders(at=ELEVEN)
    shift = assignment.shift
    Shift.objects.filter(pk=shift.pk).update(
        starts_at=shift.starts_at + timedelta(hours=2), ends_at=shift.ends_at + timedelta(hours=2)
    )
    queue_due_reminders(at=ELEVEN)
    old, new = OutboundMessage.objects.order_by("pk")
    assert new.idempotency_key.endswith("20260307T1100Z")
    with pytest.raises(NotNeeded):
        render_message(old)
    assert "12:00–15:00" in render_message(new).text


def test_reminder_is_left_out_for_who_is_not_concerned(ours: World, assignment: ShiftAssignment, at: datetime) -> None:
    late = assign_volunteer(
        shift=assignment.shift, volunteer=make_volunteer(ours), by="test", at=ELEVEN + timedelta(minutes=1)
    )
    release_volunteer(assignment=assignment, by="test", at=at)
    called_off = make_shift(ours, SATURDAY + timedelta(hours=5))
    assign_volunteer(shift=called_off, volunteer=make_volunteer(ours), by="test", at=at)
    cancel_shift(shift=called_off, by="test", at=at)
    assign_volunteer(shift=make_shift(ours), volunteer=make_volunteer(ours, email=""), by="test", at=at)
    session = make_session(make_curriculum(ours))
    make_place(session, make_volunteer(ours), TrainingPresence.INVITED)
    OutboundMessage.objects.all().delete()
    queue_due_reminders(at=ELEVEN + timedelta(minutes=2))
    assert keys() == []
    queue_due_reminders(at=EIGHT)
    assert keys() == [f"shift-reminder:assignment:{late.pk}:same-day:20260307T0900Z"]


def test_reminder_to_a_suppressed_address_leaves_a_row_and_says_why(assignment: ShiftAssignment, at: datetime) -> None:
    address = assignment.volunteer.supporter.contact_points.get()
    Suppression.objects.create(
        channel=Channel.EMAIL,
        address_index=address_index(Channel.EMAIL, address.canonical),
        reason=SuppressionReason.STOP,
        at=at,
    )
    queue_due_reminders(at=ELEVEN)
    message = OutboundMessage.objects.get()
    assert (message.status, message.reason) == (MessageStatus.SUPPRESSED, "suppressed:stop")


@pytest.mark.parametrize("people", [1, 3])
def test_reminders_cost_the_same_for_any_number(
    ours: World, at: datetime, people: int, django_assert_num_queries: object
) -> None:
    shift, session = make_shift(ours, needed=5), make_session(make_curriculum(ours))
    for _ in range(people):
        volunteer = make_volunteer(ours)
        assign_volunteer(shift=shift, volunteer=volunteer, by="test", at=at)
        make_place(session, volunteer)
    with django_assert_num_queries(8):  # type: ignore[operator]
        assert queue_due_reminders(at=ELEVEN) == people * 2
    assert len(keys()) == people * 2


@pytest.mark.parametrize("language", ["en", "fr", "nl", "ar"])
def test_letters_are_written_in_text_and_html_in_each_language(ours: World, at: datetime, language: str) -> None:
    volunteer = make_volunteer(ours, "O'Brien <script>", language=language)
    session = make_session(make_curriculum(ours), title="Doors & windows", online_url="https://meet.example.org/x")
    make_place(session, volunteer)
    assign_volunteer(shift=make_shift(ours, SATURDAY, notes="Bring water"), volunteer=volunteer, by="test", at=at)
    queue_due_reminders(at=ELEVEN)
    cancel_session(session=session, by="test", at=at)
    letters = {}
    for message in OutboundMessage.objects.exclude(idempotency_key__startswith="training-reminder"):
        with translation.override("nl"):
            letters[message.template] = render_message(message)
    assert set(letters) == {"agenda_reminder", "agenda_cancelled"}
    reminder, cancelled = letters["agenda_reminder"], letters["agenda_cancelled"]
    for letter in letters.values():
        assert letter.headers["Content-Language"] == language
        assert "10:00–1" in letter.text
        assert "O'Brien <script>" in letter.text
        assert "<script>" not in letter.html
        assert f'lang="{language}"' in letter.html
    assert "Bring water" in reminder.text
    assert f"/{language}/volunteers/agenda/" in reminder.text
    assert f"/volunteers/calendar/{volunteer.calendar_key}.ics" in reminder.html
    assert "Doors & windows" in cancelled.subject
    assert "https://meet.example.org/x" in cancelled.text
    assert "/volunteers/agenda/" not in cancelled.text


def test_letter_nobody_needs_any_more_is_not_sent(assignment: ShiftAssignment, settings: object, at: datetime) -> None:
    settings.MESSAGE_SENDERS = {"email": "tests.factories.messaging.RecordingSender"}  # type: ignore[attr-defined]
    RecordingSender.letters.clear()
    queue_due_reminders(at=ELEVEN)
    release_volunteer(assignment=assignment, by="test", at=ELEVEN)
    deliver_messages(at=ELEVEN)
    assert OutboundMessage.objects.get().status == MessageStatus.CANCELLED
    assert RecordingSender.letters == []


def give_number(volunteer: Volunteer, assignment: ShiftAssignment, state: ConsentState | None, at: datetime) -> None:
    point = make_contact_point("+32470123456", channel=Channel.SMS, verified_at=at, supporter=volunteer.supporter)
    if state is not None:
        wording = make_consent_text(assignment.shift.organisation, purpose=Purpose.REMINDER, channel=Channel.SMS)
        write_consent_event(point, wording, state, at)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (ConsentState.GRANTED, (MessageStatus.READY, "")),
        (ConsentState.WITHDRAWN, (MessageStatus.SUPPRESSED, "withdrawn")),
        (None, (MessageStatus.SUPPRESSED, "no-consent")),
    ],
)
def test_reminder_goes_by_sms_too_where_the_volunteer_agreed(
    assignment: ShiftAssignment, cleo: Volunteer, state: ConsentState | None, expected: tuple[str, str], at: datetime
) -> None:
    give_number(cleo, assignment, state, at)
    for _ in range(2):
        queue_due_reminders(at=ELEVEN)
    mail, text = OutboundMessage.objects.order_by("channel")
    assert (mail.channel, mail.purpose, mail.status) == ("email", "service", MessageStatus.READY)
    assert (text.channel, text.purpose, text.status, text.reason) == ("sms", "reminder", *expected)
    assert text.idempotency_key == f"{mail.idempotency_key}:sms"


def test_reminder_by_sms_fits_one_segment(assignment: ShiftAssignment, cleo: Volunteer, at: datetime) -> None:
    Shift.objects.update(title="Stall " * 20, place="Place Eugène Flagey " * 5)
    give_number(cleo, assignment, ConsentState.GRANTED, at)
    queue_due_reminders(at=ELEVEN)
    row = OutboundMessage.objects.get(channel="sms")
    row.language = "en"
    letter = render_message(row)
    assert segments(letter.text) == 1, letter.text
    assert "10:00" in letter.text


@pytest.mark.django_db(transaction=True)
def test_reminders_of_two_workers_at_the_same_moment_are_one(assignment: ShiftAssignment) -> None:
    results = run_at_once(*[lambda: queue_due_reminders(at=ELEVEN)] * 4)
    assert results == [1] * 4
    assert len(keys()) == 1
    connection.close()
