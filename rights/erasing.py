"""How this package lets go of a person (settings.SUPPORTER_ERASERS)."""

from datetime import datetime

from people.models import Supporter
from rights.enums import RequestStatus
from rights.models import RightsRequest

# Tables in which a person is let go of, by this eraser or with a row it deletes.
REACHES = frozenset({"rights.RightsRequest"})
# Personal fields that speak of somebody else: whom an organisation names in its record of processing.
OF_OTHERS = frozenset(
    {
        "rights.RecordDetails.officer_name",
        "rights.RecordDetails.officer_contact",
        "rights.RecordDetails.representative",
    }
)


def erase(*, supporter: Supporter, at: datetime) -> dict[str, int]:
    """Empty what the person asked of words and cut the link; that it was asked, when and how it ended stays as proof.

    What still waited is thereby done: nothing is left to answer about, and nobody to answer.
    """
    theirs = RightsRequest.objects.filter(supporter=supporter)
    theirs.waiting().update(status=RequestStatus.DONE, done_at=at)
    count = theirs.update(supporter=None, words="", reason="", answer="")
    return {"rights.RightsRequest": count}
