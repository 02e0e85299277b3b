"""How this package lets go of a person (settings.SUPPORTER_ERASERS)."""

from collections import Counter
from datetime import datetime

from django.db.models import Q

from audiences.enums import RecipientStatus
from audiences.journey_enums import CallStatus
from audiences.models import AutomationRun, BroadcastRecipient, StaffTask, WebhookCall
from people.models import ContactPoint, Supporter

REASON = "erased"

# Tables in which a person is let go of, by this eraser or with a row it deletes.
REACHES = frozenset(
    {
        "audiences.BroadcastRecipient",
        "audiences.AutomationRun",
        "audiences.AutomationStep",
        "audiences.WebhookCall",
        "audiences.StaffTask",
    }
)
# Personal fields that speak of somebody else: whoever works here, and whoever is named for another reason.
OF_OTHERS = frozenset(
    {
        "audiences.Broadcast.author",
        "audiences.Broadcast.submitted_by",
        "audiences.Broadcast.approved_by",
    }
)


def erase(*, supporter: Supporter, at: datetime) -> dict[str, int]:
    """Leave a person's places in broadcasts as figures, and delete their ways through journeys and tasks about them.

    What was to be told to another system is not told. The places are held first, as by whoever queues a broadcast.
    """
    points = list(ContactPoint.objects.filter(supporter=supporter).values_list("pk", flat=True))
    found = BroadcastRecipient.objects.filter(Q(supporter=supporter) | Q(contact_point__in=points))
    ids = list(found.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    places = BroadcastRecipient.objects.filter(pk__in=ids)
    places.filter(status=RecipientStatus.WAITING).update(status=RecipientStatus.LEFT_OUT, reason=REASON)
    told = WebhookCall.objects.filter(run__supporter=supporter)
    told.filter(status=CallStatus.READY).update(status=CallStatus.FAILED, reason=REASON)
    gone: Counter[str] = Counter()
    gone["audiences.BroadcastRecipient"] = places.update(supporter=None, contact_point=None)
    gone["audiences.WebhookCall"] = told.update(payload={}, run=None)
    gone.update(AutomationRun.objects.filter(supporter=supporter).delete()[1])
    gone.update(StaffTask.objects.filter(supporter=supporter).delete()[1])
    return dict(gone)
