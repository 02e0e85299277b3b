"""When a standing export's turn is, across the changes of clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from coalition.turns import next_turn, wait_before

ZONES = st.sampled_from(["Europe/Brussels", "Europe/Athens", "Europe/Lisbon", "UTC", "Asia/Kathmandu"]).map(ZoneInfo)
START = datetime(2024, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 6 * 365 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


@given(st.sampled_from(["daily", "weekly"]), st.integers(1, 7), st.integers(0, 23), ZONES, MOMENTS)
def test_next_turn_lies_ahead_and_soon(rhythm: str, weekday: int, hour: int, zone: ZoneInfo, after: datetime) -> None:
    turn = next_turn(rhythm, weekday, hour, zone, after)
    local = turn.astimezone(zone)
    assert after < turn <= after + timedelta(days=1 if rhythm == "daily" else 7, hours=2)
    if rhythm == "weekly":
        assert local.isoweekday() == weekday
    real = datetime(local.year, local.month, local.day, hour, tzinfo=zone)
    if real.astimezone(UTC).astimezone(zone).hour == hour:  # not jumped over that day
        assert local.hour == hour
    assert next_turn(rhythm, weekday, hour, zone, turn) > turn


def test_six_in_the_morning_in_brussels_in_winter_and_summer() -> None:
    brussels = ZoneInfo("Europe/Brussels")
    assert next_turn("daily", 1, 6, brussels, datetime(2026, 3, 28, 5, tzinfo=UTC)) == datetime(
        2026, 3, 29, 4, tzinfo=UTC
    )
    assert next_turn("weekly", 1, 6, brussels, datetime(2026, 1, 5, 5, tzinfo=UTC)) == datetime(
        2026, 1, 12, 5, tzinfo=UTC
    )


def test_waits_grow_to_six_hours() -> None:
    waits = [wait_before(attempt) for attempt in range(1, 30)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=1), timedelta(hours=6))
