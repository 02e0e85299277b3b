from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outreach.enums import BatchEventKind, BatchStatus
from outreach.querysets import PaperBatchQuerySet


class PaperBatch(models.Model):
    """Numbered official forms of an initiative in one person's hands. It knows counts, never what is on the sheets.

    Handed out only against a processor agreement (Art. 28 GDPR); one nationality per batch, as on the sheets
    (Regulation (EU) 2019/788, Annex III).
    """

    initiative = models.ForeignKey(
        "campaigns.Initiative", on_delete=models.PROTECT, related_name="paper_batches", verbose_name=_("initiative")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="paper_batches", verbose_name=_("organisation")
    )
    number = models.PositiveIntegerField(_("number"))
    code = models.CharField(_("code"), max_length=12, unique=True, help_text="printed as QR code on the cover sheet")
    holder = models.ForeignKey(
        "volunteers.Volunteer",
        null=True,
        on_delete=models.SET_NULL,
        related_name="paper_batches",
        verbose_name=_("in the hands of"),
    )
    acceptance = models.ForeignKey(
        "volunteers.AgreementAcceptance",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("agreement"),
    )
    nationality = models.CharField(_("nationality on the sheets"), max_length=2)
    sheets = models.PositiveIntegerField(_("sheets handed out"))
    sheets_returned = models.PositiveIntegerField(_("sheets returned"), null=True, blank=True)
    support_count = models.PositiveIntegerField(_("statements counted"), null=True, blank=True)
    status = models.CharField(_("state"), max_length=9, choices=BatchStatus.choices, default=BatchStatus.ISSUED)
    issued_at = models.DateTimeField(_("handed out"))
    due_back_date = models.DateField(_("due back on"))
    destroy_by_date = models.DateField(_("to be destroyed by"), null=True, blank=True)
    destroyed_date = models.DateField(_("destroyed on"), null=True, blank=True)
    destruction_method = models.CharField(_("how destroyed"), max_length=120, blank=True)
    destruction_witness = models.CharField(_("witnessed by"), max_length=120, blank=True)
    is_generated = models.BooleanField(_("generated for the demo"), default=False)

    objects: ClassVar[PaperBatchQuerySet] = PaperBatchQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("paper batch")
        verbose_name_plural = _("paper batches")
        constraints = [
            models.UniqueConstraint(fields=["initiative", "number"], name="outreach_batch_number_once"),
            models.CheckConstraint(condition=Q(sheets__gte=1), name="outreach_batch_has_sheets"),
            models.CheckConstraint(
                condition=Q(sheets_returned__isnull=True) | Q(sheets_returned__lte=models.F("sheets")),
                name="outreach_batch_returns_what_it_had",
                violation_error_message=_("More sheets came back than were handed out."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number:04d}"


class PaperBatchEvent(models.Model):
    """Append-only: the hand-over log of one batch."""

    batch = models.ForeignKey(PaperBatch, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=9, choices=BatchEventKind.choices)
    at = models.DateTimeField()
    actor = models.CharField(max_length=60, blank=True, help_text="user:<id>")
    from_holder_id = models.BigIntegerField(null=True, help_text="id of the volunteer who gave it")
    to_holder_id = models.BigIntegerField(null=True, help_text="id of the volunteer who took it")
    sheets = models.PositiveIntegerField(null=True)
    support_count = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.kind}"
