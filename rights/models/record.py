from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rights.record_enums import ProviderKind, Safeguard
from rights.record_querysets import OfOrganisationQuerySet


class RecordDetails(models.Model):
    """What the record of an organisation's processing says and the program cannot know (Art. 30(1) GDPR)."""

    organisation = models.OneToOneField(
        "accounts.Organisation", on_delete=models.CASCADE, related_name="record_details", verbose_name=_("organisation")
    )
    officer_name = models.CharField(_("data-protection officer"), max_length=150, blank=True)
    officer_contact = models.CharField(
        _("how to reach them"), max_length=300, blank=True, help_text=_("E-mail address, telephone or postal address.")
    )
    representative = models.CharField(
        _("representative in the Union"),
        max_length=300,
        blank=True,
        help_text=_("Only of an organisation outside the European Union (Art. 27 GDPR): name and how to reach them."),
    )
    remarks = models.TextField(
        _("remarks"),
        max_length=5000,
        blank=True,
        help_text=_("Where your legal bases differ from those named here, and what else you do with the data."),
    )
    changed_at = models.DateTimeField(_("changed"))

    objects: ClassVar[OfOrganisationQuerySet] = OfOrganisationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("details of the record of processing")
        verbose_name_plural = _("details of the record of processing")

    def __str__(self) -> str:
        return str(self.organisation)


class RecordProvider(models.Model):
    """Somebody who processes an organisation's data on its behalf: who, in which country, and what allows it."""

    organisation = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.CASCADE,
        related_name="record_providers",
        verbose_name=_("organisation"),
    )
    kind = models.CharField(_("does"), max_length=10, choices=ProviderKind.choices)
    name = models.CharField(_("provider"), max_length=200)
    country = models.CharField(_("country where the data is"), max_length=2, blank=True)
    safeguard = models.CharField(_("what allows the transfer"), max_length=10, choices=Safeguard.choices, blank=True)
    agreed_date = models.DateField(_("agreement of Art. 28 since"), null=True, blank=True)

    objects: ClassVar[OfOrganisationQuerySet] = OfOrganisationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["kind"]
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind"], name="rights_provider_once"),
            models.CheckConstraint(condition=Q(kind__in=ProviderKind.values), name="rights_provider_known_kind"),
            models.CheckConstraint(condition=~Q(name=""), name="rights_provider_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class RecordVersion(models.Model):
    """One state of an organisation's record that was taken out: another text never bears the same number."""

    organisation = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.CASCADE,
        related_name="record_versions",
        verbose_name=_("organisation"),
    )
    number = models.PositiveIntegerField(_("version"))
    fingerprint = models.CharField(max_length=64)
    dated_at = models.DateTimeField(_("dated"))

    objects: ClassVar[OfOrganisationQuerySet] = OfOrganisationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-number"]
        verbose_name = _("version of the record of processing")
        verbose_name_plural = _("versions of the record of processing")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="rights_record_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} v{self.number}"
