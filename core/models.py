from django.db import models


class AuditEntry(models.Model):
    """One thing somebody did, kept forever: who, what, to which object, when.

    Append-only (a database trigger refuses updates); ids are text without foreign keys so that an entry outlives
    what it speaks of, and it never holds personal data beyond the actor's own user id.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    action = models.CharField(max_length=80, db_index=True)
    actor = models.CharField(max_length=64, blank=True, help_text="user:<id>, or the name of the job that acted")
    target = models.CharField(max_length=120, blank=True, db_index=True)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.action} {self.target}"


class Heartbeat(models.Model):
    """The last sign of life of a part that works in the background."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class NamedLock(models.Model):
    """A row to lock (core/locks.py); it holds nothing."""

    name = models.CharField(max_length=40, primary_key=True)

    def __str__(self) -> str:
        return self.name
