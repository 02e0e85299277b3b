from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.encrypted_fields import EncryptedTextField
from messaging.enums import InboundStatus
from messaging.querysets import InboundMessageQuerySet
from people.enums import Channel


class InboundMessage(models.Model):
    """One text somebody sent us. ``address`` (canonical) is kept only while a human may have to answer.

    ``organisation``: whose message they most likely answer, the last one that went to their number.
    """

    channel = models.CharField(max_length=5, choices=Channel.choices)
    address = models.CharField(max_length=254, blank=True)
    address_index = models.CharField(max_length=32, help_text="keyed hash of the canonical address")
    text = EncryptedTextField()
    provider_id = models.CharField(max_length=120, blank=True, help_text="by which a repetition is known")
    contact_point = models.ForeignKey(
        "people.ContactPoint", null=True, blank=True, on_delete=models.SET_NULL, related_name="inbound_messages"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(max_length=11, choices=InboundStatus.choices)
    handled_as = models.CharField(max_length=60, blank=True, help_text="stop, start, or what a handler says it did")
    assigned_to = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("who answers"),
    )
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[InboundMessageQuerySet] = InboundMessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("text received")
        verbose_name_plural = _("texts received")
        permissions = [("delete_words", "Can delete the words of a text received")]
        constraints = [
            # Without an id a text cannot be told from a repetition: better read twice than lost.
            models.UniqueConstraint(
                fields=["provider_id"], condition=Q(provider_id__gt=""), name="messaging_inbound_once"
            ),
        ]
        indexes = [
            models.Index(fields=["received_at"], name="messaging_inbound_received"),
            models.Index(fields=["address_index", "organisation", "id"], name="messaging_inbound_thread"),
        ]

    def __str__(self) -> str:
        return self.provider_id
