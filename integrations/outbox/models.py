from django.db import models

from people.enums import Channel


class CaughtMessage(models.Model):
    """A mail or SMS that a real installation would have handed to a provider."""

    idempotency_key = models.CharField(max_length=120, blank=True, db_index=True)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    sender = models.CharField(max_length=254, blank=True)
    address = models.CharField(max_length=254)
    subject = models.CharField(max_length=255, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    caught_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.address}: {self.subject}"
