"""What becomes of requests when two records of one person become one (settings.SUPPORTER_MERGERS)."""

from core import audit
from people.models import Supporter
from rights.models import RightsRequest


def move_requests(*, keep: Supporter, absorb: Supporter) -> None:
    """Hand the requests over; of two that wait for the same thing, the older keeps its clock and takes the words and
    the organisations of the younger."""
    waiting = {each.kind: each for each in RightsRequest.objects.filter(supporter=keep).waiting()}
    for theirs in RightsRequest.objects.filter(supporter=absorb).waiting():
        ours = waiting.get(theirs.kind)
        if ours is not None:
            older, younger = sorted((ours, theirs), key=lambda each: (each.received_at, each.pk))
            _join(older, younger)
    RightsRequest.objects.filter(supporter=absorb).update(supporter=keep)


def _join(older: RightsRequest, younger: RightsRequest) -> None:
    most = RightsRequest._meta.get_field("words").max_length or 0
    said = [older.words, *([younger.words] if younger.words not in older.words else [])]
    older.words = "\n\n".join(words for words in said if words)[:most]
    older.save(update_fields=["words"])
    older.organisations.add(*younger.organisations.all())
    audit.record("rights.request.joined", target=older, request=younger.pk)
    younger.delete()
