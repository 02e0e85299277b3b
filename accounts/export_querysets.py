from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Max, Q

from accounts.enums import ExportStatus

if TYPE_CHECKING:
    from accounts.models import User

ASKED_FOR = timedelta(hours=48)
APPROVED_FOR = timedelta(hours=24)
COUNTED_FOR = timedelta(hours=24)


class ExportRequestQuerySet(models.QuerySet[Any]):
    def waiting(self, at: datetime) -> Self:
        """Return those that still wait for a second person."""
        return self.filter(status=ExportStatus.ASKED, asked_at__gt=at - ASKED_FOR)

    def usable(self, at: datetime) -> Self:
        """Return those approved so lately that they may be downloaded."""
        return self.filter(status=ExportStatus.APPROVED, decided_at__gt=at - APPROVED_FOR)

    def standing(self, at: datetime) -> Self:
        """Return those that wait or may be downloaded."""
        return self.waiting(at) | self.usable(at)

    def lapsed(self, at: datetime) -> Self:
        """Return those whose time is over although their status does not say so yet."""
        return self.filter(
            Q(status=ExportStatus.ASKED, asked_at__lte=at - ASKED_FOR)
            | Q(status=ExportStatus.APPROVED, decided_at__lte=at - APPROVED_FOR)
        )


class ExportTakenQuerySet(models.QuerySet[Any]):
    def people_since(self, user: "User", since: datetime, *, but: str = "") -> int:
        """Return how many people the user's small exports held since then, the same list counted once.

        ``but``: the fingerprint of a list that is not counted.
        """
        rows = self.filter(user=user, at__gt=since).exclude(fingerprint=but)
        return sum(row["most"] for row in rows.order_by().values("fingerprint").annotate(most=Max("people")))
