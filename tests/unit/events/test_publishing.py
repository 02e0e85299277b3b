from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from core.models import AuditEntry
from events.actions.publishing import (
    EventCancelled,
    EventReported,
    PlaceUnknown,
    cancel_event,
    close_over_events,
    publish_event,
    tick_item,
    untick_item,
)
from events.enums import EventStatus
from events.models import Event
from tests.factories.events import NOON, make_event, make_event_type

pytestmark = pytest.mark.django_db


def make_draft(**columns: Any) -> Event:
    return make_event(make_event_type(), status=EventStatus.DRAFT, **columns)


def test_publish_twice_keeps_the_first_moment(ada: User) -> None:
    event = make_draft(online_url="https://meet.example.org/a")
    publish_event(event=event, by=ada, at=NOON)
    again = publish_event(event=event, by=ada, at=NOON + timedelta(hours=1))
    assert (again.status, again.published_at) == (EventStatus.PUBLISHED, NOON)
    assert AuditEntry.objects.filter(action="events.event.published").count() == 1


def test_publish_without_a_place_or_when_called_off_is_refused(ada: User) -> None:
    draft = make_draft()
    with pytest.raises(PlaceUnknown):
        publish_event(event=draft, by=ada, at=NOON)
    cancelled = make_event(draft.event_type, status=EventStatus.CANCELLED)
    with pytest.raises(EventCancelled):
        publish_event(event=cancelled, by=ada, at=NOON)


def test_cancel_tells_once_with_its_reason_and_raises_the_sequence(ada: User, heard: list[Any]) -> None:
    event = make_event(make_event_type())
    cancel_event(event=event, reason="Storm", by=ada, at=NOON)
    again = cancel_event(event=event, reason="Other", by=ada, at=NOON + timedelta(hours=1))
    assert (again.status, again.cancel_reason, again.cancelled_at, again.sequence) == ("cancelled", "Storm", NOON, 1)
    assert heard == [("cancelled", event.pk)]


def test_cancel_of_a_reported_event_is_refused(ada: User, heard: list[Any]) -> None:
    event = make_event(make_event_type(), status=EventStatus.REPORTED)
    with pytest.raises(EventReported):
        cancel_event(event=event, reason="Storm", by=ada, at=NOON)
    assert heard == []


def test_cancel_whose_listener_fails_is_not_kept(ada: User, settings: Any) -> None:
    event = make_event(make_event_type())
    settings.EVENT_CANCELLED = ["tests.unit.events.test_publishing.fail"]
    with pytest.raises(RuntimeError):
        cancel_event(event=event, reason="Storm", by=ada, at=NOON)
    event.refresh_from_db()
    assert (event.status, AuditEntry.objects.count()) == (EventStatus.PUBLISHED, 0)


def fail(event: Event, **_told: Any) -> None:
    raise RuntimeError


def test_close_takes_only_what_is_published_and_over(db: None) -> None:
    kind = make_event_type()
    over = make_event(kind, minutes=60)
    states = [EventStatus.DRAFT, EventStatus.CANCELLED, EventStatus.REPORTED]
    others = [make_event(kind, minutes=60, status=status) for status in states]
    later = make_event(kind, minutes=61)
    at = NOON + timedelta(minutes=60)
    assert (close_over_events(at=at), close_over_events(at=at)) == (1, 0)
    assert Event.objects.get(pk=over.pk).status == EventStatus.CLOSED
    assert [Event.objects.get(pk=each.pk).status for each in [*others, later]] == [*states, EventStatus.PUBLISHED]
    assert AuditEntry.objects.get().target == f"events.event:{over.pk}"


def test_tick_keeps_who_was_first_and_is_taken_back(ada: User) -> None:
    item = make_draft().checklist.create(text="Pack")
    tick_item(item=item, by=ada, at=NOON)
    again = tick_item(item=item, by=User.objects.create_user("b@example.org"), at=NOON + timedelta(hours=1))
    assert (again.done_at, again.done_by) == (NOON, ada)
    untick_item(item=item, by=ada)
    assert untick_item(item=item, by=ada).done_at is None
    assert AuditEntry.objects.count() == 2
