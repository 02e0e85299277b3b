"""How this package lets go of a person (settings.SUPPORTER_ERASERS)."""

from datetime import datetime

from django.db.models import Case, Q, QuerySet, Value, When

from messaging.enums import NEVER_SENT, InboundStatus, MessageStatus
from messaging.models import DeliveryReport, InboundMessage, OutboundMessage
from people.addresses import address_index
from people.enums import Purpose
from people.erasing import forms_of
from people.models import ContactPoint, Supporter

REASON = "erased"
_IN_CALL = "erased while it was being sent"

# Tables in which a person is let go of, by this eraser or with a row it deletes.
REACHES = frozenset(
    {
        "messaging.OutboundMessage",
        "messaging.InboundMessage",
        "messaging.DeliveryReport",
    }
)


def erase(*, supporter: Supporter, at: datetime) -> dict[str, int]:
    """Empty every message to and from a person of address and words, and let nothing that waits leave.

    What waits is CANCELLED. What a worker has in hand is UNKNOWN: if it was handed over the worker writes that down,
    if it was not the worker finds it taken away; the acknowledgement says that it may be under way
    (`messaging.selectors.may_be_under_way`). That a message was sent, and when, stays as a figure.
    """
    points = list(ContactPoint.objects.filter(supporter=supporter))
    indexes = [address_index(point.channel, point.canonical) for point in points]
    ids = _ids_of_messages(supporter, points, indexes)
    rows = OutboundMessage.objects.filter(pk__in=ids)
    list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    sent = rows.update(
        status=Case(
            When(status=MessageStatus.READY, then=Value(MessageStatus.CANCELLED)),
            When(status=MessageStatus.SENDING, then=Value(MessageStatus.UNKNOWN)),
            default="status",
        ),
        # A provider's words about a failure often repeat the address.
        reason=Case(
            When(status=MessageStatus.READY, then=Value(REASON)),
            When(status=MessageStatus.SENDING, then=Value(_IN_CALL)),
            When(status__in=NEVER_SENT, then="reason"),
            default=Value(""),
        ),
        address="",
        context={},
        answer="",
        contact_point=None,
        submission=None,
    )
    DeliveryReport.objects.filter(message__in=ids).update(reason="")
    return {"messaging.OutboundMessage": sent, "messaging.InboundMessage": _forget_texts(points, indexes, at)}


def _ids_of_messages(supporter: Supporter, points: list[ContactPoint], indexes: list[str]) -> list[int]:
    """Return the ids of what was or will be sent to a person, each way of finding one by an index of its own."""
    answers = Q(purpose=Purpose.SERVICE, address_index__in=indexes)
    to_nobody = Q(contact_point__isnull=True, address_index__in=indexes)
    of_forms = Q(submission__in=list(forms_of(supporter).values_list("pk", flat=True)))
    found: set[int] = set()
    for condition in (Q(contact_point__in=points), of_forms, answers, to_nobody):
        found.update(OutboundMessage.objects.filter(condition).order_by().values_list("pk", flat=True))
    return sorted(found)


def _forget_texts(points: list[ContactPoint], indexes: list[str], at: datetime) -> int:
    texts: QuerySet[InboundMessage] = InboundMessage.objects.filter(
        Q(contact_point__in=points) | Q(address_index__in=indexes)
    )
    waiting = Q(status=InboundStatus.FOR_A_HUMAN)
    texts.filter(waiting).update(status=InboundStatus.SETTLED, settled_at=at)
    return texts.update(address="", text="", contact_point=None)
