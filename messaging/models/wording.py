"""What staff write to many: one text, a wording per language, each change a new version."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.querysets import MessageTextQuerySet
from people.enums import Channel


class MessageText(models.Model):
    """A message staff write and use again: for a broadcast, a step of a journey, a reminder."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="message_texts", verbose_name=_("organisation")
    )
    scope = models.CharField(_("campaign"), max_length=80, blank=True, help_text="the campaign's slug; blank: none")
    name = models.CharField(_("name"), max_length=120, help_text=_("for staff"))
    channel = models.CharField(_("channel"), max_length=5, choices=Channel.choices)
    fallback_language = models.CharField(
        _("language for those whose own has no wording"), max_length=12, choices=settings.LANGUAGES, default="en"
    )
    counts_clicks = models.BooleanField(
        _("count how often links are opened"),
        default=False,
        db_default=False,
        help_text=_("Per sending and link only; who opened one is never kept. Links then lead by way of this site."),
    )
    is_generated = models.BooleanField(_("generated for the demo"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[MessageTextQuerySet] = MessageTextQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
        verbose_name = _("text")
        verbose_name_plural = _("texts")

    def __str__(self) -> str:
        return self.name


class Wording(models.Model):
    """One version of a text in one language. Immutable: messages in the ledger name the version they say.

    ``body``: blocks of messaging/wording_rules.py ([{kind, value}]) for a mail; ``[{"kind": "sms", "value": …}]`` for a
    text message.
    """

    text = models.ForeignKey(MessageText, on_delete=models.CASCADE, related_name="wordings")
    language = models.CharField(_("language"), max_length=12, choices=settings.LANGUAGES)
    version = models.PositiveIntegerField()
    subject = models.CharField(_("subject"), max_length=150, blank=True)
    preheader = models.CharField(_("first line shown in the inbox"), max_length=150, blank=True)
    body = models.JSONField(default=list)
    by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["text_id", "language", "-version"]
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        constraints = [
            models.UniqueConstraint(fields=["text", "language", "version"], name="messaging_wording_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.text_id} {self.language} {self.version}"


class LinkCount(models.Model):
    """How often one link of one wording was opened, for one sending to many (``batch``) or over all others (blank).

    No row speaks of a person: a message sent to one alone counts with the others.
    """

    wording = models.ForeignKey(Wording, on_delete=models.CASCADE, related_name="link_counts")
    batch = models.CharField(max_length=40, blank=True)
    number = models.PositiveSmallIntegerField(help_text="the link's place in messaging.wording_rules.urls_of")
    clicks = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wording", "batch", "number"], name="messaging_link_count_once"),
        ]

    def __str__(self) -> str:
        return f"{self.wording_id} {self.batch} {self.number}"
