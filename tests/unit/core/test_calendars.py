"""Drawing calendars: any text, any zone, both sides of a clock change."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendars import CalendarEntry, draw_calendar, draw_entry, escape, fold
from tests.calendars import read_strictly

BRUSSELS = ZoneInfo("Europe/Brussels")
NOON = datetime(2026, 5, 2, 12, tzinfo=UTC)


def entry(**told: Any) -> CalendarEntry:
    starts_at = told.pop("starts_at", NOON)
    defaults = {"uid": "a@b", "zone": BRUSSELS, "changed_at": NOON, "summary": "Come"}
    return CalendarEntry(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), **{**defaults, **told})


def calendar_of(*entries: CalendarEntry, name: str = "Events") -> Any:
    days = [each.starts_at.date() for each in entries]
    return read_strictly(
        draw_calendar(
            name=name,
            product="tests",
            zone=BRUSSELS,
            drawn=[draw_entry(each) for each in entries],
            zones={each.zone for each in entries},
            first=min(days, default=NOON.date()),
            last=max(days, default=NOON.date()),
        )
    )


def readable(text: str) -> str:
    """Return what may be left of a text: everything but controls, line ends as one."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in plain if each in "\n\t" or not (ord(each) < 32 or 0x7F <= ord(each) <= 0x9F))


ODD = '\n\r\t\0\x1b\\;,:"é🎪\u200d👧ع\u05d0\u202e\u2028'
weird = st.text(alphabet=st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(ODD)))


@given(title=weird, place=weird, words=weird)
def test_any_text_is_read_back_as_it_was(title: str, place: str, words: str) -> None:
    found = calendar_of(entry(summary=title, location=place, description=words, categories=(title, "b,c")), name=title)
    (event,) = found.events
    assert str(event["summary"]) == readable(title)
    assert str(event.get("location", "")) == readable(place)
    assert str(event.get("description", "")) == readable(words)
    assert str(found["x-wr-calname"]) == escape(title)  # not read as text, but kept on one line


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a,b;c\\d", "a\\,b\\;c\\\\d"),
        ("a\r\nb\rc\nd", "a\\nb\\nc\\nd"),
        ("nul\0bell\a", "nulbell"),
        ("BEGIN:VEVENT\nEND:VEVENT", "BEGIN:VEVENT\\nEND:VEVENT"),
        ("lone \ud800", "lone "),
    ],
)
def test_text_is_escaped(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@pytest.mark.parametrize("line", ["a" * 75, "a" * 76, "é" * 200, "🎪" * 90, "a" + "ع" * 149, "a" * 149, "a" * 150])
def test_long_line_is_folded_between_characters(line: str) -> None:
    pieces = fold(line).split(b"\r\n")
    assert all(len(piece) <= 75 for piece in pieces)
    assert all(piece.startswith(b" ") for piece in pieces[1:])
    assert pieces[0].decode() + "".join(piece[1:].decode() for piece in pieces[1:]) == line
    assert (len(pieces) == 1) == (len(line.encode()) <= 75)


@pytest.mark.parametrize(
    ("starts_at", "zone", "written"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "Europe/Brussels", "DTSTART;TZID=Europe/Brussels:20260329T013000"),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "Europe/Brussels", "DTSTART;TZID=Europe/Brussels:20260329T033000"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/Brussels", "DTSTART;TZID=Europe/Brussels:20261025T023000"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/Brussels", "DTSTART:20261025T013000Z"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "UTC", "DTSTART:20261025T013000Z"),
        (datetime(2026, 7, 1, 1, 30, tzinfo=UTC), "Asia/Kathmandu", "DTSTART;TZID=Asia/Kathmandu:20260701T071500"),
        (datetime(2026, 1, 1, 1, 30, tzinfo=UTC), "America/St_Johns", "DTSTART;TZID=America/St_Johns:20251231T220000"),
    ],
)
def test_time_is_told_so_that_it_means_that_moment(starts_at: datetime, zone: str, written: str) -> None:
    told = entry(starts_at=starts_at, zone=ZoneInfo(zone))
    assert f"\r\n{written}\r\n".encode() in draw_entry(told)
    assert calendar_of(told).events[0].start.astimezone(UTC) == starts_at


def test_zone_is_described_by_the_clock_before_each_change() -> None:
    text = draw_calendar(
        name="x", product="x", zone=BRUSSELS, drawn=[], first=date(2026, 5, 1), last=date(2026, 5, 1)
    ).decode()
    summer = "DTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\n"
    winter = "DTSTART:20261025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nTZNAME:CET\r\n"
    assert f"BEGIN:DAYLIGHT\r\n{summer}END:DAYLIGHT\r\n" in text
    assert f"BEGIN:STANDARD\r\n{winter}END:STANDARD\r\n" in text
    assert text.count("BEGIN:DAYLIGHT") == 3  # the years around are described too
    read_strictly(text.encode())


def test_zones_of_several_entries_are_each_described_once() -> None:
    lisbon = ZoneInfo("Europe/Lisbon")
    found = calendar_of(
        entry(), entry(uid="b", zone=lisbon), entry(uid="c", zone=lisbon), entry(uid="d", zone=ZoneInfo("UTC"))
    )
    assert sorted(str(zone["tzid"]) for zone in found.timezones) == ["Europe/Brussels", "Europe/Lisbon"]


def test_same_rows_make_the_same_octets() -> None:
    assert draw_entry(entry()) == draw_entry(entry())
    assert b"DTSTAMP:20260502T120000Z\r\nLAST-MODIFIED:20260502T120000Z" in draw_entry(entry())
