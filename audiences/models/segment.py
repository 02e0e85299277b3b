from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audiences.querysets import SegmentQuerySet


def everybody() -> dict[str, list[object]]:
    return {"all": []}


class Segment(models.Model):
    """A saved rule that says who among an organisation's own people is meant (`segment_rules`).

    ``campaign``: for whose news reach is counted; the rule itself says who is meant. ``member_count`` and ``reach``
    ({channel: people}) are what was counted at ``counted_at``; whoever writes to a segment asks anew.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="segments", verbose_name=_("organisation")
    )
    campaign = models.ForeignKey(
        "campaigns.Campaign",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="segments",
        verbose_name=_("campaign"),
    )
    name = models.CharField(_("name"), max_length=120)
    rule = models.JSONField(_("rule"), default=everybody)
    uses = models.ManyToManyField(
        "self", through="audiences.SegmentUse", symmetrical=False, related_name="used_by", blank=True
    )
    member_count = models.PositiveIntegerField(_("people"), null=True, blank=True, editable=False)
    reach = models.JSONField(default=dict, blank=True, editable=False, help_text="channel → people within reach")
    counted_at = models.DateTimeField(_("counted"), null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    created_at = models.DateTimeField(auto_now_add=True)
    is_generated = models.BooleanField(_("generated for the demo"), default=False)

    objects: ClassVar[SegmentQuerySet] = SegmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="audiences_segment_name_once",
                violation_error_message=_("There is a segment of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SegmentUse(models.Model):
    """One segment's rule speaks of another, which therefore cannot be deleted. Kept by the action that saves rules."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="+")
    used = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["segment", "used"], name="audiences_segment_use_once"),
            models.CheckConstraint(condition=~Q(segment=F("used")), name="audiences_segment_not_of_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.segment_id} → {self.used_id}"
