"""How the variants of a broadcast did: how many of those who got one did what they were asked."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from audiences.comparison import Arm, Verdict, judge
from audiences.models import Broadcast, BroadcastRecipient
from campaigns.models import Signature
from events.enums import RsvpStatus
from events.models import Rsvp
from messaging.enums import MessageStatus

ARRIVED = (MessageStatus.SENT, MessageStatus.DELIVERED)


def arms_of(broadcast: Broadcast) -> list[Arm]:
    """Return each variant with how many were sent it by lot and how many of these acted.

    Acting is what can be proved: a signature that counts or a proved RSVP of that very person, made since sending began
    through a link of that very variant. What somebody does whom they forwarded it to is theirs, and not counted here.
    """
    rows = _compared(broadcast).order_by().values_list("variant__label")
    counted = rows.annotate(sent=Count("pk"), acted=Count("pk", filter=Q(has_acted=True)))
    found: dict[str, tuple[int, int]] = {label: (sent, acted) for label, sent, acted in counted}
    labels = broadcast.variants.order_by("label").values_list("label", flat=True)
    return [Arm(label, *found.get(label, (0, 0))) for label in labels]


def verdict_of(broadcast: Broadcast) -> Verdict:
    return judge(arms_of(broadcast))


def _compared(broadcast: Broadcast) -> QuerySet[BroadcastRecipient]:
    acted = Q()
    for variant in broadcast.variants.select_related("source"):
        if variant.source is not None:
            acted |= Q(variant=variant) & acted_through(broadcast, variant.source.code)
    rows = broadcast.recipients.filter(is_compared=True, message__status__in=ARRIVED)
    return rows.annotate(has_acted=acted) if acted else rows.annotate(has_acted=Q(pk__in=[]))


def acted_through(broadcast: Broadcast, code: str) -> Q:
    """Return the condition on recipients that they acted through links with this code."""
    signed = Signature.objects.counting().filter(
        petition__campaign=broadcast.campaign_id, source=code, confirmed_at__gte=broadcast.started_at,
        supporter=OuterRef("supporter"),
    )  # fmt: skip
    came = Rsvp.objects.filter(
        event__campaign=broadcast.campaign_id, source=code, created_at__gte=broadcast.started_at, is_proved=True,
        supporter=OuterRef("supporter"),
    ).exclude(status=RsvpStatus.CANCELLED)  # fmt: skip
    return Q(Exists(signed)) | Q(Exists(came))
