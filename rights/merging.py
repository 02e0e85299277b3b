"""What becomes of requests when two records of one person become one (settings.SUPPORTER_MERGERS)."""

from people.models import Supporter
from rights.enums import WAITING
from rights.models import RightsRequest


def move_requests(*, keep: Supporter, absorb: Supporter) -> None:
    """Hand the requests over; of two that wait for the same thing, the older keeps the clock and the younger stays
    with the record that was absorbed, where its own clock runs."""
    waiting = RightsRequest.objects.filter(supporter=keep, status__in=WAITING).values("kind")
    theirs = RightsRequest.objects.filter(supporter=absorb)
    theirs.exclude(status__in=WAITING, kind__in=list(waiting.values_list("kind", flat=True))).update(supporter=keep)
