"""Where a visit came from, and whose it is."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from campaigns.models import Pledge, Signature, Source
from core.statements import compiled_select
from core.ttl_cache import ttl_cache

SHARE_PREFIX = "~"
# As long as the columns hold: 40 characters, the sign of a supporter's own link included.
_CODE = re.compile(r"([A-Za-z0-9_-]|~(?=[A-Za-z0-9_-]))[A-Za-z0-9_-]{0,39}\Z")


@dataclass(frozen=True)
class Credit:
    """Who is credited with a signature: the partner, the link it came by, and the link that first brought the chain."""

    partnership_id: int | None = None
    source: str = ""
    bucket: str = ""


def clean_source_code(code: str) -> str:
    """Return ``code`` if it has the form of a source code, else nothing: links get mangled, people still sign."""
    return code if _CODE.match(code) else ""


@ttl_cache(30)
def partnership_of_source(code: str) -> int | None:
    """Return the active partnership behind a link's code, or None (no partner, a supporter's own link, unknown)."""
    if not code or code.startswith(SHARE_PREFIX):
        return None
    return (
        Source.objects.filter(code=code, partnership__left_at__isnull=True)
        .values_list("partnership_id", flat=True)
        .first()
    )


def credit_for(code: str, campaign_id: int) -> Credit:
    """Return who is credited for a signature that came by ``code``, in one campaign.

    A supporter's own link hands on the partner and the bucket that brought that supporter, so re-sharing never takes a
    credit away. An unknown code, or another campaign's, is kept as text and credits nobody.
    """
    if not code:
        return Credit()
    if code.startswith(SHARE_PREFIX):
        shared = _shared(code.removeprefix(SHARE_PREFIX), campaign_id)
        if shared is None:
            return Credit(source=code)
        partnership_id, left_at, bucket = shared
        return Credit(None if left_at else partnership_id, code, bucket or code)
    found = _active_partnerships(code=code, campaign_id=campaign_id)
    return Credit(found[0][0] if found else None, code, code)


def _shared(share_code: str, campaign_id: int) -> tuple[int | None, datetime | None, str] | None:
    """Return the partner, when it left, and the bucket of whoever shares this link: a signatory, or who pledged."""
    wanted = ("partnership_id", "partnership__left_at", "bucket")
    signed = Signature.objects.filter(share_code=share_code, petition__campaign=campaign_id).values_list(*wanted)
    pledged = Pledge.objects.filter(share_code=share_code, campaign=campaign_id).values_list(*wanted)
    return signed.first() or pledged.first()


@compiled_select
def _active_partnerships(*, code: str, campaign_id: int) -> QuerySet[Source, tuple[int | None]]:
    links = Source.objects.filter(code=code, campaign=campaign_id, partnership__left_at__isnull=True)
    return links.order_by().values_list("partnership_id")
