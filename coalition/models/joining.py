import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.enums import PartnerRole
from coalition.enums import ApplicationStatus, PartnerImportStatus
from coalition.querysets import ApplicationQuerySet, OfPartnerQuerySet, PartnerImportQuerySet


class PartnerApplication(models.Model):
    """An organisation asked to take part in a campaign, its e-mail address proved. Staff answer it once."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.CASCADE, related_name="partner_applications", verbose_name=_("campaign")
    )
    organisation_name = models.CharField(_("organisation"), max_length=200)
    country = models.CharField(_("country"), max_length=2)
    website = models.URLField(_("website"), blank=True)
    role = models.CharField(_("role it wishes"), max_length=10, choices=PartnerRole.choices)
    contact_name = models.CharField(_("contact person"), max_length=150, blank=True)
    contact_function = models.CharField(_("function"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail address"), blank=True)
    languages = models.JSONField(_("languages it works in"), default=list)
    why = models.TextField(_("why it wants to take part"), max_length=2000, blank=True)
    locale = models.CharField(max_length=12)
    status = models.CharField(
        _("state"), max_length=8, choices=ApplicationStatus.choices, default=ApplicationStatus.OPEN
    )
    reason = models.TextField(_("why it was refused"), max_length=1000, blank=True)
    partnership = models.ForeignKey(
        "campaigns.Partnership", null=True, blank=True, on_delete=models.SET_NULL, related_name="applications"
    )
    applied_at = models.DateTimeField(pgettext_lazy("an organisation", "applied"))
    decided_at = models.DateTimeField(pgettext_lazy("an application", "answered"), null=True, blank=True)
    decided_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    is_generated = models.BooleanField(_("generated for the demo"), default=False)

    objects: ClassVar[ApplicationQuerySet] = ApplicationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("application of an organisation")
        verbose_name_plural = _("applications of organisations")
        constraints = [
            models.CheckConstraint(
                condition=Q(status=ApplicationStatus.OPEN, decided_at__isnull=True)
                | Q(status__in=[ApplicationStatus.ACCEPTED, ApplicationStatus.REFUSED], decided_at__isnull=False),
                name="coalition_application_answered_or_open",
            ),
            models.UniqueConstraint(
                fields=["campaign", "contact_email", "organisation_name"],
                condition=Q(status=ApplicationStatus.OPEN),
                name="coalition_application_open_once",
            ),
        ]

    def __str__(self) -> str:
        return self.organisation_name


class PartnerDeparture(models.Model):
    """A partner left; what its people had is kept here, so that coming back gives it back."""

    partnership = models.ForeignKey("campaigns.Partnership", on_delete=models.CASCADE, related_name="departures")
    reason = models.CharField(_("why"), max_length=300, blank=True)
    ended_memberships = models.JSONField(default=list, help_text="[user id, role, territory id or null] each")
    left_at = models.DateTimeField(_("left"))
    returned_at = models.DateTimeField(_("came back"), null=True, blank=True)

    objects: ClassVar[OfPartnerQuerySet] = OfPartnerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership"], condition=Q(returned_at__isnull=True), name="coalition_departure_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id} · {self.left_at:%Y-%m-%d}"


class PartnerImport(models.Model):
    """One file of partners: looked at first, applied as a whole, undone as a whole.

    ``content`` is kept while the file waits to be applied. ``made`` lists the ids of what the file made, by kind, which
    is what undoing takes out again.
    """

    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.CASCADE, related_name="partner_imports")
    status = models.CharField(
        _("state"), max_length=10, choices=PartnerImportStatus.choices, default=PartnerImportStatus.UPLOADED
    )
    file_name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField(null=True)
    columns = models.JSONField(default=dict, help_text="our field → position of the file's column, from 0")
    made = models.JSONField(default=dict, help_text="kind of row → ids of what the file made")
    created_count = models.PositiveIntegerField(_("new"), default=0)
    known_count = models.PositiveIntegerField(_("here already"), default=0)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(_("chosen"), auto_now_add=True)
    applied_at = models.DateTimeField(pgettext_lazy("an organisation", "applied"), null=True)
    undone_at = models.DateTimeField(_("undone"), null=True)

    objects: ClassVar[PartnerImportQuerySet] = PartnerImportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import of partners")
        verbose_name_plural = _("imports of partners")

    def __str__(self) -> str:
        return self.file_name
