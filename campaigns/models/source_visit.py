from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.enums import VisitWay
from campaigns.models.campaign import Source
from campaigns.querysets import SourceVisitQuerySet


class SourceVisit(models.Model):
    """How often one link was followed on one day. A number, never a person: no address and no program is kept."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="visits")
    day = models.DateField(help_text="in the campaign's time zone")
    way = models.CharField(max_length=6, choices=VisitWay.choices)
    visits = models.PositiveIntegerField(default=0)

    objects: ClassVar[SourceVisitQuerySet] = SourceVisitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("visits of a link")
        verbose_name_plural = _("visits of links")
        constraints = [models.UniqueConstraint(fields=["source", "day", "way"], name="campaigns_source_visit_once")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.day} {self.visits}"
