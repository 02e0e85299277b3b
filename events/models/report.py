from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.enums import PhotoConsent
from events.models.event import Event
from events.querysets import OfEventQuerySet


class OutcomeReport(models.Model):
    """What came of an event, written once it is over. ``informed_counted`` is what the phones had logged by then."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="report")
    informed_counted = models.PositiveIntegerField(default=0)
    informed = models.PositiveIntegerField(_("people informed"), default=0)
    informed_reason = models.CharField(_("why another number than the phones counted"), max_length=300, blank=True)
    attended = models.PositiveIntegerField(_("people who came"), null=True, blank=True)
    pledges = models.PositiveIntegerField(_("pledges"), null=True, blank=True)
    signatures = models.PositiveIntegerField(_("signatures"), null=True, blank=True)
    cost_cents = models.PositiveIntegerField(_("cost (cents)"), null=True, blank=True)
    said = models.TextField(_("what people said"), blank=True, help_text=_("Write no names."))
    photo_consent = models.CharField(_("photos"), max_length=8, choices=PhotoConsent.choices, blank=True)
    photo_notes = models.CharField(_("where the photos and agreements are kept"), max_length=200, blank=True)
    written_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    is_generated = models.BooleanField(_("generated for the demo"), default=False)

    objects: ClassVar[OfEventQuerySet] = OfEventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("outcome report")
        verbose_name_plural = _("outcome reports")
        constraints = [
            models.CheckConstraint(
                condition=Q(informed=F("informed_counted")) | ~Q(informed_reason=""),
                name="events_report_says_why",
                violation_error_message=_("Say why the number differs from what the phones counted."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.event_id)


class FocusNote(models.Model):
    """One thing said in a focus group, coded with the barriers it speaks of (keys). Never a name."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="focus_notes")
    text = models.TextField(_("what was said"))
    barriers = models.JSONField(_("barriers"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[OfEventQuerySet] = OfEventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("focus-group note")
        verbose_name_plural = _("focus-group notes")

    def __str__(self) -> str:
        return self.text[:60]
