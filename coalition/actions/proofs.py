"""Who of a partner did what is proof for three years, as ``privacy.py`` says; then the rows stay without them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from coalition.models import PartnerAgreement, PartnerExport, PartnerKey, StandingExport
from core import audit
from core.locks import writing_in_turn

JOB = "job:forget_partners_people"
# Three years, and a day for the leap year among them: never before they are over.
PROOF = timedelta(days=3 * 365 + 1)
BATCH = 1_000


def forget_proofs(*, at: datetime) -> dict[str, int]:
    """Let go of who signed, set up, asked and collected once their time is over; return how many rows of each table.

    The rows stay: which wording was agreed to, and which file went out, is about organisations. An agreement counts
    from when the partner left or the campaign ended, a key and a standing export from their end as well, a file from
    when it was asked for and collected. Batch by batch; safe to call twice.
    """
    counts: dict[str, int] = {}
    for rows, blank in _over(at):
        label = rows.model._meta.label
        while count := _blank_some(rows, blank):
            counts[label] = counts.get(label, 0) + count
    return counts


def _blank_some(rows: QuerySet[Any], blank: dict[str, Any]) -> int:
    """Empty the next rows that are not empty, in a transaction of their own with its audit entry; return how many."""
    with writing_in_turn(), transaction.atomic():
        ids = list(rows.exclude(**blank).order_by("pk").values_list("pk", flat=True)[:BATCH])
        count = rows.model._base_manager.filter(pk__in=ids).update(**blank)
        if count:
            audit.record("coalition.people.forgotten", by=JOB, counts={rows.model._meta.label: count})
    return count


def _over(at: datetime) -> Iterable[tuple[QuerySet[Any], dict[str, Any]]]:
    before = at - PROOF
    gone = Q(partnership__left_at__lte=before) | Q(
        partnership__campaign__ends_date__lt=timezone.localtime(before).date()
    )
    agreed = {"accepted_by": None, "signatory_name": "", "signatory_function": ""}
    yield PartnerAgreement.objects.filter(gone), agreed
    used = {"added_by": None, "confirmed_by": None, "retired_by": None}
    yield PartnerKey.objects.filter(gone | Q(retired_at__lte=before)), used
    yield StandingExport.objects.filter(gone | Q(ended_at__lte=before)), {"set_up_by": None, "confirmed_by": None}
    fetched = Q(collected_at__isnull=True) | Q(collected_at__lte=before)
    yield PartnerExport.objects.filter(fetched, asked_at__lte=before), {"asked_by": None, "collected_by": None}
