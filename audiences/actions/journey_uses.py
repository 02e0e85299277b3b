"""Which segments journeys ask, as rows: a segment somebody may still come to cannot be deleted."""

from django.db import transaction

from audiences.journey_enums import JourneyStatus, RunStatus
from audiences.journey_rules import Check, InvalidSteps, parse_steps, walk
from audiences.models import Automation, AutomationSegment, AutomationVersion, Segment


def segments_asked(automation: Automation) -> set[int]:
    """Return the segments a journey's trigger names and those of its newest version and of any somebody still walks."""
    if automation.status == JourneyStatus.ENDED:
        return set()
    named = automation.trigger.get("segment")
    asked = {named} if isinstance(named, int) else set()
    for version in walked_versions(automation):
        asked |= _segments_in(version)
    return asked


def walked_versions(automation: Automation) -> list[AutomationVersion]:
    """Return the newest version of a journey and those that people on the way keep, the newest first."""
    versions = list(automation.versions.order_by("-number")[:1])
    waiting = automation.runs.filter(status=RunStatus.WAITING).order_by().values("version")
    kept = automation.versions.filter(pk__in=waiting).exclude(pk__in=[version.pk for version in versions])
    return [*versions, *kept.order_by("-number")]


def _segments_in(version: AutomationVersion) -> set[int]:
    try:
        return {step.segment for step in walk(parse_steps(version.steps)) if isinstance(step, Check)}
    except InvalidSteps:
        return set()


@transaction.atomic
def note_segments(*, automation: Automation) -> None:
    """Write down which segments a journey asks now. Safe to repeat; a segment that is gone is left out."""
    asked = segments_asked(automation)
    automation.uses.exclude(segment__in=asked).delete()
    there = Segment.objects.filter(pk__in=asked).exclude(journey_uses__automation=automation)
    AutomationSegment.objects.bulk_create(
        [AutomationSegment(automation=automation, segment=each) for each in there.order_by("pk")],
        ignore_conflicts=True,
    )


@transaction.atomic
def forget_old_uses(*, segment: Segment) -> None:
    """Let go of a segment that only versions ask which nobody walks any more: their last person may have left since."""
    for use in segment.journey_uses.select_related("automation"):
        note_segments(automation=use.automation)
