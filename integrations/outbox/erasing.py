"""How the demo's outbox lets go of a person (settings.SUPPORTER_ERASERS)."""

from datetime import datetime

from integrations.outbox.models import CaughtMessage
from people.addresses import address_index
from people.canonical import UnreadableAddress, canonical_email, canonical_phone
from people.enums import Channel
from people.models import ContactPoint, Supporter

# Tables in which a person is let go of, by this eraser or with a row it deletes.
REACHES = frozenset(
    {
        "outbox.CaughtMessage",
    }
)


def erase(*, supporter: Supporter, at: datetime) -> dict[str, int]:
    """Delete what was caught on its way to a person; return how many."""
    points = ContactPoint.objects.filter(supporter=supporter)
    theirs = {address_index(point.channel, point.canonical) for point in points}
    caught = CaughtMessage.objects.values_list("pk", "channel", "address")
    ids = [pk for pk, channel, address in caught if _index(channel, address) in theirs]
    return {"outbox.CaughtMessage": CaughtMessage.objects.filter(pk__in=ids).delete()[0]}


def _index(channel: str, address: str) -> str:
    canonical = canonical_email if channel == Channel.EMAIL else canonical_phone
    try:
        return address_index(channel, canonical(address))
    except UnreadableAddress:
        return ""
