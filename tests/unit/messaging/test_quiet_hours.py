"""When somebody is texted: their own clock, the nights the clocks change, and who must be up early."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.country_zones import zones_by_country, zones_of_country
from messaging.quiet_hours import LAST_CALL, QuietHours, hold_until, quiet_until, read_quiet_hours
from messaging.recipient_clocks import zones_of_number

NIGHT = QuietHours(time(21), time(8))
BRUSSELS = ZoneInfo("Europe/Brussels")
START = datetime(2024, 1, 1, tzinfo=UTC)

zones = st.sampled_from(sorted({name for names in zones_by_country().values() for name in names})).map(ZoneInfo)
moments = st.integers(0, 6 * 366 * 24 * 60).map(lambda minute: START + timedelta(minutes=minute, seconds=7))
nights = st.builds(QuietHours, st.times(), st.times())
# Half a day either side of every change of Europe's clocks, and of the nights around it.
changes = st.builds(
    lambda year, month, minutes: datetime(year, month, 25 + minutes % 7, 1, tzinfo=UTC) + timedelta(minutes=minutes),
    st.integers(2024, 2030), st.sampled_from([3, 10]), st.integers(-900, 900),
)  # fmt: skip


def brussels(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-03-02T20:59:59", None),
        ("2026-03-02T21:00", "2026-03-03T08:00"),
        ("2026-03-03T07:59", "2026-03-03T08:00"),
        ("2026-03-03T08:00", None),
        ("2026-03-28T22:00", "2026-03-29T08:00"),  # the clocks are put forward that night
        ("2026-10-24T22:00", "2026-10-25T08:00"),  # and back
    ],
)
def test_night_in_brussels_ends_at_eight_on_the_wall(at: str, until: str | None) -> None:
    assert quiet_until(brussels(at), [BRUSSELS], NIGHT) == (until and brussels(until))


@given(moments | changes, zones, nights)
def test_night_ends_later_and_by_day_in_any_zone_on_any_date(at: datetime, zone: ZoneInfo, quiet: QuietHours) -> None:
    until = quiet_until(at, [zone], quiet)
    if until is None:
        assert not quiet.covers(at.astimezone(zone).time())
        return
    assert quiet.covers(at.astimezone(zone).time())
    assert at < until <= at + timedelta(hours=26)
    # An end in the hour that does not exist is some minutes later on the wall.
    assert not quiet.covers(until.astimezone(zone).time())
    minute = at.astimezone(UTC)
    while minute < until:
        assert quiet.covers(minute.astimezone(zone).time()), "it was day before"
        minute += timedelta(minutes=17)


# Antarctica keeps every clock there is: it is never day by all of them.
@given(moments, st.sampled_from(sorted(set(zones_by_country()) - {"AQ"})))
def test_night_of_a_country_with_many_clocks_is_over_by_all_of_them(at: datetime, country: str) -> None:
    clocks = [ZoneInfo(name) for name in zones_of_country(country)]
    until = quiet_until(at, clocks, NIGHT)
    moment = until or at
    assert moment >= at
    assert not any(NIGHT.covers(moment.astimezone(clock).time()) for clock in clocks)


def test_night_of_clocks_that_never_agree_is_that_of_the_first() -> None:
    clocks = [BRUSSELS, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Honolulu"), ZoneInfo("Asia/Kolkata")]
    assert quiet_until(brussels("2026-03-02T22:00"), clocks, NIGHT) == brussels("2026-03-03T08:00")


@pytest.mark.parametrize(
    ("at", "expires_at", "is_awaited", "until"),
    [
        ("2026-03-02T22:00", "2026-03-04T22:00", True, "2026-03-03T08:00"),
        ("2026-03-02T22:00", "2026-03-03T06:00", True, "2026-03-03T05:00"),  # an early stall: an hour before
        ("2026-03-03T06:30", "2026-03-03T07:00", True, None),  # at once: half an hour before it begins
        ("2026-03-02T22:00", "2026-03-03T08:00", True, "2026-03-03T08:00"),  # the next reminder comes at eight
        ("2026-03-02T22:00", "2026-03-03T06:00", False, "2026-03-03T08:00"),  # news: too late then, and not sent
        ("2026-03-02T12:00", "2026-03-02T12:30", True, None),
    ],
)
def test_text_of_the_night_waits_for_the_day_or_for_the_last_hour(
    at: str, expires_at: str, is_awaited: bool, until: str | None
) -> None:
    found = hold_until(brussels(at), [BRUSSELS], NIGHT, expires_at=brussels(expires_at), is_awaited=is_awaited)
    assert found == (until and brussels(until))


@given(moments | changes, zones, st.timedeltas(timedelta(minutes=1), timedelta(days=2)), st.booleans())
def test_text_held_goes_later_and_if_awaited_while_it_is_of_use(
    at: datetime, zone: ZoneInfo, useful: timedelta, is_awaited: bool
) -> None:
    until = hold_until(at, [zone], NIGHT, expires_at=at + useful, is_awaited=is_awaited)
    if until is None:
        by_day = not NIGHT.covers(at.astimezone(zone).time())
        assert by_day or (is_awaited and useful <= LAST_CALL)
        return
    assert until > at
    if is_awaited:
        assert until <= at + useful
    if NIGHT.covers(until.astimezone(zone).time()):
        assert is_awaited
        assert until == at + useful - LAST_CALL


@pytest.mark.parametrize(
    ("text", "quiet"),
    [("21:00-08:00", NIGHT), (" 22:30 - 07:15", QuietHours(time(22, 30), time(7, 15))), ("off", None), ("OFF", None)],
)
def test_setting_is_read(text: str, quiet: QuietHours | None) -> None:
    assert read_quiet_hours(text) == quiet


@pytest.mark.parametrize("text", ["", "21", "21:00", "21:00-25:00", "night"])
def test_setting_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_quiet_hours(text)


@pytest.mark.parametrize(
    ("number", "names"),
    [
        ("+32470123456", {"Europe/Brussels"}),
        ("+351912345678", {"Europe/Lisbon", "Atlantic/Azores"}),
        ("+442079460000", {"Europe/London"}),
        ("+88212345678", {"Europe/Brussels"}),  # a satellite phone: our own
        ("nonsense", {"Europe/Brussels"}),
    ],
)
def test_clocks_of_a_number_are_its_countrys(number: str, names: set[str]) -> None:
    assert {zone.key for zone in zones_of_number(number)} >= names


@pytest.mark.parametrize(
    ("country", "zones"),
    [
        ("BE", ("Europe/Brussels",)),
        ("PT", ("Europe/Lisbon", "Atlantic/Azores")),
        ("ES", ("Europe/Madrid", "Atlantic/Canary")),
        ("DE", ("Europe/Berlin",)),  # Busingen keeps the same time
        ("IN", ("Asia/Kolkata",)),
        ("CN", ("Asia/Shanghai", "Asia/Urumqi")),
        ("XX", ()),
        ("", ()),
    ],
)
def test_country_names_each_of_its_clocks_once(country: str, zones: tuple[str, ...]) -> None:
    assert zones_of_country(country) == zones


def test_every_country_of_the_table_has_a_clock() -> None:
    assert len(zones_by_country()) > 240
    assert all(zones_of_country(country) for country in zones_by_country())
