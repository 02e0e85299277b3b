import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.encrypted_fields import EncryptedJSONField
from people.enums import Channel, ConflictStatus, ConsentState, Purpose, SubmissionStatus, SuppressionReason
from people.fields import NameKeyField
from people.querysets import (
    ConsentTextQuerySet,
    ContactConflictQuerySet,
    ContactPointQuerySet,
    SupporterQuerySet,
    SuppressionQuerySet,
)


class Supporter(models.Model):
    """One human we know. A contact point tells how to reach them, a consent event whether we may."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    full_name = models.CharField(_("name"), max_length=150, blank=True)
    name_key = NameKeyField(max_length=150, db_default="", editable=False)
    surname_key = NameKeyField(max_length=150, db_default="", editable=False, last_word_first=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    nationality = models.CharField(_("country of nationality"), max_length=2, blank=True)
    residence_country = models.CharField(_("country of residence"), max_length=2, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    territory = models.ForeignKey(
        "places.Territory", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_generated = models.BooleanField(_("generated for the demo"), default=False)
    restricted_at = models.DateTimeField(
        _("restricted since"), null=True, blank=True, help_text="Art. 18 GDPR: kept, and used for nothing meanwhile"
    )
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[SupporterQuerySet] = SupporterQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("supporter")
        verbose_name_plural = _("supporters")
        indexes = [
            models.Index(fields=["name_key"], name="people_supporter_name", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["surname_key"], name="people_supporter_surname", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["id"], name="people_supporter_restricted", condition=Q(restricted_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.full_name or str(self.public_id)

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save the row; a changed name changes what it is found by."""
        if update_fields is not None and "full_name" in (names := set(update_fields)):
            update_fields = names | {"name_key", "surname_key"}
        super().save(*args, update_fields=update_fields, **kwargs)


class ContactPoint(models.Model):
    """One e-mail address or phone number of a supporter; consent and suppression attach here."""

    supporter = models.ForeignKey(Supporter, on_delete=models.CASCADE, related_name="contact_points")
    channel = models.CharField(max_length=5, choices=Channel.choices)
    canonical = models.CharField(max_length=254, help_text="the form used for matching (people/canonical.py)")
    as_typed = models.CharField(max_length=254, help_text="the form the person gave; messages go here")
    verified_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(
        null=True, blank=True, help_text="until then nothing but answers and what they registered for"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[ContactPointQuerySet] = ContactPointQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "canonical"], name="people_contact_point_once"),
        ]

    def __str__(self) -> str:
        return self.as_typed


class ContactConflict(models.Model):
    """Somebody gave an address that is another supporter's already; it stays theirs until staff decide."""

    contact_point = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="conflicts")
    supporter = models.ForeignKey(
        Supporter, on_delete=models.CASCADE, related_name="contact_conflicts", help_text="who gave it as well"
    )
    status = models.CharField(_("decision"), max_length=8, choices=ConflictStatus.choices, default=ConflictStatus.OPEN)
    decided_by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[ContactConflictQuerySet] = ContactConflictQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("address given twice")
        verbose_name_plural = _("addresses given twice")
        constraints = [
            models.UniqueConstraint(fields=["contact_point", "supporter"], name="people_contact_conflict_once"),
        ]
        indexes = [
            models.Index(fields=["id"], name="people_contact_conflict_open", condition=Q(status="open")),
        ]

    def __str__(self) -> str:
        return f"{self.contact_point_id} · {self.supporter_id}"


class ConsentText(models.Model):
    """One version of a consent's wording in one language. Immutable: a change of wording is a new version."""

    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="consent_texts")
    scope = models.CharField(max_length=80, blank=True, help_text="the campaign's slug; blank: all its campaigns")
    language = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[ConsentTextQuerySet] = ConsentTextQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("consent wording")
        verbose_name_plural = _("consent wordings")
        ordering = ["organisation_id", "purpose", "channel", "language", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "scope", "purpose", "channel", "language", "version"],
                name="people_consent_text_version_once",
            ),
        ]

    def __str__(self) -> str:
        kind = f"{self.get_purpose_display()}, {self.get_channel_display()}"
        language = settings.LANGUAGE_NAMES.get(self.language, self.language)
        return f"{self.organisation}: {kind}, {language}, {self.version}"


class ConsentEvent(models.Model):
    """Append-only: at this moment this contact point granted or withdrew this, having been shown this wording."""

    contact_point = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="consent_events")
    state = models.CharField(max_length=9, choices=ConsentState.choices)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=80, blank=True)
    text = models.ForeignKey(ConsentText, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    source = models.CharField(max_length=80, help_text="what recorded it: submission:<id>, unsubscribe-link, staff …")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["contact_point", "purpose", "organisation"], name="people_consent_lookup"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}/{self.channel} {self.state}"


class Suppression(models.Model):
    """A hard stop for an address. Kept by keyed hash, so it outlives the erasure of the person."""

    channel = models.CharField(max_length=5, choices=Channel.choices)
    address_index = models.CharField(max_length=32, help_text="keyed hash of the canonical form")
    reason = models.CharField(max_length=9, choices=SuppressionReason.choices)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[SuppressionQuerySet] = SuppressionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address_index", "reason"],
                condition=Q(lifted_at__isnull=True),
                name="people_suppression_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.reason}"


class Submission(models.Model):
    """One public form as it was sent: not a person yet. The one durable row a citizen's request writes.

    It is also the promise of its confirmation: a drain queues the message from the row (``queued_at``).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=30)
    target_id = models.BigIntegerField(help_text="the petition, event … the kind speaks of")
    target_title = models.CharField(max_length=255, blank=True, help_text="its title as the person saw it")
    status = models.CharField(max_length=9, choices=SubmissionStatus.choices, default=SubmissionStatus.PENDING)
    email = models.CharField(max_length=254, blank=True, help_text="as typed")
    phone = models.CharField(max_length=40, blank=True, help_text="as typed")
    subject_index = models.CharField(max_length=32, help_text="keyed hash of kind, target and canonical contact")
    payload = EncryptedJSONField(default=dict, blank=True)
    consents = models.JSONField(default=list, blank=True, help_text="[{text: <ConsentText id>, granted: bool}, …]")
    locale = models.CharField(max_length=12)
    source = models.CharField(max_length=40, blank=True, help_text="code of the link this visit came from")
    bucket = models.CharField(max_length=40, blank=True, help_text="code of the link that first brought this person")
    address_hash = models.CharField(max_length=32, blank=True, help_text="keyed hash of the network address")
    needs_confirmation = models.BooleanField(default=True)
    is_generated = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True, blank=True, help_text="when its confirmation was queued")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    resends = models.PositiveSmallIntegerField(default=0)
    last_resend_at = models.DateTimeField(null=True, blank=True)
    supporter = models.ForeignKey(
        Supporter, null=True, blank=True, on_delete=models.CASCADE, related_name="submissions"
    )

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], name="people_submission_undrained", condition=Q(queued_at__isnull=True)),
            models.Index(fields=["subject_index"], name="people_submission_subject"),
            models.Index(fields=["created_at"], name="people_submission_created"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"
