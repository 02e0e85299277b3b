"""What a provider's answers taught us about whole senders, and about a sender and one address."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.enums import Channel


class SenderState(models.Model):
    """How fast one sender may write, as the provider says: one row per channel and sender, made when first needed.

    ``sender`` is the name under which settings.MESSAGE_RATES knows it, blank for the channel's own.
    """

    channel = models.CharField(max_length=5, choices=Channel.choices)
    sender = models.CharField(max_length=60, blank=True)
    used_until = models.DateTimeField(help_text="its rate is used up to this moment; what comes before it is taken")
    paused_until = models.DateTimeField(null=True, blank=True, help_text="the provider asked to come back then")
    pause_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("sender")
        verbose_name_plural = _("senders")
        constraints = [models.UniqueConstraint(fields=["channel", "sender"], name="messaging_sender_once")]

    def __str__(self) -> str:
        return f"{self.channel} {self.sender}".strip()


class SenderBlock(models.Model):
    """One address that one sender may not write to (Twilio 21610): an opt-out per sender, not of the person."""

    channel = models.CharField(max_length=5, choices=Channel.choices)
    sender = models.CharField(max_length=60, blank=True)
    address_index = models.CharField(max_length=32, help_text="keyed hash of the canonical address")
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "sender", "address_index"],
                condition=Q(lifted_at__isnull=True),
                name="messaging_sender_block_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.sender}".strip()
