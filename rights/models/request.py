import uuid
from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.encrypted_fields import EncryptedTextField
from rights.enums import WAITING, RequestKind, RequestOrigin, RequestStatus
from rights.querysets import RightsRequestQuerySet


class RightsRequest(models.Model):
    """What one person asked about their data, and how it was answered.

    It outlives the person: erasure cuts the link and empties the words, and what is left proves that we answered.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("asks for"), max_length=13, choices=RequestKind.choices)
    supporter = models.ForeignKey(
        "people.Supporter", null=True, blank=True, on_delete=models.SET_NULL, related_name="rights_requests"
    )
    origin = models.CharField(pgettext_lazy("a request", "came"), max_length=6, choices=RequestOrigin.choices)
    organisations = models.ManyToManyField(
        "accounts.Organisation", related_name="+", blank=True, verbose_name=_("organisations it concerns")
    )
    language = models.CharField(_("language"), max_length=12, blank=True)
    received_at = models.DateTimeField(_("received"))
    due_date = models.DateField(_("last day to answer"))
    status = models.CharField(_("status"), max_length=8, choices=RequestStatus.choices, default=RequestStatus.OPEN)
    words = EncryptedTextField(
        _("what the person wrote"), blank=True, max_length=2000, help_text="in their words, or as staff noted it"
    )
    extended_at = models.DateTimeField(null=True, blank=True)
    reason = EncryptedTextField(
        _("reason"), blank=True, max_length=2000, help_text="why it takes longer or is refused, as the person was told"
    )
    answer = EncryptedTextField(_("answer"), blank=True, max_length=5000, help_text="what the person was written")
    counts = models.JSONField(default=dict, blank=True, help_text="how many rows of each table were handed out …")
    decided_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("by")
    )
    done_at = models.DateTimeField(pgettext_lazy("a request", "answered"), null=True, blank=True)

    objects: ClassVar[RightsRequestQuerySet] = RightsRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("request about data")
        verbose_name_plural = _("requests about data")
        constraints = [
            models.UniqueConstraint(
                fields=["supporter", "kind"], condition=Q(status__in=WAITING), name="rights_request_waiting_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=RequestKind.values), name="rights_request_known_kind"),
            models.CheckConstraint(condition=Q(status__in=RequestStatus.values), name="rights_request_known_status"),
            models.CheckConstraint(
                condition=Q(status__in=WAITING, done_at__isnull=True)
                | Q(~Q(status__in=WAITING), done_at__isnull=False),
                name="rights_request_done_when_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["due_date"], name="rights_request_due", condition=Q(status__in=WAITING)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.received_at:%Y-%m-%d}"

    @property
    def is_waiting(self) -> bool:
        return self.status in WAITING

    def offers_copy(self, since: datetime) -> bool:
        """Whether a copy may be handed out for it: it asks for one, and waits, or was granted after ``since``."""
        if self.kind != RequestKind.ACCESS or self.supporter_id is None:
            return False
        is_granted = self.status == RequestStatus.DONE and self.done_at is not None and self.done_at > since
        return self.is_waiting or is_granted

    def days_left(self, on: date) -> int:
        """Return how many days are left to answer on a day; below zero: it is late."""
        return (self.due_date - on).days
