"""One record of a phone, read and judged. Pure: no database and no clock; the rules come as a frozen snapshot.

The shape and the reasons are those of docs/phone-protocol.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from outreach.enums import ConsentGiven, Outcome, RecordType
from outreach.record_parts import Clock, NeedsAttention, is_integer, occurred, read_moment, read_uuid
from people.canonical import UnreadableAddress, canonical_email, canonical_phone
from people.enums import Channel

# An effort's end does not forbid mending what was recorded before it; as long as the phone lists its own records.
MENDED_FOR = timedelta(days=7)
# How long before and after an event its conversations may have been.
AROUND_EVENT = timedelta(hours=6)
LONGEST_NAME = 150
LONGEST_EMAIL = 254
LONGEST_PHONE = 40
LONGEST_ANSWER = 500
MOST_BARRIERS = 20
MOST_CONSENTS = 50
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})?\Z")
# No database takes a half character, PostgreSQL no NUL; other controls are nobody's words.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TYPES = frozenset(RecordType.values)
_OUTCOMES = frozenset(Outcome.values)
_GIVEN = frozenset(ConsentGiven.values)


@dataclass(frozen=True)
class ScriptRules:
    """One version of a script: its id, and per question the options' keys (None: an answer in own words)."""

    version_id: int
    questions: Mapping[str, frozenset[str] | None]


@dataclass(frozen=True)
class EffortRules:
    """What one mobiliser may record in one effort, as it stood when the batch arrived.

    ``opens_at`` and ``closes_at`` are moments (the second one excluded), None: no limit. ``certified``: the spans in
    which a certificate that is asked was in force, the end excluded; None: none is asked. ``left_at``: when the
    mobiliser's organisation left the campaign. ``events``: those that may be named, with start and end. ``consents``:
    the ids of the wordings that may have been read out, with their channel.
    """

    effort_id: int
    organisation_id: int
    team_id: int | None = None
    is_open: bool = True
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    certified: tuple[tuple[datetime, datetime | None], ...] | None = None
    left_at: datetime | None = None
    has_agreed: bool = True
    asks_identity: bool = True
    country: str = ""
    communes: Mapping[str, int] = field(default_factory=dict)
    areas: frozenset[int] = frozenset()
    shifts: frozenset[int] = frozenset()
    events: Mapping[int, tuple[datetime, datetime]] = field(default_factory=dict)
    barriers: frozenset[str] = frozenset()
    scripts: Mapping[int, ScriptRules] = field(default_factory=dict)
    consents: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Person:
    """Who somebody said to be, and the choices made; ``consents`` as `ContactIdentity.consents` holds them."""

    full_name: str
    email: str
    phone: str
    language: str
    consents: list[dict[str, Any]]


@dataclass(frozen=True)
class Record:
    """One record that may be stored as it is."""

    client_id: UUID
    root_id: UUID
    record_type: str
    session_id: UUID
    device_at: datetime
    occurred_at: datetime
    rules: EffortRules
    outcome: str = ""
    language: str = ""
    territory_id: int | None = None
    area_id: int | None = None
    shift_id: int | None = None
    event_id: int | None = None
    barriers: list[str] = field(default_factory=list)
    script_version_id: int | None = None
    answers: dict[str, str] = field(default_factory=dict)
    person: Person | None = None


def parse_record(raw: Any, rules: Mapping[int, EffortRules], clock: Clock) -> Record:
    """Return a record of one phone, or raise NeedsAttention with the reason and the field.

    ``raw`` is anything JSON can say. ``rules`` holds the efforts the mobiliser works for, by id. An undo needs no more
    than its frame; what else it carries is left out. A person is taken from contacts and corrections only.
    """
    if not isinstance(raw, dict):
        raise NeedsAttention("unreadable")
    client_id = read_uuid(raw.get("id"))
    root_id = read_uuid(raw.get("root"), "root")
    record_type = raw.get("type")
    if not isinstance(record_type, str) or record_type not in _TYPES:
        raise NeedsAttention("unreadable", "type")
    if (client_id == root_id) != (record_type == RecordType.CONTACT):
        raise NeedsAttention("root_mismatch", "root")
    session_id = read_uuid(raw.get("session"), "session")
    device_at = read_moment(raw.get("at"))
    occurred_at = occurred(device_at, clock)
    effort = _effort(raw.get("effort"), rules)
    frame = (client_id, root_id, record_type, session_id, device_at, occurred_at, effort)
    _refuse_after_leaving(effort, record_type, occurred_at)
    _refuse_unless_open(effort, record_type, occurred_at)
    if record_type == RecordType.UNDO:
        return Record(*frame)
    _refuse_unless_certified(effort, occurred_at)
    version_id, answers = _answers(raw, effort)
    return Record(
        *frame,
        outcome=_outcome(raw.get("outcome")),
        language=_language(raw.get("language"), "language"),
        territory_id=_commune(raw.get("commune"), effort),
        area_id=_known_id(raw.get("area"), effort.areas, "area"),
        shift_id=_known_id(raw.get("shift"), effort.shifts, "shift"),
        event_id=_event(raw.get("event"), effort, record_type, occurred_at),
        barriers=_barriers(raw.get("barriers"), effort),
        script_version_id=version_id,
        answers=answers,
        person=_person(raw.get("person"), effort),
    )


def _effort(value: Any, rules: Mapping[int, EffortRules]) -> EffortRules:
    if not is_integer(value):
        raise NeedsAttention("unreadable", "effort")
    effort = rules.get(value)
    if effort is None:
        raise NeedsAttention("unknown_effort", "effort")
    return effort


def _refuse_after_leaving(effort: EffortRules, record_type: str, occurred_at: datetime) -> None:
    """Of a partner that left only what was recorded before is taken, and what takes something back."""
    if effort.left_at is not None and occurred_at > effort.left_at and record_type != RecordType.UNDO:
        raise NeedsAttention("partner_left", "effort")


def _refuse_unless_open(effort: EffortRules, record_type: str, occurred_at: datetime) -> None:
    """A contact needs an open effort; what mends one may come a week later, an undo always."""
    if record_type == RecordType.UNDO:
        return
    grace = MENDED_FOR if record_type == RecordType.CORRECTION else timedelta(0)
    is_over = effort.closes_at is not None and occurred_at >= effort.closes_at + grace
    is_early = effort.opens_at is not None and occurred_at < effort.opens_at
    if not effort.is_open or is_over or is_early:
        raise NeedsAttention("effort_closed", "effort")


def _refuse_unless_certified(effort: EffortRules, occurred_at: datetime) -> None:
    if effort.certified is None:
        return
    if not any(since <= occurred_at and (until is None or occurred_at < until) for since, until in effort.certified):
        raise NeedsAttention("certificate_missing", "effort")


def _outcome(value: Any) -> str:
    if not isinstance(value, str):
        raise NeedsAttention("unreadable", "outcome")
    if value not in _OUTCOMES:
        raise NeedsAttention("unknown_outcome", "outcome")
    return value


def _language(value: Any, name: str) -> str:
    if value is None or value == "":
        return ""
    if not isinstance(value, str):
        raise NeedsAttention("unreadable", name)
    if len(value) > 12 or not _LANGUAGE.match(value):
        raise NeedsAttention("unknown_language", name)
    return value


def _commune(value: Any, effort: EffortRules) -> int | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise NeedsAttention("unreadable", "commune")
    if value not in effort.communes:
        raise NeedsAttention("unknown_commune", "commune")
    return effort.communes[value]


def _known_id(value: Any, known: frozenset[int], name: str) -> int | None:
    """Return the id if it is known: an area or a shift that was deleted meanwhile does not hold a record up."""
    if value is None:
        return None
    if not is_integer(value):
        raise NeedsAttention("unreadable", name)
    return value if value in known else None


def _event(value: Any, effort: EffortRules, record_type: str, occurred_at: datetime) -> int | None:
    """Return the event of a record that was made around it; any other does not hold the record up.

    What mends a contact may come a week later: the contact's own time was looked at when it came.
    """
    known = _known_id(value, frozenset(effort.events), "event")
    if known is None:
        return None
    starts_at, ends_at = effort.events[known]
    grace = MENDED_FOR if record_type == RecordType.CORRECTION else timedelta(0)
    return known if starts_at - AROUND_EVENT <= occurred_at <= ends_at + AROUND_EVENT + grace else None


def _barriers(value: Any, effort: EffortRules) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MOST_BARRIERS or not all(isinstance(key, str) for key in value):
        raise NeedsAttention("unreadable", "barriers")
    keys = set(value)
    if not keys <= effort.barriers:
        raise NeedsAttention("unknown_barrier", "barriers")
    return sorted(keys)


def _answers(raw: dict[str, Any], effort: EffortRules) -> tuple[int | None, dict[str, str]]:
    number, answers = raw.get("script"), raw.get("answers")
    if answers is not None and not isinstance(answers, dict):
        raise NeedsAttention("unreadable", "answers")
    if number is None:
        if answers:
            raise NeedsAttention("unknown_script", "script")
        return None, {}
    if not is_integer(number):
        raise NeedsAttention("unreadable", "script")
    script = effort.scripts.get(number)
    if script is None:
        raise NeedsAttention("unknown_script", "script")
    return script.version_id, {key: _answer(key, value, script) for key, value in (answers or {}).items()}


def _answer(key: str, value: Any, script: ScriptRules) -> str:
    if key not in script.questions:
        raise NeedsAttention("unknown_script", "answers")
    options = script.questions[key]
    text = _words(value, LONGEST_ANSWER, "answers")
    if options is not None and text not in options:
        raise NeedsAttention("unknown_script", "answers")
    return text


def _words(value: Any, longest: int, name: str) -> str:
    """Return what somebody typed, trimmed. Raises NeedsAttention for what no database could hold."""
    if value is None:
        return ""
    if not isinstance(value, str) or _UNWRITABLE.search(value):
        raise NeedsAttention("unreadable", name)
    text = value.strip()
    if len(text) > longest:
        raise NeedsAttention("text_too_long", name)
    return text


def _person(value: Any, effort: EffortRules) -> Person | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise NeedsAttention("unreadable", "person")
    full_name = " ".join(_words(value.get("name"), LONGEST_NAME, "person.name").split())
    email = _words(value.get("email"), LONGEST_EMAIL, "person.email")
    phone = _words(value.get("phone"), LONGEST_PHONE, "person.phone")
    language = _language(value.get("language"), "person.language")
    consents = _consents(value.get("consents"), effort)
    if not (full_name or email or phone):
        return None
    if not effort.asks_identity:
        raise NeedsAttention("person_not_asked", "person")
    if not effort.has_agreed:
        raise NeedsAttention("agreement_missing", "person")
    if not (email or phone):
        raise NeedsAttention("contact_missing", "person.phone")
    _refuse_unreadable(email, phone, effort.country)
    reached = {Channel.EMAIL.value: email, Channel.SMS.value: phone}
    if not any(choice["granted"] and reached[effort.consents[choice["text"]]] for choice in consents):
        raise NeedsAttention("consent_missing", "person.consents")
    return Person(full_name, email, phone, language, consents)


def _refuse_unreadable(email: str, phone: str, country: str) -> None:
    try:
        if email:
            canonical_email(email)
    except UnreadableAddress as error:
        raise NeedsAttention("email_unreadable", "person.email") from error
    try:
        if phone:
            canonical_phone(phone, country)
    except UnreadableAddress as error:
        raise NeedsAttention("phone_unreadable", "person.phone") from error


def _consents(value: Any, effort: EffortRules) -> list[dict[str, Any]]:
    """Return the choices, one per wording, in the order of the wordings."""
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MOST_CONSENTS:
        raise NeedsAttention("unreadable", "person.consents")
    chosen: dict[int, dict[str, Any]] = {}
    for choice in value:
        if not isinstance(choice, dict) or not isinstance(choice.get("granted"), bool):
            raise NeedsAttention("unreadable", "person.consents")
        text, given = choice.get("text"), choice.get("given", ConsentGiven.SHOWN.value)
        if not is_integer(text) or not isinstance(given, str) or given not in _GIVEN:
            raise NeedsAttention("unreadable", "person.consents")
        if text not in effort.consents:
            raise NeedsAttention("consent_unknown", "person.consents")
        chosen[text] = {"text": text, "granted": choice["granted"], "given": given}
    return [chosen[text] for text in sorted(chosen)]
