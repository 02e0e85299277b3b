"""What takes people into journeys: who becomes known late is not left out."""

import uuid
from datetime import datetime, timedelta

from audiences.actions.taking_in import take_people_in
from audiences.models import AutomationRun
from events.enums import CheckInVia
from events.models import Attendance, Rsvp
from tests.factories.events import make_event, make_event_type, make_rsvp
from tests.factories.journeys import make_journey, step
from tests.factories.staff import NOON, World

HOUR = timedelta(hours=1)
START = NOON - 5 * HOUR


def sweeps(*hours: int) -> list[int]:
    """Look for people at each of these hours after noon and return how many each look took in."""
    return [take_people_in(at=NOON + hour * HOUR) for hour in hours]


def check_in(rsvp: Rsvp, *, at: datetime, received_at: datetime) -> None:
    Attendance.objects.create(
        client_id=uuid.uuid4(), event=rsvp.event, timeslot=rsvp.timeslot, rsvp=rsvp, via=CheckInVia.QR,
        device_at=at, occurred_at=at, received_at=received_at,
    )  # fmt: skip


def test_who_proves_the_address_hours_after_registering_is_taken_in_once(ours: World) -> None:
    make_journey(ours, step("wait", "w", days=1), at=START, trigger={"kind": "rsvp"})
    event = make_event(make_event_type(ours.campaign), starts_at=NOON + 20 * 24 * HOUR)
    rsvp = make_rsvp(event, at=NOON, is_proved=False)
    assert sweeps(0, 1, 2) == [0, 0, 0]
    Rsvp.objects.filter(pk=rsvp.pk).update(is_proved=True, proved_at=NOON + 3 * HOUR)
    assert sweeps(3, 4, 5) == [1, 0, 0]
    assert AutomationRun.objects.get().supporter == rsvp.supporter


def test_who_registers_with_a_proved_address_is_taken_in_once(ours: World) -> None:
    make_journey(ours, step("wait", "w", days=1), at=START, trigger={"kind": "rsvp"})
    event = make_event(make_event_type(ours.campaign), starts_at=NOON + 20 * 24 * HOUR)
    make_rsvp(event, at=NOON)
    assert sweeps(0, 1, 2) == [1, 0, 0]


def test_check_in_handed_in_hours_after_the_event_takes_in_once(ours: World) -> None:
    make_journey(ours, step("wait", "w", days=1), at=START, trigger={"kind": "attendance"})
    event = make_event(make_event_type(ours.campaign), starts_at=NOON - 3 * HOUR, minutes=60)
    rsvp = make_rsvp(event)
    assert sweeps(0, 1, 2) == [0, 0, 0]
    check_in(rsvp, at=NOON - 2 * HOUR, received_at=NOON + 5 * HOUR)
    assert sweeps(5, 6) == [1, 0]


def test_nobody_is_taken_in_by_a_check_in_before_the_event_is_over(ours: World) -> None:
    make_journey(ours, step("wait", "w", days=1), at=START, trigger={"kind": "attendance"})
    event = make_event(make_event_type(ours.campaign), starts_at=NOON, minutes=120)
    check_in(make_rsvp(event), at=NOON, received_at=NOON)
    assert sweeps(1, 2, 3) == [0, 1, 0]
