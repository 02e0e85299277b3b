from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.encrypted_fields import EncryptedTextField
from messaging.enums import MessageStatus
from messaging.querysets import OutboundMessageQuerySet
from people.enums import Channel, Purpose


class OutboundMessage(models.Model):
    """One message to one address for one occasion. The row is the truth; the worker only drains it.

    ``idempotency_key`` reads ``purpose:object:id:occasion`` and is unique: the same occasion cannot be queued twice.
    """

    idempotency_key = models.CharField(max_length=120, unique=True)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    template = models.CharField(max_length=60, help_text="name of the text, a key of messaging.rendering.TEMPLATES")
    context = models.JSONField(default=dict, blank=True, help_text="ids and words the text needs; no secrets")
    answer = EncryptedTextField(
        blank=True,
        default="",
        db_default="",
        help_text="what staff wrote, where it answers a text",
    )
    address = models.CharField(max_length=254)
    address_index = models.CharField(max_length=32, help_text="keyed hash of the canonical address")
    language = models.CharField(max_length=12)
    submission = models.ForeignKey(
        "people.Submission", null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    contact_point = models.ForeignKey(
        "people.ContactPoint", null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    scope = models.CharField(max_length=80, blank=True)
    batch = models.CharField(
        max_length=40, blank=True, db_default="", help_text="what it is sent together with: broadcast:<id>, run:<id> …"
    )
    priority = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="0: answers, 1: reminders, 2: news; the lowest leave first"
    )
    is_held = models.BooleanField(default=False, db_default=False, help_text="its batch is paused: nobody claims it")
    status = models.CharField(max_length=10, choices=MessageStatus.choices, default=MessageStatus.READY)
    reason = models.CharField(max_length=200, blank=True, help_text="why it was suppressed, failed or expired")
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(help_text="do not send earlier")
    expires_at = models.DateTimeField(help_text="the latest moment at which it is still useful")
    claim = models.CharField(max_length=36, blank=True, help_text="which drain took it")
    provider_id = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[OutboundMessageQuerySet] = OutboundMessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            # How often an address was answered lately: whoever hands it in under many petitions gets no more for it.
            models.Index(
                fields=["address_index", "created_at"], name="messaging_message_address", condition=Q(purpose="service")
            ),
            models.Index(
                fields=["channel", "priority", "not_before"],
                name="messaging_message_waiting",
                condition=Q(status="ready", is_held=False),
            ),
            models.Index(fields=["batch", "status"], name="messaging_message_batch", condition=Q(batch__gt="")),
            # By id: each letter is looked up among those in hand right before it leaves.
            models.Index(fields=["id"], name="messaging_message_sending", condition=Q(status="sending")),
            models.Index(fields=["id"], name="messaging_message_unknown", condition=Q(status="unknown")),
            models.Index(fields=["provider_id"], name="messaging_message_provider", condition=Q(provider_id__gt="")),
        ]

    def __str__(self) -> str:
        return self.idempotency_key
