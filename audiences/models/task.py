from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audiences.journey_enums import TaskStatus
from audiences.journey_querysets import StaffTaskQuerySet
from core.encrypted_fields import EncryptedTextField


class StaffTask(models.Model):
    """Something one of the staff is to do by a day, often about one person: call back, thank, look into it."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="tasks", verbose_name=_("organisation")
    )
    campaign = models.ForeignKey(
        "campaigns.Campaign",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tasks",
        verbose_name=_("campaign"),
    )
    title = models.CharField(_("what is to be done"), max_length=200)
    notes = EncryptedTextField(_("notes"), blank=True)
    due_date = models.DateField(_("by"))
    owner = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="tasks",
        verbose_name=_("who does it"),
    )
    supporter = models.ForeignKey(
        "people.Supporter",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="staff_tasks",
        verbose_name=_("about"),
    )
    origin = models.CharField(max_length=60, blank=True, help_text="run:<id>:<step>; blank: somebody of the staff")
    status = models.CharField(_("status"), max_length=7, choices=TaskStatus.choices, default=TaskStatus.OPEN)
    created_by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    settled_by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    is_generated = models.BooleanField(_("generated for the demo"), default=False)

    objects: ClassVar[StaffTaskQuerySet] = StaffTaskQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["due_date", "id"]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [
            models.Index(fields=["due_date", "id"], name="audiences_task_open", condition=Q(status="open")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["origin"], name="audiences_task_once", condition=Q(origin__gt="")),
        ]

    def __str__(self) -> str:
        return self.title
