"""Taking people into journeys: who meets a trigger and is not on the way for that occasion."""

import logging
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from django.db import transaction

from audiences.journey_enums import JourneyStatus, RunStatus
from audiences.models import Automation, AutomationRun, AutomationVersion
from audiences.selectors.ground import Ground, ground_of, known_to
from audiences.triggers.base import OVERLAP, Entry, Look, read_trigger
from core.batch_inserts import insert_new_rows
from people.models import Supporter

logger = logging.getLogger(__name__)

BATCH = 500
# What looks through all people, a segment, is asked no more often than this.
SEGMENT_PAUSE = timedelta(hours=1)


def take_people_in(*, at: datetime) -> int:
    """Take into every running journey whoever meets its trigger, and return how many were new.

    A catch-up query since the last sweep, with an overlap: safe to run twice, at once, and after an outage. One row per
    journey, person and occasion, by a unique key. Batches of 500, each committed by itself. A journey that cannot begin
    (its segment was broken) is logged and holds up no other; it is tried again at the next sweep.
    """
    taken = 0
    for each in Automation.objects.running().select_related("campaign"):
        try:
            taken += take_in(automation=each, at=at)
        except Exception:
            logger.exception("journey %s takes nobody in", each.pk)
    return taken


def take_in(*, automation: Automation, at: datetime) -> int:
    """Do that for one journey. Does nothing where it does not run, or where a segment was looked at lately."""
    if automation.status != JourneyStatus.RUNNING or automation.takes_in_since is None or _is_early(automation, at):
        return 0
    version = automation.versions.order_by("-number").first()
    if version is None:
        return 0
    trigger, values = read_trigger(automation.trigger)
    look = _look(automation, at)
    taken = 0
    for entries in _batches(trigger.entries(values, look)):
        taken += _insert(automation, version, entries, look.ground, at)
    Automation.objects.filter(pk=automation.pk).update(swept_at=at)
    return taken


def _is_early(automation: Automation, at: datetime) -> bool:
    is_wide = automation.trigger.get("kind") == "segment"
    return is_wide and automation.swept_at is not None and at - automation.swept_at < SEGMENT_PAUSE


def _look(automation: Automation, at: datetime) -> Look:
    began = automation.takes_in_since or at
    since = began if automation.swept_at is None else max(began, automation.swept_at - OVERLAP)
    ground = ground_of(automation.organisation_id, at)
    return Look(ground, automation.campaign_id, since, at, ZoneInfo(automation.campaign.time_zone), automation.pk)


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    rows = iter(entries)
    while batch := list(islice(rows, BATCH)):
        yield batch


@transaction.atomic
def _insert(
    automation: Automation, version: AutomationVersion, entries: list[Entry], ground: Ground, at: datetime
) -> int:
    """Write the rows of those the organisation knows and return how many were new.

    Who was taken in for the occasion before stays as they are; so does who another worker takes in at this moment.
    """
    ids = {entry.supporter_id for entry in entries}
    known = set(Supporter.objects.filter(known_to(ground), pk__any_of=ids).values_list("pk", flat=True))
    before = AutomationRun.objects.filter(automation=automation, supporter__any_of=known)
    taken = set(before.values_list("supporter_id", "occasion"))
    rows = [
        {
            "public_id": uuid.uuid4(),
            "automation_id": automation.pk,
            "version_id": version.pk,
            "supporter_id": entry.supporter_id,
            "occasion": entry.occasion,
            "status": RunStatus.WAITING,
            "position": 0,
            "anchor_at": entry.anchor_at,
            "entered_at": at,
            "next_at": at,
        }
        for entry in entries
        if entry.supporter_id in known and (entry.supporter_id, entry.occasion) not in taken
    ]
    insert_new_rows(AutomationRun, rows)
    return AutomationRun.objects.filter(public_id__in=[row["public_id"] for row in rows]).count()
