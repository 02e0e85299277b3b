"""Where many signatures come from lately: what staff look at when they suspect fraud."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from campaigns.models import Petition, Signature


@dataclass(frozen=True)
class Cluster:
    """Signatures that share one thing. ``share``: percent of all counting ones in the same hours."""

    value: str
    count: int
    share: float


@dataclass(frozen=True)
class Suspicion:
    """The most frequent address hashes and domains among the signatures of the last hours."""

    hours: int
    total: int
    addresses: list[Cluster]
    domains: list[Cluster]


def frequent_origins(petition: Petition, *, hours: int, at: datetime, limit: int = 10) -> Suspicion:
    """Return the address hashes and e-mail domains most signatures came from in the ``hours`` before ``at``."""
    recent = (
        Signature.objects.counting()
        .filter(petition=petition, confirmed_at__gte=at - timedelta(hours=hours), confirmed_at__lte=at)
        .order_by()
    )
    total = recent.count()

    def clusters(column: str) -> list[Cluster]:
        groups = recent.exclude(**{column: ""}).values_list(column).annotate(n=Count("pk")).order_by("-n", column)
        return [Cluster(value, count, round(100 * count / total, 1)) for value, count in groups[:limit]]

    return Suspicion(hours, total, clusters("address_hash"), clusters("email_domain"))
