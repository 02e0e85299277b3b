"""What one number and one organisation wrote each other: the texts received, and what went back."""

from dataclasses import dataclass
from datetime import timedelta

from messaging.models import InboundMessage, OutboundMessage
from messaging.querysets import InboundMessageQuerySet, OutboundMessageQuerySet
from people.enums import Purpose
from people.models import ContactPoint

# A text that was sent longer ago is no question any more to which an answer needs no consent.
ANSWER_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Thread:
    """One number's texts in answer to one organisation; ``organisation_id`` None: to nobody we know of."""

    channel: str
    address_index: str
    organisation_id: int | None

    def texts(self) -> InboundMessageQuerySet:
        """Return the texts received."""
        return InboundMessage.objects.filter(
            channel=self.channel, address_index=self.address_index, organisation=self.organisation_id
        )

    def sent(self, point: ContactPoint | None) -> OutboundMessageQuerySet:
        """Return what was written to the number, found by the contact point where it is somebody's."""
        rows = OutboundMessage.objects.filter(channel=self.channel, organisation=self.organisation_id)
        if point is not None:
            return rows.filter(contact_point=point)
        return rows.filter(address_index=self.address_index, purpose=Purpose.SERVICE)

    def address(self, point: ContactPoint | None) -> str:
        """Return where to answer, blank where that was forgotten: the number came once and nobody is known by it."""
        if point is not None:
            return point.canonical
        kept = self.texts().exclude(address="").order_by("-pk").values_list("address", flat=True).first()
        return (
            kept or self.sent(None).exclude(address="").order_by("-pk").values_list("address", flat=True).first() or ""
        )


def thread_of(inbound: InboundMessage) -> Thread:
    """Return the thread a text belongs to."""
    return Thread(inbound.channel, inbound.address_index, inbound.organisation_id)
