"""What people asked about their data is proof of the answer for three years, as ``privacy.py`` says; then it goes."""

from datetime import datetime, timedelta

from django.db import transaction

from core import audit
from core.locks import writing_in_turn
from rights.models import RightsRequest

JOB = "job:delete_past_requests"
# Three years, and a day for the leap year among them: never before they are over.
PROOF = timedelta(days=3 * 365 + 1)
BATCH = 1_000


def delete_past_requests(*, at: datetime) -> int:
    """Delete requests that were answered three years ago, and return how many; one that waits is never old enough.

    Batch by batch, each with an audit entry; safe to call twice.
    """
    total = 0
    while count := _delete_some(at):
        total += count
    return total


def _delete_some(at: datetime) -> int:
    with writing_in_turn(), transaction.atomic():
        old = RightsRequest.objects.filter(done_at__lte=at - PROOF).order_by("pk")
        ids = list(old.values_list("pk", flat=True)[:BATCH])
        RightsRequest.objects.filter(pk__in=ids).delete()
        if ids:
            audit.record("rights.rights_request.deleted_in_time", by=JOB, count=len(ids))
    return len(ids)
