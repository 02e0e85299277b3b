from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from volunteers.models.shift import ShiftAssignment
from volunteers.querysets import CoverRequestQuerySet


class CoverRequest(models.Model):
    """Somebody who has a shift asks whether another takes it; until one does, the shift stays theirs.

    ``taken_by``: the place of whoever took it; closed without one, it was taken back or came to nothing.
    ``takes_exchange``: a shift of the other's may be given in return.
    """

    assignment = models.ForeignKey(ShiftAssignment, on_delete=models.CASCADE, related_name="cover_requests")
    note = models.CharField(_("what the others should know"), max_length=200, blank=True)
    takes_exchange = models.BooleanField(_("takes a shift in return"), default=False)
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        ShiftAssignment, null=True, blank=True, on_delete=models.SET_NULL, related_name="covered"
    )

    objects: ClassVar[CoverRequestQuerySet] = CoverRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["id"]
        verbose_name = _("request for cover")
        verbose_name_plural = _("requests for cover")
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(closed_at__isnull=True), name="volunteers_cover_open_once"
            ),
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True) | Q(closed_at__isnull=False), name="volunteers_cover_taken_is_closed"
            ),
        ]

    def __str__(self) -> str:
        return f"cover {self.assignment_id}"
