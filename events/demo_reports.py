"""What came of the demo's events: a report for nearly all that are over. All generated."""

import random
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from campaigns.demo_vote import SLUG
from campaigns.models import Campaign
from events.demo_texts import FOCUS_SAID, SAID
from events.enums import EventKind, EventStatus, OutcomeField, PhotoConsent
from events.models import Event, FocusNote, OutcomeReport
from events.selectors.reports import attended_counts, informed_counts

SEED = 2018
AWAITED = 3  # the latest ones, whose report nobody has written yet


@transaction.atomic
def load_demo_reports(*, at: datetime | None = None) -> list[OutcomeReport]:
    """Write the reports of all past events but the latest few; a second call adds nothing.

    Load the conversations before: people informed are those the phones counted, and by hand where no phone was used.
    """
    at = at or timezone.now()
    campaign = Campaign.objects.get(slug=SLUG)
    reports = OutcomeReport.objects.filter(event__campaign=campaign, is_generated=True)
    if not reports.exists():
        over = Event.objects.filter(campaign=campaign, is_generated=True, status=EventStatus.CLOSED, ends_at__lte=at)
        events = list(over.select_related("event_type").order_by("ends_at"))[:-AWAITED]
        _write(events, random.Random(SEED))
    return list(reports)


def _write(events: list[Event], dice: random.Random) -> None:
    pks = [event.pk for event in events]
    informed, came = informed_counts(pks), attended_counts(pks)
    OutcomeReport.objects.bulk_create(_report(event, informed[event.pk], came[event.pk], dice) for event in events)
    FocusNote.objects.bulk_create(
        FocusNote(event=event, text=text, barriers=list(barriers), position=position)
        for event in events
        if event.event_type.kind == EventKind.FOCUS_GROUP
        for position, (text, barriers) in enumerate(dice.sample(FOCUS_SAID, 3))
    )
    Event.objects.filter(pk__in=pks).update(status=EventStatus.REPORTED)


def _report(event: Event, counted: int, came: int, dice: random.Random) -> OutcomeReport:
    fields = set(event.event_type.outcome_fields)
    by_hand = came if not counted and event.event_type.kind != EventKind.TRAINING else 0
    written_at = event.ends_at + timedelta(hours=dice.uniform(1, 60))
    return OutcomeReport(
        event=event,
        informed_counted=counted,
        informed=counted or by_hand,
        informed_reason="Counted by hand: everybody who came (demo)." if by_hand else "",
        attended=came,
        pledges=dice.randint(0, 8) if OutcomeField.PLEDGES in fields else None,
        signatures=dice.randint(0, 15) if OutcomeField.SIGNATURES in fields else None,
        cost_cents=round((event.budget_cents or 5_000) * dice.uniform(0.5, 1.2)),
        said=dice.choice(SAID) if OutcomeField.SAID in fields else "",
        photo_consent=PhotoConsent.NONE if OutcomeField.PHOTOS in fields else "",
        written_by_id=event.organiser_id,
        written_at=written_at,
        changed_at=written_at,
        is_generated=True,
    )
