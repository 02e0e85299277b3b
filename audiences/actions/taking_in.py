"""Taking people into journeys: who meets a trigger and is not on the way for that occasion."""

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

BATCH = 500
# What looks through all people, a segment, is asked no more often than this.
SEGMENT_PAUSE = timedelta(hours=1)


def take_people_in(*, at: datetime) -> int:
    """Take into every running journey whoever meets its trigger, and return how many were new.

    A catch-up query since the last sweep, with an overlap: safe to run twice, at once, and after an outage. One row per
    journey, person and occasion, by a unique key. Batches of 500, each committed by itself.
    """
    return sum(take_in(automation=each, at=at) for each in Automation.objects.running().select_related("campaign"))


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
    return Look(ground, automation.campaign_id, since, at, ZoneInfo(automation.campaign.time_zone))


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    rows = iter(entries)
    while batch := list(islice(rows, BATCH)):
        yield batch


@transaction.atomic
def _insert(
    automation: Automation, version: AutomationVersion, entries: list[Entry], ground: Ground, at: datetime
) -> int:
    """Write the rows of those the organisation knows; who is on the way for the occasion already stays as they are."""
    ids = {entry.supporter_id for entry in entries}
    known = set(Supporter.objects.filter(known_to(ground), pk__in=ids).values_list("pk", flat=True))
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
        if entry.supporter_id in known
    ]
    before = AutomationRun.objects.filter(automation=automation, supporter__in=known).count()
    insert_new_rows(AutomationRun, rows)
    return AutomationRun.objects.filter(automation=automation, supporter__in=known).count() - before
