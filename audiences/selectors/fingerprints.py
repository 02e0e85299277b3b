"""What exactly somebody approved: one hash over everything that decides who gets which words when."""

import json
from hashlib import sha256
from typing import Any

from audiences.models import Broadcast, Segment
from messaging.wordings import newest_wordings

_OWN = (
    "campaign_id", "organisation_id", "purpose", "channel", "split", "test_percent", "decide_hours",
    "is_decided_alone",
)  # fmt: skip


def fingerprint_of(broadcast: Broadcast) -> str:
    """Return 64 hex digits that change whenever a setting, a segment's rule (used ones included) or a wording does."""
    told = {
        "own": [getattr(broadcast, name) for name in _OWN],
        "when": [moment.timestamp() if moment else None for moment in (broadcast.scheduled_at, broadcast.expires_at)],
        "included": _rules(broadcast.included.values_list("pk", flat=True)),
        "excluded": _rules(broadcast.excluded.values_list("pk", flat=True)),
        "texts": _texts(broadcast),
    }
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _rules(ids: Any) -> list[list[Any]]:
    """Return the rules of these segments and of all they speak of, by id."""
    found: dict[int, Any] = {}
    wanted = set(ids)
    while wanted:
        segments = Segment.objects.filter(pk__in=wanted).prefetch_related("uses")
        rows = {row.pk: (row.rule, [used.pk for used in row.uses.all()]) for row in segments}
        found |= {pk: rule for pk, (rule, _uses) in rows.items()}
        wanted = {pk for _rule, uses in rows.values() for pk in uses} - set(found)
    return [[pk, found[pk]] for pk in sorted(found)]


def _texts(broadcast: Broadcast) -> list[list[Any]]:
    variants = list(broadcast.variants.order_by("label").select_related("text"))
    newest = newest_wordings(variant.text for variant in variants)
    return [
        [
            variant.label,
            variant.text_id,
            variant.text.fallback_language,
            variant.text.counts_clicks,
            {language: wording.pk for language, wording in newest[variant.text_id].items()},
        ]
        for variant in variants
    ]
