from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coalition.enums import AgreementKind
from coalition.querysets import AgreementTextQuerySet, OfPartnerQuerySet, SettingsQuerySet


class CoalitionSettings(models.Model):
    """How a campaign takes partners in. A campaign without a row asks no agreement and takes no applications."""

    campaign = models.OneToOneField(
        "campaigns.Campaign", on_delete=models.CASCADE, related_name="coalition_settings", verbose_name=_("campaign")
    )
    agreement_kind = models.CharField(
        _("agreement partners accept"),
        max_length=10,
        choices=AgreementKind.choices,
        blank=True,
        help_text=_("Until a partner has accepted it, its people see nobody and export nothing. Empty: none is asked."),
    )
    takes_applications = models.BooleanField(
        _("organisations may apply on the site"),
        default=True,
        help_text=_("The form stands on the page “Take part as an organisation”."),
    )

    objects: ClassVar[SettingsQuerySet] = SettingsQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("rules for partners")
        verbose_name_plural = _("rules for partners")

    def __str__(self) -> str:
        return str(self.campaign)


class PartnerAgreementText(models.Model):
    """One version of what a leading organisation's partners agree to, in one language.

    Immutable: the database refuses updates, and a change of wording is a new version.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        related_name="partner_agreement_texts",
        verbose_name=_("organisation"),
    )
    kind = models.CharField(_("what it is"), max_length=10, choices=AgreementKind.choices)
    language = models.CharField(_("language"), max_length=12)
    version = models.PositiveIntegerField(_("version"))
    body = models.TextField(_("wording"))
    created_at = models.DateTimeField(_("published"), auto_now_add=True)

    objects: ClassVar[AgreementTextQuerySet] = AgreementTextQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["organisation_id", "kind", "language", "-version"]
        verbose_name = _("partner agreement")
        verbose_name_plural = _("partner agreements")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "language", "version"], name="coalition_agreement_version_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=AgreementKind.values), name="coalition_agreement_known_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.language} v{self.version}"


class PartnerAgreement(models.Model):
    """A partner accepted this version at this moment, by this person. Append-only.

    Only its end may be written later (the partner left; coming back needs a new one), and who signed is emptied when
    that person is erased.
    """

    partnership = models.ForeignKey("campaigns.Partnership", on_delete=models.CASCADE, related_name="agreements")
    text = models.ForeignKey(PartnerAgreementText, on_delete=models.PROTECT, related_name="acceptances")
    accepted_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    signatory_name = models.CharField(_("name"), max_length=150, blank=True)
    signatory_function = models.CharField(_("function"), max_length=120, blank=True)
    accepted_at = models.DateTimeField(_("accepted"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects: ClassVar[OfPartnerQuerySet] = OfPartnerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("accepted agreement")
        verbose_name_plural = _("accepted agreements")
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "text"],
                condition=Q(ended_at__isnull=True),
                name="coalition_agreement_in_force_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id} · {self.text_id}"
