"""Goals of the demo's partners, so that there is a pace to hold. Of generated campaigns only."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from campaigns.enums import Grain, Metric
from campaigns.models import Partnership, Tally
from campaigns.zones import local_day
from coalition.models import PartnerGoal

DAYS: Final = 45
# One partner in four has set none, so that the demo shows how that looks.
_WITHOUT: Final = 4


@transaction.atomic
def load_demo_partner_goals(*, at: datetime | None = None) -> int:
    """Give partners of generated campaigns that have no goal one of each kind; return how many goals were made.

    Load what partners brought before. A goal is a half more than what is there, so some are ahead and some behind.
    """
    at = at or timezone.now()
    made: list[PartnerGoal] = []
    rows = Tally.objects.by(Grain.PARTNER).filter(metric=Metric.SIGNATURES, partnership__isnull=False)
    signed = dict(rows.order_by().values_list("partnership").annotate(n=Sum("count")))
    partnerships = Partnership.objects.active().filter(campaign__is_generated=True, goals__isnull=True)
    for number, partnership in enumerate(partnerships.select_related("campaign").order_by("pk")):
        if number % _WITHOUT == _WITHOUT - 1:
            continue
        due = local_day(at, partnership.campaign) + timedelta(days=DAYS)
        targets = {"events": 6, "contacts": 400}
        if signed.get(partnership.pk):
            targets["signatures"] = -(-signed[partnership.pk] * 3 // 200) * 100
        made += [
            PartnerGoal(partnership=partnership, metric=metric, target=target, due_date=due)
            for metric, target in targets.items()
        ]
    PartnerGoal.objects.bulk_create(made)
    return len(made)
