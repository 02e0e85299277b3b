"""Mobilisers' sittings with the phone, as an organiser looks through them."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Count, Max, Min, Q, QuerySet

from outreach.actions.revocations import Session, records_of
from outreach.enums import CONVERSATIONS, Outcome, RecordType
from outreach.languages import language_name
from outreach.models import CanvassingEffort, OutreachContact, Revocation
from outreach.selectors.pace import Pace, paces
from places.models import Territory

if TYPE_CHECKING:
    from accounts.models import User

PER_PAGE = 50
_KEY = ("effort_id", "mobiliser_id", "organisation_id", "session_id")


@dataclass(frozen=True)
class SessionLine:
    """One sitting: who, for which effort, from when to when, how much, and what looks odd about it."""

    session: Session
    effort: str
    mobiliser: str
    first: datetime
    last: datetime
    records: int
    conversations: int
    revocation_id: int | None
    pace: Pace


@dataclass(frozen=True)
class SessionPage:
    lines: list[SessionLine]
    older: datetime | None


@dataclass(frozen=True)
class SessionPreview:
    """What revoking a session would take out of the figures."""

    line: SessionLine
    counting: int
    outcomes: list[tuple[str, int]]
    languages: list[tuple[str, int]]
    communes: list[tuple[str, int]]
    standing: Revocation | None


def sessions_for(user: "User", *, effort: int | None = None, before: datetime | None = None) -> SessionPage:
    """Return the newest sittings the user may revoke, the latest first; ``older`` begins the next page.

    Six queries, whatever the number of sittings.
    """
    rows = OutreachContact.objects.changeable_by(user).filter(record_type=RecordType.CONTACT, mobiliser__isnull=False)
    if effort is not None:
        rows = rows.filter(effort=effort)
    sums = _sums(rows)
    if before is not None:
        sums = sums.filter(last__lt=before)
    found: list[Any] = list(sums.order_by("-last", "session_id")[: PER_PAGE + 1])
    older = found[PER_PAGE - 1]["last"] if len(found) > PER_PAGE else None
    return SessionPage(_lines(rows, found[:PER_PAGE]), older)


def preview_session(user: "User", session: Session) -> SessionPreview | None:
    """Return what is in one sitting; None when the user may not change its records, or there is none."""
    rows = OutreachContact.objects.changeable_by(user).filter(
        effort=session.effort_id,
        mobiliser=session.mobiliser_id,
        organisation=session.organisation_id,
        session_id=session.session_id,
        record_type=RecordType.CONTACT,
    )
    found: list[Any] = list(_sums(rows))
    if not found:
        return None
    counting = records_of(session).counting()  # type: ignore[attr-defined]

    def by(column: str) -> list[tuple[Any, int]]:
        return sorted(counting.values_list(column).annotate(n=Count("pk")), key=lambda each: -each[1])

    outcomes = by("outcome")
    territories = dict(by("territory"))
    known = Territory.objects.without_outlines().filter(pk__in=[*filter(None, territories)])
    names = {each.pk: each.name for each in known}
    return SessionPreview(
        line=_lines(rows, found)[0],
        counting=sum(number for _outcome, number in outcomes),
        outcomes=[(str(Outcome(key).label), number) for key, number in outcomes],
        languages=[(language_name(key), number) for key, number in by("language")],
        communes=[(names.get(pk, ""), number) for pk, number in territories.items()],
        standing=Revocation.objects.standing()
        .filter(effort=session.effort_id, mobiliser=session.mobiliser_id, session_id=session.session_id)
        .first(),
    )


def _sums(rows: QuerySet[OutreachContact]) -> Any:
    talked = Q(outcome__in=[outcome.value for outcome in CONVERSATIONS])
    return (
        rows.order_by()
        .values(*_KEY)
        .annotate(
            first=Min("occurred_at"),
            last=Max("occurred_at"),
            records=Count("pk"),
            conversations=Count("pk", filter=talked),
            revoked_by=Max("revocation"),
        )
    )


def _lines(rows: QuerySet[OutreachContact], found: list[Any]) -> list[SessionLine]:
    people = get_user_model().objects.in_bulk({each["mobiliser_id"] for each in found})
    efforts = CanvassingEffort.objects.in_bulk({each["effort_id"] for each in found})
    shown = rows.filter(session_id__in={each["session_id"] for each in found})
    pace_of = paces(shown, "session_id") if found else {}
    return [
        SessionLine(
            session=Session(*(each[name] for name in _KEY)),
            effort=str(efforts[each["effort_id"]]),
            mobiliser=str(people[each["mobiliser_id"]]),
            first=each["first"],
            last=each["last"],
            records=each["records"],
            conversations=each["conversations"],
            revocation_id=each["revoked_by"],
            pace=pace_of.get(_as_key(each["session_id"]), Pace()),
        )
        for each in found
    ]


def _as_key(session_id: uuid.UUID) -> Any:
    """Return a session's id as the database's own driver gives it in plain SQL."""
    return session_id if connection.features.has_native_uuid_field else session_id.hex
