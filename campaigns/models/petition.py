import uuid
from datetime import datetime
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.enums import COUNTING_STATUSES, CountedBy, SignatureStatus
from campaigns.models.campaign import Campaign
from campaigns.querysets import InvalidationQuerySet, PetitionQuerySet, SignatureQuerySet
from core.encrypted_fields import EncryptedTextField

COUNTING = [status.value for status in COUNTING_STATUSES]


def default_goal_steps() -> list[int]:
    return [100, 500, 1_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000]


def check_goal_steps(value: object) -> None:
    """Refuse anything but a rising list of positive whole numbers."""
    numbers = isinstance(value, list) and all(isinstance(n, int) and not isinstance(n, bool) and n > 0 for n in value)
    if not numbers or not value or sorted(set(value)) != value:  # type: ignore[call-overload]
        raise ValidationError(_("Write rising whole numbers, for instance [1000, 5000, 10000]."))


class Petition(models.Model):
    """What citizens are asked to sign, and how. Its words live on the pages that show it."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="petitions", verbose_name=_("campaign")
    )
    title = models.CharField(_("title"), max_length=200, help_text=_("for staff; each language's page has its own"))
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    asks_name = models.BooleanField(_("asks the name"), default=True)
    asks_phone = models.BooleanField(_("asks the phone number (optional for the person)"), default=False)
    asks_nationality = models.BooleanField(_("asks the country of nationality"), default=False)
    asks_residence = models.BooleanField(_("asks the country of residence"), default=True)
    asks_postcode = models.BooleanField(_("asks the postcode"), default=False)
    asks_comment = models.BooleanField(_("asks a comment (shown only after moderation)"), default=False)
    requires_confirmation = models.BooleanField(
        _("counts only confirmed signatures"),
        default=True,
        help_text=_("If not, a signature counts at once and its address is used for nothing but the confirmation."),
    )
    counted_by = models.CharField(
        _("counted by"), max_length=11, choices=CountedBy.choices, default=CountedBy.RESIDENCE
    )
    goal_steps = models.JSONField(
        _("goals, one after the other"), default=default_goal_steps, validators=[check_goal_steps]
    )
    minimum_shown = models.PositiveIntegerField(
        _("show the count from"), default=100, validators=[MinValueValidator(0)]
    )
    is_generated = models.BooleanField(_("generated for the demo"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PetitionQuerySet] = PetitionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["title"]
        verbose_name = _("petition")
        verbose_name_plural = _("petitions")
        constraints = [
            models.CheckConstraint(
                name="campaigns_petition_opens_before_closing",
                condition=Q(closes_at__isnull=True) | Q(opens_at__isnull=True) | Q(opens_at__lt=F("closes_at")),
                violation_error_message=_("A petition closes after it opens."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_open(self, at: datetime) -> bool:
        """Whether it takes signatures at ``at`` (opening included, closing not)."""
        return (self.opens_at is None or self.opens_at <= at) and (self.closes_at is None or at < self.closes_at)


class Invalidation(models.Model):
    """Signatures taken out of the count together, because they met a condition; undone as a whole."""

    petition = models.ForeignKey(Petition, on_delete=models.CASCADE, related_name="invalidations")
    conditions = models.JSONField(help_text="address_hash, email_domain, confirmed_from, confirmed_to")
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[InvalidationQuerySet] = InvalidationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("invalidation")
        verbose_name_plural = _("invalidations")

    def __str__(self) -> str:
        return f"{self.count} · {self.reason}"


class Signature(models.Model):
    """One supporter's signature under one petition, once, whoever brought them.

    ``is_counted`` says whether the tallies hold it; the counting job mends every row where it differs from what the
    status asks for (``needs_counting``), so a crash between two batches loses and doubles nothing.
    """

    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, related_name="signatures")
    supporter = models.ForeignKey("people.Supporter", null=True, on_delete=models.SET_NULL, related_name="signatures")
    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    submission_id = models.UUIDField(null=True, editable=False, help_text="the form it was made from, while it is kept")
    share_code = models.CharField(max_length=12, unique=True, help_text="the supporter's own link: ?s=~<share_code>")
    status = models.CharField(max_length=9, choices=SignatureStatus.choices)
    territory_code = models.CharField(max_length=2, help_text="the country it counts for; ZZ: not said")
    restated_territory_code = models.CharField(
        max_length=2, blank=True, db_default="", help_text="the country it is to count for, until the tallies follow"
    )
    partnership = models.ForeignKey(
        "campaigns.Partnership",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="signatures",
        db_index=False,  # the index below begins with it
    )
    source = models.CharField(max_length=40, blank=True)
    bucket = models.CharField(max_length=40, blank=True)
    locale = models.CharField(max_length=12)
    comment = EncryptedTextField(blank=True)
    is_comment_public = models.BooleanField(_("comment may be shown"), default=False)
    comment_read_at = models.DateTimeField(null=True, blank=True, help_text="when staff decided whether it is shown")
    email_domain = models.CharField(max_length=120, blank=True)
    address_hash = models.CharField(max_length=32, blank=True)
    day = models.DateField(help_text="of counting, in the campaign's time zone")
    confirmed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    invalidation = models.ForeignKey(
        Invalidation, null=True, blank=True, on_delete=models.SET_NULL, related_name="signatures"
    )
    status_before = models.CharField(
        max_length=9,
        blank=True,
        db_default="",
        choices=SignatureStatus.choices,
        help_text="what an invalidation took it from, and undoing it gives back",
    )
    is_counted = models.BooleanField(default=False)
    is_generated = models.BooleanField(default=False)

    objects: ClassVar[SignatureQuerySet] = SignatureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(fields=["petition", "supporter"], name="campaigns_signature_once"),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="campaigns_signature_uncounted",
                condition=Q(is_counted=False, status__in=COUNTING)
                | Q(is_counted=True, status__in=[SignatureStatus.WITHDRAWN, SignatureStatus.INVALID]),
            ),
            models.Index(
                fields=["id"], name="campaigns_signature_restated", condition=Q(restated_territory_code__gt="")
            ),
            models.Index(fields=["petition", "confirmed_at"], name="campaigns_signature_time"),
            models.Index(fields=["partnership", "-id"], name="campaigns_signature_partner"),
            models.Index(
                fields=["id"],
                name="campaigns_signature_unread",
                condition=Q(comment_read_at__isnull=True, comment__gt=""),
            ),
            models.Index(
                fields=["petition", "-id"], name="campaigns_signature_shown", condition=Q(is_comment_public=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.petition_id}/{self.public_id}"
