"""Taking records from phones: each once, whatever is repeated, reordered or sent by two phones at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction

from core import audit
from core.batch_inserts import insert_new_rows
from outreach.actions.chains import put_chains_right
from outreach.actions.identities import stop_superseded
from outreach.actions.revocations import apply_revocations
from outreach.models import ContactIdentity, OutreachContact
from outreach.record_parts import Clock, NeedsAttention, clock_of, read_uuid
from outreach.records import Record, parse_record
from outreach.selectors.efforts import efforts_of, rules_of, volunteers_of
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from accounts.models import User

MOST_RECORDS = 1_000
ACCEPTED, DUPLICATE, NEEDS_ATTENTION = "accepted", "duplicate", "needs_attention"
# An id that is none is given back so that the phone recognises its record, but not a whole page of it.
LONGEST_ECHO = 64


class TooMany(ValueError):
    """More records than one batch may hold."""


@dataclass(frozen=True)
class Answer:
    """What became of one record. ``id`` as the phone wrote it, None where it wrote none."""

    id: str | None
    status: str
    reason: str = ""
    field: str = ""


@dataclass
class _Judged:
    """One record on its way: as read, or why not."""

    echo: str | None
    client_id: UUID | None
    record: Record | None = None
    reason: str = ""
    field: str = ""

    def refused(self, reason: str, field: str = "") -> Answer:
        return Answer(self.echo, NEEDS_ATTENTION, reason, field)


@transaction.atomic
def receive_records(*, user: "User", device: UUID, sent_at: datetime, records: list[Any], at: datetime) -> list[Answer]:
    """Store what one phone sends for the user signed in, and answer each record by itself, in order.

    Set-based: the statements do not grow with the batch. A record known already is a duplicate and changes nothing,
    another person's id is ``not_yours``; nothing of a record that needs attention is stored. Any repetition, order or
    splitting of the same records leaves the same rows, because a chain's last word is worked out from the chain alone
    and one mobiliser's batches are taken one after the other (the user's row is locked; SQLite has one writer anyway).
    Of a partner that left, what was recorded before is taken for some days more (``partner_left`` for the rest).
    Raises NotAMobiliser, TooMany, UnreadableClock.
    """
    if len(records) > MOST_RECORDS:
        raise TooMany
    clock = clock_of(sent_at=sent_at, received_at=at)
    judged = _judge(user, records, clock)
    get_user_model().objects.select_for_update(no_key=True).order_by().filter(pk=user.pk).values_list("pk").first()
    owners = _owners(each.client_id for each in judged if each.client_id)
    fresh = _fresh(judged, owners)
    rows = sorted(fresh.values(), key=lambda record: record.client_id.int)
    insert_new_rows(OutreachContact, [_row(record, user, device, clock) for record in rows])
    chains = put_chains_right(mobiliser=user, roots={record.root_id for record in rows}) if rows else {}
    stored = {link.client_id: link.pk for chain in chains.values() for link in chain}
    mine = [record for record in rows if record.client_id in stored]
    people = [_identity(record, stored[record.client_id]) for record in mine if record.person]
    insert_new_rows(ContactIdentity, people)
    grown = {root: chain for root, chain in chains.items() if len(chain) > 1}
    if grown:  # after the new identities: who is in force hangs on them
        stop_superseded(mobiliser=user, chains=grown, at=at)
    if mine:
        apply_revocations({record.root_id for record in mine})
        _note_activity(user, mine, device, at)
    return _answers(user, judged, owners, stored)


def _judge(user: "User", records: list[Any], clock: Clock) -> list[_Judged]:
    own = efforts_of(user, volunteers_of(user, clock.received_at))
    named = [raw for raw in records if isinstance(raw, dict)]
    wanted = {value for raw in named if isinstance(value := raw.get("effort"), int)}
    rules = rules_of(user, own, wanted=wanted, names_shifts=_names(named, "shift"), names_events=_names(named, "event"))
    return [_judge_one(raw, rules, clock) for raw in records]


def _names(records: list[dict[str, Any]], part: str) -> bool:
    return any(raw.get(part) is not None for raw in records)


def _judge_one(raw: Any, rules: Any, clock: Clock) -> _Judged:
    value = raw.get("id") if isinstance(raw, dict) else None
    echo = value if isinstance(value, str) and len(value) <= LONGEST_ECHO else None
    try:
        client_id = read_uuid(value)
    except NeedsAttention as error:
        return _Judged(echo, None, reason=error.reason, field=error.field)
    try:
        return _Judged(echo, client_id, parse_record(raw, rules, clock))
    except NeedsAttention as error:
        return _Judged(echo, client_id, reason=error.reason, field=error.field)


def _owners(ids: Iterable[UUID]) -> dict[UUID, int | None]:
    """Return whose the known ones among ``ids`` are."""
    rows = OutreachContact.objects.filter(client_id__in=set(ids)).order_by()
    return dict(rows.values_list("client_id", "mobiliser_id"))


def _fresh(judged: list[_Judged], owners: dict[UUID, int | None]) -> dict[UUID, Record]:
    """Return the readable records nobody has sent before, the first of each id."""
    fresh: dict[UUID, Record] = {}
    for each in judged:
        if each.record is not None and each.record.client_id not in owners:
            fresh.setdefault(each.record.client_id, each.record)
    return fresh


def _row(record: Record, user: "User", device: UUID, clock: Clock) -> dict[str, Any]:
    return {
        "client_id": record.client_id,
        "root_id": record.root_id,
        "record_type": record.record_type,
        "effort_id": record.rules.effort_id,
        "mobiliser_id": user.pk,
        "organisation_id": record.rules.organisation_id,
        "team_id": record.rules.team_id,
        "outcome": record.outcome,
        "language": record.language,
        "territory_id": record.territory_id,
        "area_id": record.area_id,
        "shift_id": record.shift_id,
        "event_id": record.event_id,
        "barriers": record.barriers,
        "script_version_id": record.script_version_id,
        "answers": record.answers,
        "session_id": record.session_id,
        "device_id": device,
        "device_at": record.device_at,
        "clock_skew_seconds": clock.skew_seconds,
        "occurred_at": record.occurred_at,
        "received_at": clock.received_at,
    }


def _identity(record: Record, contact_id: int) -> dict[str, Any]:
    person = record.person
    if person is None:
        raise ValueError("this record came without a person")
    return {
        "contact_id": contact_id,
        "full_name": person.full_name,
        "email": person.email,
        "phone": person.phone,
        "language": person.language or record.language,
        "consents": person.consents,
    }


def _note_activity(user: "User", records: list[Record], device: UUID, at: datetime) -> None:
    organisations = {record.rules.organisation_id for record in records}
    Volunteer.objects.working().filter(user=user, organisation__in=organisations).update(last_touch_at=at)
    audit.record("outreach.records.received", by=user, target=f"device:{device}", count=len(records))


def _answers(
    user: "User", judged: list[_Judged], owners: dict[UUID, int | None], stored: dict[UUID, int]
) -> list[Answer]:
    """Return what became of each record, in order; the second of two with one id is a duplicate of the first."""
    answers: list[Answer] = []
    answered: set[UUID] = set()
    for each in judged:
        known = each.client_id
        if known in owners and known is not None:
            is_own = owners[known] == user.pk
            answers.append(Answer(each.echo, DUPLICATE) if is_own else each.refused("not_yours"))
        elif known is None or each.record is None:
            answers.append(each.refused(each.reason, each.field))
        elif known not in stored:  # another person's phone was quicker with the very same id
            answers.append(each.refused("not_yours"))
        else:
            answers.append(Answer(each.echo, DUPLICATE if known in answered else ACCEPTED))
            answered.add(known)
    return answers
