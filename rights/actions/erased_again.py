"""Keeping the list of who was erased whole, and erasing them again when a restored backup brought them back."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.conf import settings

from core.audit import Actor
from core.health import record_heartbeat
from core.models import AuditEntry, Heartbeat
from people.models import Supporter
from rights import erased_list
from rights.actions.erasure import ERASED, erase_supporter
from rights.erased_list import Line

logger = logging.getLogger(__name__)
JOB = "job:erase_again"
# As a part that lives: there while erasures could not be written into the list.
UNWRITTEN = "erased, not written down"
# How far back the job of every few minutes looks; the nightly one looks at everything.
RECENT = timedelta(days=2)
_BATCH = 500


@dataclass(frozen=True)
class Again:
    """``erased``: people who were back and went again; ``failed``: who could not; ``unread``: lines that broke off.

    ``begun_at``: since when the list is kept; None: there is none. Without ``is_readable`` nobody was looked for.
    """

    erased: int = 0
    failed: int = 0
    unread: int = 0
    begun_at: datetime | None = None
    is_readable: bool = True


def erase_again(*, by: Actor, at: datetime) -> Again:
    """Erase everybody the list names who is in the database, and return how many there were.

    The ids are random and never given twice, so the whole list is gone through, whenever the backup was made. Who
    fails is logged by number and stops nobody else's turn. Safe to call twice. Raises OSError.
    """
    erased = failed = unread = 0
    lines = erased_list.read()
    while some := list(islice(lines, _BATCH)):
        unread += some.count(None)
        stops = {record: line.stop for line in some if line for record in line.records}
        for person in Supporter.objects.filter(public_id__in=stops).order_by("pk"):
            try:
                gone = erase_supporter(supporter=person, by=by, at=at, suppress=stops[person.public_id])
            except Exception:
                logger.exception("supporter %d was erased before and could not be erased again", person.pk)
                failed += 1
            else:
                erased += bool(gone.counts)
    return Again(erased, failed, unread, erased_list.begun_at())


def note_unwritten(*, at: datetime, since: datetime | None = None) -> int:
    """Write down the erasures the list lacks, and return how many: the process died, or the disk was full.

    While that is not possible either, it stands in the log and on the first page of the staff area (``UNWRITTEN``).
    """
    since = since or at - timedelta(days=settings.BACKUP_DAYS)
    count = 0
    try:
        erased_list.begin(at)
        known: set[bytes] | None = None
        for line in _erased(since):
            if known is None:
                known = {record.bytes for each in erased_list.read(since) if each for record in each.records}
            if line.records and line.records[0].bytes not in known:
                erased_list.append(line)
                count += 1
    except OSError:
        logger.exception("erasures could not be written into the list in %s", settings.ERASED_ROOT)
        record_heartbeat(UNWRITTEN, at=at)
        return count
    Heartbeat.objects.filter(name=UNWRITTEN).delete()
    return count


def _erased(since: datetime) -> Iterator[Line]:
    """Yield the erasures the audit trail knows. Those of before there was a list say no ids."""
    entries = AuditEntry.objects.filter(action=ERASED, at__gte=since).order_by("at")
    for at, details in entries.values_list("at", "details").iterator():
        yield Line(at, tuple(map(UUID, details.get("public_ids", []))), bool(details.get("stop", True)))
