"""Reading calendars as strictly as RFC 5545 allows."""

import re

from icalendar import Calendar

_LINE = re.compile(r"([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:\"[^\"]*\"|[^\";:,]*))*):(.*)", re.S)
_ONCE = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "SEQUENCE", "LAST-MODIFIED")


def read_strictly(octets: bytes) -> Calendar:
    """Return the calendar as the icalendar package reads it, after what it forgives was looked for."""
    assert octets.endswith(b"END:VCALENDAR\r\n")
    physical = octets.split(b"\r\n")
    for line in physical:
        assert len(line) <= 75, line  # §3.1: octets, the break aside
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line), line  # no lone break, no control
        line.decode()  # no character is cut in two
    lines = octets.decode().replace("\r\n ", "").split("\r\n")[:-1]
    open_parts: list[str] = []
    zones, entries = set(), []
    for line in lines:
        found = _LINE.fullmatch(line)
        assert found, line
        name, parameters, value = found.groups()
        if name == "BEGIN":
            open_parts.append(value)
            if value == "VEVENT":
                entries.append([])
        elif name == "END":
            assert open_parts.pop() == value
        elif open_parts[-1] == "VEVENT":
            entries[-1].append(name)
            for zone in re.findall(r";TZID=([^;:]+)", parameters):
                assert zone in zones, f"{zone} is not described"
        elif name == "TZID":
            zones.add(value)
    assert not open_parts
    assert zones or entries  # §3.6: at least one component
    for names in entries:
        assert all(names.count(name) == 1 for name in _ONCE), names
        assert len(names) == len(set(names)), names
    calendar = Calendar.from_ical(octets)
    assert not [part.errors for part in calendar.walk() if part.errors]
    assert (calendar["version"], calendar["calscale"]) == ("2.0", "GREGORIAN")
    uids = [entry["uid"] for entry in calendar.events]
    assert len(uids) == len(set(uids))
    return calendar
