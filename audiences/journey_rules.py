"""The steps of a journey: a list read from JSON, checked whole, laid out as instructions. Pure: no database, no clock.

``{"key": "k1", "kind": "wait", "days": 1, "hours": 0, "at": "11:00"}``: so long after the step before; ``at``: not
before that hour at the campaign's place, blank for none.
``{"kind": "until", "days": 7, "side": "before", "at": "10:00"}``:
so many days before or after the date the journey turns around (a closing day, an event).
``{"kind": "send", "text": 12, "purpose": "campaign_news", "useful_hours": 24}``: a text, of use so long.
``{"kind": "check", "segment": 3, "then": [step, …], "otherwise": [step, …]}``: whoever is in a segment now.
``{"kind": "task", "title": "…", "days": 2, "owner": 5}``: something for a colleague, due in so many days.
``{"kind": "call", "url": "https://…"}``: tell another system. ``{"kind": "leave"}``: the journey ends here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.enums import Purpose

MOST_STEPS = 60
MOST_LEVELS = 4
MOST_DAYS = 366
PURPOSES = (Purpose.CAMPAIGN_NEWS, Purpose.PARTNER_NEWS, Purpose.REMINDER, Purpose.AGENDA)
_KEY = re.compile(r"[a-z0-9-]{1,20}\Z")
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z")


class InvalidSteps(ValueError):
    """Steps nobody may publish. ``key`` names the step, blank for the whole; ``field`` its field, where it is one's."""

    def __init__(self, words: str | Promise, *, key: str = "", name: str = "") -> None:
        self.words, self.key, self.name = words, key, name
        super().__init__(f"{key}.{name}: {words}")


@dataclass(frozen=True)
class Wait:
    key: str
    days: int = 0
    hours: int = 0
    at: str = ""


@dataclass(frozen=True)
class Until:
    key: str
    days: int
    side: str
    at: str


@dataclass(frozen=True)
class Send:
    key: str
    text: int
    purpose: str
    useful_hours: int


@dataclass(frozen=True)
class Check:
    key: str
    segment: int
    then: tuple["Step", ...] = ()
    otherwise: tuple["Step", ...] = ()


@dataclass(frozen=True)
class Task:
    key: str
    title: str
    days: int
    owner: int | None


@dataclass(frozen=True)
class Call:
    key: str
    url: str


@dataclass(frozen=True)
class Leave:
    key: str


Step = Wait | Until | Send | Check | Task | Call | Leave


@dataclass(frozen=True)
class Instruction:
    """A step at its place in the laid-out program: where it goes on, and where when a check says no."""

    step: Step
    following: int
    otherwise: int


@dataclass(frozen=True)
class Program:
    """All instructions of a version; a number as large as their count is the end."""

    instructions: tuple[Instruction, ...] = field(default=())

    def place_of(self, key: str) -> int | None:
        """Return where the step of that key stands, None: there is none."""
        return next((place for place, each in enumerate(self.instructions) if each.step.key == key), None)


def parse_steps(told: Any) -> tuple[Step, ...]:
    """Return the steps that ``told`` (parsed JSON) states. Raises InvalidSteps with the step and its field.

    Refused: none at all, unknown kinds, keys used twice, values missing or out of range, more than MOST_STEPS steps or
    MOST_LEVELS levels. Whether a text, a segment or a colleague exists is not asked here.
    """
    steps = _parse_list(told, 1)
    keys = [step.key for step in walk(steps)]
    if not keys:
        raise InvalidSteps(_("A journey needs a step at least."))
    if len(keys) > MOST_STEPS:
        raise InvalidSteps(_("This journey is too long: part it in two."))
    for key in keys:
        if keys.count(key) > 1:
            raise InvalidSteps(_("Two steps have the same key."), key=key)
    return steps


def walk(steps: Sequence[Step]) -> Iterator[Step]:
    """Return every step, those inside checks after their check."""
    for step in steps:
        yield step
        if isinstance(step, Check):
            yield from walk(step.then)
            yield from walk(step.otherwise)


def lay_out(steps: Sequence[Step]) -> Program:
    """Return the steps one after the other, with where each goes on; places only grow, so nothing is done twice."""
    found: list[Instruction] = []
    _lay(steps, found)
    return Program(tuple(found))


def _lay(steps: Sequence[Step], found: list[Instruction]) -> None:
    for step in steps:
        place = len(found)
        found.append(Instruction(step, place + 1, place + 1))
        if isinstance(step, Check):
            _lay(step.then, found)
            after_then = len(found)
            _lay(step.otherwise, found)
            found[place] = Instruction(step, place + 1, after_then)
            _lead_out(found, range(place + 1, after_then), after_then, len(found))


def _lead_out(found: list[Instruction], places: range, was: int, becomes: int) -> None:
    """Whatever of the first branch went on where the second begins goes on behind it."""
    for place in places:
        each = found[place]
        following = becomes if each.following == was else each.following
        otherwise = becomes if each.otherwise == was else each.otherwise
        found[place] = Instruction(each.step, following, otherwise)


def wait_ends(step: Wait, *, since: datetime, zone: ZoneInfo) -> datetime:
    """Return when a wait begun at ``since`` is over.

    With an hour it is the first time that clocks at the place show it once the days and hours have passed; an hour
    that summer time skips is the one after it.
    """
    earliest = (since.astimezone(zone) + timedelta(days=step.days)).astimezone(UTC) + timedelta(hours=step.hours)
    if not step.at:
        return earliest
    # Whole days are counted from the day before: "1 day, at 11:00" is tomorrow at 11:00, whatever the hour now.
    day = earliest.astimezone(zone).date()
    floor = since if step.days else earliest
    moment = at_place(day, step.at, zone)
    return moment if moment > floor else at_place(day + timedelta(days=1), step.at, zone)


def until_ends(step: Until, *, anchor: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment a step waits for, so many days before or after the day of ``anchor`` at its place."""
    days = timedelta(days=step.days if step.side == "after" else -step.days)
    return at_place(anchor.astimezone(zone).date() + days, step.at, zone)


def at_place(day: date, hour: str, zone: ZoneInfo) -> datetime:
    """Return the moment (UTC) clocks show ``hour`` (HH:MM) on a day; of an hour that comes twice the first one."""
    return datetime.combine(day, time.fromisoformat(hour), tzinfo=zone).astimezone(UTC)


def _parse_list(told: Any, level: int) -> tuple[Step, ...]:
    if not isinstance(told, list):
        raise InvalidSteps(_("These are no steps."))
    if level > MOST_LEVELS:
        raise InvalidSteps(_("These checks are nested too deeply."))
    return tuple(_parse(each, level) for each in told)


def _parse(told: Any, level: int) -> Step:
    if not isinstance(told, dict) or not isinstance(told.get("key"), str) or not _KEY.match(told["key"]):
        raise InvalidSteps(_("This is not a step."))
    read = _READERS.get(told.get("kind"))  # type: ignore[arg-type]
    if read is None:
        raise InvalidSteps(_("This kind of step is not known."), key=told["key"])
    return read(_Reader(told), level)


class _Reader:
    """One step's fields, each read with its bounds."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told, self.key = told, told["key"]

    def refuse(self, words: str | Promise, name: str) -> InvalidSteps:
        return InvalidSteps(words, key=self.key, name=name)

    def number(self, name: str, least: int, most: int) -> int:
        value = self.told.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.refuse(
                _("Write a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}, name
            )
        return value

    def row(self, name: str) -> int:
        value = self.told.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.refuse(_("Something has to be chosen here."), name)
        return value

    def hour(self, *, is_required: bool) -> str:
        value = self.told.get("at") or ""
        if not isinstance(value, str) or (value and not _HOUR.match(value)) or (is_required and not value):
            raise self.refuse(_("Write the hour like 11:00."), "at")
        return value

    def words(self, name: str, most: int) -> str:
        value = self.told.get(name)
        text = " ".join(value.split()) if isinstance(value, str) else ""
        if not text or len(text) > most:
            raise self.refuse(_("Write something, in %(most)s characters at most.") % {"most": most}, name)
        return text

    def choice(self, name: str, choices: Sequence[str]) -> str:
        value = self.told.get(name)
        if value not in choices:
            raise self.refuse(_("Something has to be chosen here."), name)
        return str(value)


def _wait(reader: _Reader, _level: int) -> Step:
    step = Wait(
        reader.key, reader.number("days", 0, MOST_DAYS), reader.number("hours", 0, 72), reader.hour(is_required=False)
    )
    if not (step.days or step.hours or step.at):
        raise reader.refuse(_("Say how long."), "days")
    return step


def _until(reader: _Reader, _level: int) -> Step:
    side = reader.choice("side", ("before", "after"))
    return Until(reader.key, reader.number("days", 0, MOST_DAYS), side, reader.hour(is_required=True))


def _send(reader: _Reader, _level: int) -> Step:
    purpose = reader.choice("purpose", [each.value for each in PURPOSES])
    return Send(reader.key, reader.row("text"), purpose, reader.number("useful_hours", 1, 24 * 14))


def _check(reader: _Reader, level: int) -> Step:
    then, otherwise = (_parse_list(reader.told.get(name, []), level + 1) for name in ("then", "otherwise"))
    return Check(reader.key, reader.row("segment"), then, otherwise)


def _task(reader: _Reader, _level: int) -> Step:
    owner = reader.row("owner") if reader.told.get("owner") is not None else None
    return Task(reader.key, reader.words("title", 200), reader.number("days", 0, MOST_DAYS), owner)


def _call(reader: _Reader, _level: int) -> Step:
    url = reader.words("url", 300)
    if not re.match(r"https://[A-Za-z0-9.-]+(:\d+)?(/\S*)?\Z", url):
        raise reader.refuse(_("Write an address that begins with https://"), "url")
    return Call(reader.key, url)


def _leave(reader: _Reader, _level: int) -> Step:
    return Leave(reader.key)


_READERS = {
    "wait": _wait,
    "until": _until,
    "send": _send,
    "check": _check,
    "task": _task,
    "call": _call,
    "leave": _leave,
}
