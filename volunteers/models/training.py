import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.scoped import CampaignScopedQuerySet
from volunteers.enums import TrainingPresence
from volunteers.models.volunteer import Volunteer
from volunteers.querysets import CertificateQuerySet, OfSessionQuerySet, SessionQuerySet


class Curriculum(models.Model):
    """A training as a programme: what is learned in how many sessions, and how long its certificate is valid."""

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.CASCADE, related_name="curricula", verbose_name=_("campaign")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="curricula", verbose_name=_("given by")
    )
    key = models.SlugField(_("key"), max_length=40)
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("what is learned"), blank=True)
    sessions_required = models.PositiveSmallIntegerField(
        _("sessions needed for the certificate"), default=1, help_text=_("how many different ones must be attended")
    )
    valid_months = models.PositiveSmallIntegerField(
        _("certificate valid for (months)"), null=True, blank=True, help_text=_("leave empty: without end")
    )
    is_generated = models.BooleanField(_("generated for the demo"), default=False)

    objects: ClassVar[CampaignScopedQuerySet] = CampaignScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["title"]
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "key"], name="volunteers_curriculum_key_once"),
            models.CheckConstraint(condition=Q(sessions_required__gte=1), name="volunteers_curriculum_has_sessions"),
        ]

    def __str__(self) -> str:
        return self.title


class TrainingSession(models.Model):
    """One dated session of a training. ``unit`` tells sessions apart: attending one unit twice counts once."""

    curriculum = models.ForeignKey(
        Curriculum, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("training")
    )
    unit = models.PositiveSmallIntegerField(_("unit"), default=1)
    title = models.CharField(_("title"), max_length=120)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    online_url = models.URLField(_("link for joining online"), blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True)
    trainer = models.CharField(_("trainer"), max_length=120, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[SessionQuerySet] = SessionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["starts_at"]
        verbose_name = _("training session")
        verbose_name_plural = _("training sessions")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="volunteers_session_starts_before_end",
                violation_error_message=_("A session ends after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TrainingAttendance(models.Model):
    """One volunteer's place in one session: invited, coming, attended …"""

    session = models.ForeignKey(TrainingSession, on_delete=models.CASCADE, related_name="attendances")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="attendances")
    presence = models.CharField(max_length=8, choices=TrainingPresence.choices)
    decided_at = models.DateTimeField()

    objects: ClassVar[OfSessionQuerySet] = OfSessionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["id"]
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint(fields=["session", "volunteer"], name="volunteers_attendance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.presence}"


class Certificate(models.Model):
    """Proof that a volunteer completed a training. ``code`` is printed with a QR code that verifies on our page."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=12, unique=True)
    curriculum = models.ForeignKey(Curriculum, on_delete=models.PROTECT, related_name="certificates")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="certificates")
    issued_date = models.DateField(_("issued on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    revoked_at = models.DateTimeField(pgettext_lazy("a certificate", "revoked"), null=True, blank=True)
    revoked_reason = models.CharField(_("why revoked"), max_length=200, blank=True)

    objects: ClassVar[CertificateQuerySet] = CertificateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["curriculum", "volunteer", "issued_date"], name="volunteers_certificate_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.code
