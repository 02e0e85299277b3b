from datetime import date
from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rights.retention_enums import Kept
from rights.retention_querysets import RetentionRuleQuerySet, RetentionRunQuerySet
from rights.retention_rules import end_of_keeping


class RetentionRule(models.Model):
    """For how long after its end a campaign keeps one kind of data about people. Figures stay for ever."""

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.CASCADE, related_name="retention_rules", verbose_name=_("campaign")
    )
    what = models.CharField(_("what is let go"), max_length=13, choices=Kept.choices)
    months = models.PositiveSmallIntegerField(
        _("months after the campaign's last day"), default=12, validators=[MaxValueValidator(120)]
    )
    is_active = models.BooleanField(
        _("applied each night"), default=False, help_text=_("Look at what it would do first; it cannot be undone.")
    )

    objects: ClassVar[RetentionRuleQuerySet] = RetentionRuleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["campaign__title", "what"]
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "what"],
                name="rights_rule_once",
                violation_error_message=_("The campaign has a rule for this already."),
            ),
            models.CheckConstraint(condition=Q(what__in=Kept.values), name="rights_rule_known_what"),
            models.CheckConstraint(condition=Q(months__lte=120), name="rights_rule_ten_years"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.get_what_display()}"

    @property
    def due_date(self) -> date | None:
        """The first day on which the rule has something to do; None while the campaign has no end."""
        return end_of_keeping(self.campaign.ends_date, self.months)


class RetentionRun(models.Model):
    """Evidence that a rule was applied: the rule as it stood, by whom, when, and how many; never who.

    ``cursor``: the id behind which the next batch begins. ``counts``: rows by table; ``kept``: people by why they stay.
    """

    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="retention_runs")
    rule = models.ForeignKey(RetentionRule, null=True, on_delete=models.SET_NULL, related_name="runs")
    what = models.CharField(_("what is let go"), max_length=13, choices=Kept.choices)
    months = models.PositiveSmallIntegerField(_("months after the campaign's last day"))
    ends_date = models.DateField(_("the campaign's last day"))
    actor = models.CharField(_("by"), max_length=60, help_text="user:<id> or the name of a job")
    started_at = models.DateTimeField(_("begun"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    cursor = models.BigIntegerField(default=0)
    done = models.PositiveIntegerField(_("let go"), default=0, help_text="people, guests, conversations or messages")
    counts = models.JSONField(default=dict)
    kept = models.JSONField(default=dict)

    objects: ClassVar[RetentionRunQuerySet] = RetentionRunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("application of a retention rule")
        verbose_name_plural = _("applications of retention rules")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "what"], condition=Q(finished_at__isnull=True), name="rights_run_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.what} {self.started_at:%Y-%m-%d}"
