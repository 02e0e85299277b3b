"""How quickly records follow each other, per mobiliser or session: counted in the database, judged gently."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Func, QuerySet, Window
from django.db.models.functions import Lag
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outreach.models import OutreachContact

# A longer gap is a break, not a pace.
BREAK_SECONDS = 3600
BUCKET_SECONDS = 30
# Nobody ends one conversation and the next within five seconds.
IMPOSSIBLE_SECONDS = 5
BURST_RECORDS, BURST_SECONDS = 40, 300
USUAL_RATE = (0.10, 0.30)


class _Epoch(Func):
    """Seconds since 1970, as a whole number."""

    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(EXTRACT(EPOCH FROM %(expressions)s) AS BIGINT)")


@dataclass
class Pace:
    """The gaps between one after the other: how many of each length in half minutes, and what looks odd."""

    gaps: Counter[int] = field(default_factory=Counter)
    impossible: int = 0
    in_bursts: int = 0

    @property
    def median_minutes(self) -> float | None:
        """The usual minutes from one record to the next, to half a minute; None for fewer than two records."""
        total = sum(self.gaps.values())
        seen = 0
        for bucket in sorted(self.gaps):
            seen += self.gaps[bucket]
            if seen * 2 >= total:
                return (bucket + 1) * BUCKET_SECONDS / 60
        return None

    @property
    def signals(self) -> list[str]:
        """What an organiser may want to ask about, as sentences; nothing here proves anything."""
        found = []
        if self.in_bursts:
            found.append(
                _("%(records)s records or more within %(minutes)s minutes")
                % {"records": BURST_RECORDS, "minutes": BURST_SECONDS // 60}
            )
        if self.impossible:
            text = ngettext(
                "%(count)s record less than %(seconds)s seconds after the one before",
                "%(count)s records less than %(seconds)s seconds after the one before",
                self.impossible,
            )
            found.append(text % {"count": self.impossible, "seconds": IMPOSSIBLE_SECONDS})
        return found

    def add(self, other: "Pace") -> None:
        self.gaps.update(other.gaps)
        self.impossible += other.impossible
        self.in_bursts += other.in_bursts


def paces(rows: QuerySet[OutreachContact], key: str) -> dict[Any, Pace]:
    """Return the pace of ``rows`` by the column ``key`` (``mobiliser_id`` or ``session_id``). One query.

    Gaps are taken within a session. The database answers with at most 122 lines per key, whatever the number of rows.
    """
    if key not in {"mobiliser_id", "session_id"}:
        raise ValueError(key)
    sitting = {"partition_by": ["mobiliser_id", "session_id"], "order_by": ["moment", "pk"]}
    timed = (
        rows.order_by()
        .annotate(moment=_Epoch("occurred_at"))
        .annotate(
            moment_before=Window(Lag("moment"), **sitting),  # type: ignore[arg-type]
            moment_of_burst=Window(Lag("moment", BURST_RECORDS - 1), **sitting),  # type: ignore[arg-type]
        )
        .values(key, "moment", "moment_before", "moment_of_burst")
    )
    inner, parameters = timed.query.sql_with_params()
    gap = "(moment - moment_before)"
    sql = (
        f"SELECT {key}, CASE WHEN {gap} < {BREAK_SECONDS} THEN {gap} / {BUCKET_SECONDS} END AS bucket, "  # noqa: S608
        f"COUNT(*), SUM(CASE WHEN {gap} < {IMPOSSIBLE_SECONDS} THEN 1 ELSE 0 END), "
        f"SUM(CASE WHEN moment - moment_of_burst <= {BURST_SECONDS} THEN 1 ELSE 0 END) "
        f"FROM ({inner}) AS timed GROUP BY {key}, bucket"
    )
    found: dict[Any, Pace] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        for group, bucket, count, impossible, in_bursts in cursor.fetchall():
            pace = found.setdefault(group, Pace())
            if bucket is not None:
                pace.gaps[int(bucket)] += count
            pace.impossible += impossible
            pace.in_bursts += in_bursts
    return found


def total_pace(each: Iterable[Pace]) -> Pace:
    """Return many paces as one."""
    total = Pace()
    for pace in each:
        total.add(pace)
    return total


def judge_rate(rate: float | None) -> str:
    """Return how a contact rate stands to what is usual at doors and on the telephone, in a word or nothing."""
    if rate is None:
        return ""
    low, high = USUAL_RATE
    return _("lower than usual") if rate < low else _("higher than usual") if rate > high else _("usual")
