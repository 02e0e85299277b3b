"""How this package lets go of a person (settings.SUPPORTER_ERASERS)."""

from datetime import datetime

from people.models import Supporter
from rights.enums import WAITING, RequestKind, RequestStatus
from rights.models import RightsRequest

REACHES = frozenset({"rights.RightsRequest"})


def erase(*, supporter: Supporter, at: datetime) -> dict[str, int]:
    """Leave what a person asked as proof that it was answered: without them, and without a word of it.

    What they asked besides is settled by it. A request for erasure is settled by whoever answers it.
    """
    asked = RightsRequest.objects.filter(supporter=supporter)
    asked.filter(status__in=WAITING).exclude(kind=RequestKind.ERASURE).update(status=RequestStatus.DONE, done_at=at)
    return {"rights.RightsRequest": asked.update(supporter=None, words="", reason="", answer="")}
