"""What every record of a phone has: an id, a moment, a clock to put right, a reason why it cannot be stored. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeGuard
from uuid import UUID

OLDEST = timedelta(days=400)
MOST_AHEAD = timedelta(days=2)
# Under two minutes the difference of the clocks is taken as the network's.
NETWORK_SECONDS = 120
# What the column holds: 68 years either way.
MOST_SKEW_SECONDS = 2**31 - 1
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")


@dataclass(frozen=True)
class Clock:
    """When the batch arrived, and how far the phone's clock was off (seconds, server minus phone)."""

    received_at: datetime
    skew_seconds: int = 0

    def put_right(self, device_at: datetime) -> datetime:
        """Return when it was by our clock. Raises OverflowError beyond the calendar."""
        if abs(self.skew_seconds) < NETWORK_SECONDS:
            return device_at
        return device_at + timedelta(seconds=self.skew_seconds)


class NeedsAttention(ValueError):
    """A record that cannot be stored as it is: the reason's stable word, and the field to mend."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


class UnreadableClock(ValueError):
    """The phone's clock says nothing we could put right."""


def read_uuid(value: Any, name: str = "id") -> UUID:
    """Return a UUID written with hyphens. Raises NeedsAttention."""
    if not isinstance(value, str) or not _UUID.match(value):
        raise NeedsAttention("unreadable", name)
    return UUID(value)


def read_moment(value: Any, name: str = "at") -> datetime:
    """Return an ISO 8601 moment with a zone, in UTC. Raises NeedsAttention."""
    if not isinstance(value, str) or len(value) > 40:
        raise NeedsAttention("unreadable", name)
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise NeedsAttention("unreadable", name)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NeedsAttention("unreadable", name) from error


def moment_text(moment: datetime) -> str:
    """Return a moment as the protocol writes it."""
    return moment.isoformat().replace("+00:00", "Z")


def clock_of(*, sent_at: datetime, received_at: datetime) -> Clock:
    """Return the clock of a batch. Raises UnreadableClock where the phone's is more than 68 years off."""
    skew = round((received_at - sent_at).total_seconds())
    if abs(skew) > MOST_SKEW_SECONDS:
        raise UnreadableClock
    return Clock(received_at, skew)


def occurred(device_at: datetime, clock: Clock) -> datetime:
    """Return when a record was by our clock. Raises NeedsAttention for what cannot be."""
    try:
        occurred_at = clock.put_right(device_at)
    except OverflowError as error:
        raise NeedsAttention("too_old", "at") from error
    if not -OLDEST <= occurred_at - clock.received_at <= MOST_AHEAD:
        raise NeedsAttention("too_old", "at")
    return occurred_at


def is_integer(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
