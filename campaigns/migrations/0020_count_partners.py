"""Give what is counted already its tallies by partner and country, after the tables have changed."""

from collections import Counter
from typing import Any

from django.db import migrations
from django.db.models import Count
from django.utils import timezone

GRAIN = "partner_territory"
METRICS = {"pledged": ["pledges"], "acted": ["pledges", "pledges_acted"]}
COLUMNS = ("campaign_id", "petition_id", "pledge_kind_id", "metric", "territory_code", "partnership_id")


def count_what_stands(apps: Any, schema_editor: Any) -> None:
    """Group what is marked as counted, as the recount does."""
    found: Counter[tuple[Any, ...]] = Counter()
    signatures = apps.get_model("campaigns", "Signature").objects.filter(is_counted=True).order_by()
    columns = ("petition__campaign_id", "petition_id", "territory_code", "partnership_id")
    for campaign, petition, code, partner, n in signatures.values_list(*columns).annotate(n=Count("pk")):
        found[campaign, petition, None, "signatures", code, partner] += n
    pledges = apps.get_model("campaigns", "Pledge").objects.filter(counted_as__in=METRICS).order_by()
    columns = ("campaign_id", "kind_id", "counted_as", "counted_territory_code", "partnership_id")
    for campaign, kind, counted_as, code, partner, n in pledges.values_list(*columns).annotate(n=Count("pk")):
        for metric in METRICS[counted_as]:
            found[campaign, None, kind, metric, code, partner] += n
    tally, at = apps.get_model("campaigns", "Tally"), timezone.now()
    tally.objects.bulk_create(
        [
            tally(
                **dict(zip(COLUMNS, cell, strict=True)),
                grain=GRAIN, key=f"{cell[4]}|{cell[5] or ''}||", count=n, counted_at=at,
            )
            for cell, n in found.items()
        ],
        batch_size=1_000,
    )  # fmt: skip


def forget_them(apps: Any, schema_editor: Any) -> None:
    apps.get_model("campaigns", "Tally").objects.filter(grain=GRAIN).delete()


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0019_signature_partner_index")]

    operations = [migrations.RunPython(count_what_stands, forget_them)]
