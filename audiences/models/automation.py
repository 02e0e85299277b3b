import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audiences.journey_enums import CallStatus, JourneyStatus, RunStatus, StepOutcome
from audiences.journey_querysets import AutomationQuerySet, AutomationRunQuerySet


class Automation(models.Model):
    """A journey: who is taken in by which trigger, and through which steps they are led.

    ``trigger``: {"kind": …, parameters} of `audiences.triggers`. ``swept_at``: until when rows were looked through for
    people to take in. ``leave_segment``: whoever is in it leaves before the next step, because it is reached.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="automations", verbose_name=_("organisation")
    )
    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="automations", verbose_name=_("campaign")
    )
    name = models.CharField(_("name"), max_length=120)
    recipe = models.CharField(max_length=40, blank=True, help_text="the ready-made journey it was made from")
    trigger = models.JSONField(_("begins when"), default=dict)
    leave_segment = models.ForeignKey(
        "audiences.Segment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("leaves as soon as they are in"),
    )
    status = models.CharField(_("status"), max_length=7, choices=JourneyStatus.choices, default=JourneyStatus.DRAFT)
    takes_in_since = models.DateTimeField(null=True, blank=True, help_text="what happened before does not count")
    swept_at = models.DateTimeField(null=True, blank=True)
    is_generated = models.BooleanField(_("generated for the demo"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AutomationQuerySet] = AutomationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")

    def __str__(self) -> str:
        return self.name

    @property
    def batch(self) -> str:
        """The name under which its messages stand in the ledger."""
        return f"journey:{self.pk}"


class AutomationVersion(models.Model):
    """The steps of a journey as they were published. Immutable: who is on the way keeps the version they began with."""

    automation = models.ForeignKey(Automation, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    steps = models.JSONField(help_text="audiences/journey_rules.py")
    by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["automation_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["automation", "number"], name="audiences_automation_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.automation_id} · {self.number}"


class AutomationSegment(models.Model):
    """A segment a journey asks: by its trigger, or in steps somebody may still come to. Keeps it from being deleted."""

    automation = models.ForeignKey(Automation, on_delete=models.CASCADE, related_name="uses")
    segment = models.ForeignKey("audiences.Segment", on_delete=models.PROTECT, related_name="journey_uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["automation", "segment"], name="audiences_asked_once")]

    def __str__(self) -> str:
        return self.automation.name


class AutomationRun(models.Model):
    """One person's way through a journey, once for each occasion.

    ``position``: the instruction that comes next. ``anchor_at``: the date the journey turns around, if there is one.
    ``next_at`` is set while WAITING; ``stuck_since``: when a step that cannot be done (its segment is gone) was due.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    automation = models.ForeignKey(Automation, on_delete=models.PROTECT, related_name="runs")
    version = models.ForeignKey(AutomationVersion, on_delete=models.PROTECT, related_name="runs")
    supporter = models.ForeignKey("people.Supporter", on_delete=models.CASCADE, related_name="automation_runs")
    occasion = models.CharField(max_length=60, help_text="what took them in: signature:<id>, date:<day> …")
    status = models.CharField(_("status"), max_length=7, choices=RunStatus.choices, default=RunStatus.WAITING)
    position = models.PositiveSmallIntegerField(default=0)
    anchor_at = models.DateTimeField(null=True, blank=True)
    entered_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    stuck_since = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[AutomationRunQuerySet] = AutomationRunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("way through a journey")
        verbose_name_plural = _("ways through journeys")
        indexes = [
            models.Index(fields=["next_at"], name="audiences_run_due", condition=Q(status="waiting")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["automation", "supporter", "occasion"], name="audiences_run_once"),
            models.CheckConstraint(
                condition=~Q(status="waiting") | Q(next_at__isnull=False), name="audiences_run_waits_for"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class AutomationStep(models.Model):
    """What became of one step for one person: the visible path. Each step at most once, so nothing is done twice."""

    run = models.ForeignKey(AutomationRun, on_delete=models.CASCADE, related_name="path")
    key = models.CharField(max_length=20, help_text="the step's key in its version")
    kind = models.CharField(max_length=10)
    outcome = models.CharField(max_length=10, choices=StepOutcome.choices)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="audiences_step_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.key}"


class WebhookCall(models.Model):
    """One thing told to another system: who, by public id, came to which step. No name and no address leave."""

    run = models.ForeignKey(AutomationRun, null=True, on_delete=models.SET_NULL, related_name="calls")
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=60, unique=True, help_text="run:<id>:<step>")
    url = models.CharField(max_length=300)
    payload = models.JSONField(default=dict)
    status = models.CharField(max_length=7, choices=CallStatus.choices, default=CallStatus.READY)
    reason = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["not_before"], name="audiences_call_ready", condition=Q(status="ready"))]

    def __str__(self) -> str:
        return self.key
