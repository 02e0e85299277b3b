from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.enums import ReportedEvent
from messaging.models.outbound import OutboundMessage


class DeliveryReport(models.Model):
    """One thing a provider told us of one message: the same told again only counts up."""

    message = models.ForeignKey(OutboundMessage, on_delete=models.CASCADE, related_name="reports")
    event = models.CharField(max_length=14, choices=ReportedEvent.choices)
    reason = models.CharField(max_length=200, blank=True, help_text="what the provider said first")
    at = models.DateTimeField(help_text="when it was first told")
    times = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(fields=["message", "event"], name="messaging_report_once"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.event}"
