"""What came of an event: written once it is over, followed by the phones, corrected only with a reason."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from events.actions.report_reminders import queue_report_requests, request_due
from events.actions.reports import (
    NeverPublished,
    Note,
    NotOver,
    Outcome,
    ReasonMissing,
    WasCancelled,
    write_report,
)
from events.enums import EventStatus
from events.models import Event, FocusNote, Material, OutcomeReport
from events.report_texts import request_context
from events.selectors.reports import people_informed
from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded
from tests.factories.accounts import make_user
from tests.factories.events import NOON, make_event

pytestmark = pytest.mark.django_db
AFTER = NOON + timedelta(hours=5)
counted: dict[int, int] = {}


def phones_counted(event_ids: list[int]) -> dict[int, int]:
    return {pk: counted[pk] for pk in event_ids if pk in counted}


@pytest.fixture
def event(settings) -> Event:
    settings.EVENT_INFORMED = f"{__name__}.phones_counted"
    counted.clear()
    event = make_event(status=EventStatus.CLOSED)
    counted[event.pk] = 12
    return event


def test_report_of_a_past_event_is_written_with_the_count_of_the_phones(event: Event) -> None:
    leaflets = Material.objects.create(event=event, name="Leaflets", planned=100)
    outcome = Outcome(said="Many did not know.", notes=[Note("Nobody asked me", ("no_time",))], used={leaflets.pk: 60})
    report = write_report(event=event, outcome=outcome, by=make_user("ada"), at=AFTER)
    event.refresh_from_db()
    leaflets.refresh_from_db()
    assert (report.informed, report.informed_counted, report.informed_reason) == (12, 12, "")
    assert event.status == EventStatus.REPORTED
    assert leaflets.used == 60
    assert FocusNote.objects.get(event=event).barriers == ["no_time"]


def test_report_with_another_number_needs_a_reason_and_keeps_it(event: Event) -> None:
    with pytest.raises(ReasonMissing):
        write_report(event=event, outcome=Outcome(informed=20), by="tests", at=AFTER)
    assert not OutcomeReport.objects.exists()
    outcome = Outcome(informed=20, informed_reason="One phone was empty.")
    write_report(event=event, outcome=outcome, by="tests", at=AFTER)
    counted[event.pk] = 15
    assert people_informed([event.pk]) == {event.pk: 20}


def test_phones_that_send_late_move_the_figure_of_an_uncorrected_report(event: Event) -> None:
    write_report(event=event, outcome=Outcome(), by="tests", at=AFTER)
    counted[event.pk] = 15
    assert people_informed([event.pk]) == {event.pk: 15}


def test_report_written_again_replaces_words_and_keeps_its_author(event: Event) -> None:
    ada, ben = make_user("ada"), make_user("ben")
    first = write_report(event=event, outcome=Outcome(said="one", notes=[Note("a"), Note("b")]), by=ada, at=AFTER)
    later = AFTER + timedelta(days=1)
    second = write_report(event=event, outcome=Outcome(said="two", notes=[Note("c")]), by=ben, at=later)
    assert second.pk == first.pk
    assert (second.said, second.written_by, second.written_at, second.changed_at) == ("two", ada, AFTER, later)
    assert [note.text for note in FocusNote.objects.filter(event=event)] == ["c"]


@pytest.mark.parametrize(
    ("status", "refusal"), [(EventStatus.DRAFT, NeverPublished), (EventStatus.CANCELLED, WasCancelled)]
)
def test_report_of_what_did_not_take_place_is_refused(status: EventStatus, refusal: type[Exception]) -> None:
    event = make_event(status=status)
    with pytest.raises(refusal):
        write_report(event=event, outcome=Outcome(), by="tests", at=AFTER)


def test_report_before_the_end_is_refused() -> None:
    event = make_event()
    with pytest.raises(NotOver):
        write_report(event=event, outcome=Outcome(), by="tests", at=event.ends_at - timedelta(seconds=1))


def test_database_refuses_a_different_number_without_a_reason(event: Event) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OutcomeReport.objects.create(event=event, informed=3, informed_counted=2, written_at=AFTER, changed_at=AFTER)


def test_material_of_another_event_is_left_alone(event: Event) -> None:
    other = Material.objects.create(event=make_event(event.event_type, "Other"), name="Posters", planned=5)
    write_report(event=event, outcome=Outcome(used={other.pk: 4}), by="tests", at=AFTER)
    other.refresh_from_db()
    assert other.used is None


@pytest.mark.parametrize(
    ("after", "number"),
    [
        (timedelta(hours=1), None),  # the evening itself
        (timedelta(hours=17), 0),  # past nine the next morning in Brussels
        (timedelta(days=2, hours=20), 1),
        (timedelta(days=9), 2),
        (timedelta(days=15), None),  # nobody is asked for ever
    ],
)
def test_organiser_is_asked_at_nine_after_one_three_and_seven_days(after: timedelta, number: int | None) -> None:
    event = make_event()  # ends at 16:00 in Brussels
    due = request_due(event, event.ends_at + after)
    assert (due[0] if due else None) == number
    if due:
        assert due[1].astimezone(event.zone).hour == 9


def test_requests_are_queued_once_however_often_the_job_runs() -> None:
    event = make_event(organiser=make_user("eva"), status=EventStatus.CLOSED)
    at = event.ends_at + timedelta(hours=20)
    assert queue_report_requests(at=at) == 1
    queue_report_requests(at=at + timedelta(minutes=5))
    message = OutboundMessage.objects.get(template="report_request")
    assert message.address == "eva@example.org"
    queue_report_requests(at=event.ends_at + timedelta(days=3))
    assert OutboundMessage.objects.filter(template="report_request").count() == 2


def test_request_is_not_sent_once_the_report_is_in() -> None:
    event = make_event(organiser=make_user("eva"), status=EventStatus.CLOSED)
    queue_report_requests(at=event.ends_at + timedelta(hours=20))
    message = OutboundMessage.objects.get(template="report_request")
    assert request_context(message)["title"] == event.title
    write_report(event=event, outcome=Outcome(), by="tests", at=event.ends_at + timedelta(hours=21))
    with pytest.raises(NotNeeded):
        request_context(message)
