"""What coordinators tell all partners of a campaign at once, and who of them has read it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coalition.announcement_enums import AnnouncementStatus
from coalition.announcement_querysets import AnnouncementQuerySet


class Announcement(models.Model):
    """Told once to all partners of a campaign, or to those of some roles or countries.

    ``to_roles`` (campaigns.enums.PartnerRole) and ``to_countries`` (ISO codes) are sorted lists; an empty one: all.
    ``fallback`` is the text for those in whose language there is none.
    """

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.CASCADE, related_name="announcements", verbose_name=_("campaign")
    )
    status = models.CharField(
        _("state"), max_length=9, choices=AnnouncementStatus.choices, default=AnnouncementStatus.DRAFT
    )
    to_roles = models.JSONField(_("roles"), default=list)
    to_countries = models.JSONField(_("countries"), default=list)
    sends_letter = models.BooleanField(_("also sent by e-mail"), default=True)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    fallback = models.ForeignKey(
        "coalition.AnnouncementText", null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    is_generated = models.BooleanField(_("generated for the demo"), default=False)
    created_at = models.DateTimeField(_("begun"))
    published_at = models.DateTimeField(_("published"), null=True)
    published_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("published by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    objects: ClassVar[AnnouncementQuerySet] = AnnouncementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        constraints = [
            models.CheckConstraint(
                condition=Q(status=AnnouncementStatus.DRAFT, published_at__isnull=True, withdrawn_at__isnull=True)
                | Q(
                    status=AnnouncementStatus.PUBLISHED,
                    fallback__isnull=False,
                    published_at__isnull=False,
                    withdrawn_at__isnull=True,
                )
                | Q(
                    status=AnnouncementStatus.WITHDRAWN,
                    fallback__isnull=False,
                    published_at__isnull=False,
                    withdrawn_at__isnull=False,
                ),
                name="coalition_announcement_text_and_moments",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "-published_at"], name="coalition_announced_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} · {self.pk}"

    @property
    def batch(self) -> str:
        """What its letters are sent together as (``OutboundMessage.batch``)."""
        return f"announcement:{self.pk}"


class AnnouncementText(models.Model):
    """What an announcement says in one language; ``corrected_at``: when it was last changed after publication."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=12, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=150)
    body = models.TextField(_("text"), max_length=10_000)
    corrected_at = models.DateTimeField(_("corrected"), null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["announcement", "language"], name="coalition_announcement_text_once"),
            models.CheckConstraint(condition=~Q(subject="") & ~Q(body=""), name="coalition_announcement_text_says"),
            # A subject is a header of a mail.
            models.CheckConstraint(
                condition=~Q(subject__contains="\n") & ~Q(subject__contains="\r"),
                name="coalition_announcement_subject_one_line",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class AnnouncementRecipient(models.Model):
    """A partner an announcement went to when it was published; ``is_late``: it joined afterwards, and has read it.

    ``read_at``: when the first of its people opened it. That stays when they leave.
    """

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="recipients")
    partnership = models.ForeignKey(
        "campaigns.Partnership", on_delete=models.CASCADE, related_name="announcements_received"
    )
    is_late = models.BooleanField(default=False)
    read_at = models.DateTimeField(pgettext_lazy("an announcement", "read"), null=True)

    class Meta:
        verbose_name = _("received announcement")
        verbose_name_plural = _("received announcements")
        constraints = [
            models.UniqueConstraint(fields=["announcement", "partnership"], name="coalition_announced_once"),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} · {self.partnership_id}"


class AnnouncementRead(models.Model):
    """Somebody at a partner opened an announcement."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="readings")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField(pgettext_lazy("an announcement", "read"))

    class Meta:
        verbose_name = _("read announcement")
        verbose_name_plural = _("read announcements")
        constraints = [
            models.UniqueConstraint(fields=["announcement", "user"], name="coalition_announcement_read_once"),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} · {self.user_id}"
