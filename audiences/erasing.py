"""How this package lets go of a person (settings.SUPPORTER_ERASERS)."""

from collections import Counter
from datetime import datetime

from django.db.models import Q

from audiences.enums import RecipientStatus
from audiences.journey_enums import CallStatus
from audiences.models import AutomationRun, BroadcastRecipient, StaffTask, WebhookCall
from people.models import ContactPoint, Supporter

REASON = "erased"


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
