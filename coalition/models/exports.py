import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coalition.export_enums import Delivery, EndReason, PartnerExportStatus, Rhythm
from coalition.export_querysets import PartnerExportQuerySet, PartnerKeyQuerySet, StandingExportQuerySet

ISO_WEEKDAYS = [
    (1, _("Monday")), (2, _("Tuesday")), (3, _("Wednesday")), (4, _("Thursday")), (5, _("Friday")),
    (6, _("Saturday")), (7, _("Sunday")),
]  # fmt: skip


class PartnerKey(models.Model):
    """A partner's public age key, to which its files are encrypted. The key itself is never changed, only replaced.

    It is in use from ``usable_at`` on, a day after it was added, or from the moment a second person confirmed it.
    """

    partnership = models.ForeignKey("campaigns.Partnership", on_delete=models.CASCADE, related_name="keys")
    recipient = models.CharField(_("public key"), max_length=80)
    fingerprint = models.CharField(_("fingerprint"), max_length=40)
    added_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(_("added"))
    usable_at = models.DateTimeField(_("in use from"))
    confirmed_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    retired_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    retired_at = models.DateTimeField(_("retired"), null=True)

    objects: ClassVar[PartnerKeyQuerySet] = PartnerKeyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("partner's key")
        verbose_name_plural = _("partners' keys")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("added_by")), name="coalition_key_four_eyes"
            ),
            models.UniqueConstraint(
                fields=["partnership", "recipient"], condition=Q(retired_at__isnull=True), name="coalition_key_once"
            ),
        ]

    def __str__(self) -> str:
        return self.fingerprint


class StandingExport(models.Model):
    """What a partner gets by itself, each day or week at an hour of the campaign's clock, once a second person agreed.

    Never changed: another rhythm or address is another row, and this one ends.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partnership = models.ForeignKey("campaigns.Partnership", on_delete=models.CASCADE, related_name="standing_exports")
    rhythm = models.CharField(_("how often"), max_length=6, choices=Rhythm.choices)
    weekday = models.PositiveSmallIntegerField(_("day"), choices=ISO_WEEKDAYS, default=1)
    hour = models.PositiveSmallIntegerField(_("hour"), default=6)
    delivery = models.CharField(_("how"), max_length=8, choices=Delivery.choices, default=Delivery.DOWNLOAD)
    url = models.CharField(_("address of the partner's system"), max_length=500, blank=True)
    set_up_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    set_up_at = models.DateTimeField(_("set up"))
    confirmed_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_at = models.DateTimeField(_("agreed to"), null=True)
    next_at = models.DateTimeField(_("next"), null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(_("ended"), null=True)
    end_reason = models.CharField(_("why it ended"), max_length=8, choices=EndReason.choices, blank=True)

    objects: ClassVar[StandingExportQuerySet] = StandingExportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("standing export")
        verbose_name_plural = _("standing exports")
        constraints = [
            models.UniqueConstraint(
                fields=["partnership"], condition=Q(ended_at__isnull=True), name="coalition_standing_once"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("set_up_by")),
                name="coalition_standing_four_eyes",
            ),
            models.CheckConstraint(condition=Q(hour__lte=23), name="coalition_standing_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id} · {self.get_rhythm_display()}"


class PartnerExport(models.Model):
    """One encrypted file for a partner: what was asked, what it held in numbers, to which key, and who collected it.

    The row stays as evidence; the file goes when it was collected, when its time is over, or when a newer one is made.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partnership = models.ForeignKey("campaigns.Partnership", on_delete=models.CASCADE, related_name="partner_exports")
    key = models.ForeignKey(PartnerKey, on_delete=models.PROTECT, related_name="exports", verbose_name=_("key"))
    standing = models.ForeignKey(StandingExport, null=True, on_delete=models.PROTECT, related_name="exports")
    due_at = models.DateTimeField(null=True, help_text="which turn of the standing export this is")
    is_whole = models.BooleanField(_("everybody, not only what changed"), default=False)
    is_copy = models.BooleanField(
        default=False, help_text="made by hand while a webhook stands: whole, and takes nothing away from the webhook"
    )
    status = models.CharField(
        _("state"), max_length=9, choices=PartnerExportStatus.choices, default=PartnerExportStatus.ASKED
    )
    asked_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    claimed_at = models.DateTimeField(null=True)
    prepared_at = models.DateTimeField(_("prepared"), null=True)
    people = models.PositiveIntegerField(_("people"), default=0)
    deletions = models.PositiveIntegerField(_("to delete"), default=0)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    file = models.CharField(max_length=120, blank=True, help_text="its name in the private storage")
    expires_at = models.DateTimeField(_("kept until"), null=True)
    collected_at = models.DateTimeField(_("collected"), null=True)
    collected_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, help_text="when it is next sent to the partner's system")
    problem = models.CharField(max_length=120, blank=True)

    objects: ClassVar[PartnerExportQuerySet] = PartnerExportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("export for a partner")
        verbose_name_plural = _("exports for partners")
        constraints = [
            models.UniqueConstraint(fields=["standing", "due_at"], name="coalition_export_once_a_turn"),
            models.UniqueConstraint(
                fields=["partnership"],
                condition=Q(status__in=[PartnerExportStatus.ASKED, PartnerExportStatus.PREPARING]),
                name="coalition_export_one_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id} · {self.asked_at:%Y-%m-%d}"


class HandedOver(models.Model):
    """One address a partner's files hold: since which file, what it was told of it, and whether it must delete it.

    ``seen``, ``digest`` and ``taken_back`` are what the last file made says; ``held``, ``told`` and ``deleted`` are
    written when a file is handed out or sent, so that a file that never left changes nothing. Digests are keyed.
    The row's id is the number by which the partner knows it; when the person is erased the link goes and the number
    stays, so that the partner can still be told.
    """

    partnership = models.ForeignKey("campaigns.Partnership", on_delete=models.CASCADE, related_name="handed_over")
    point = models.ForeignKey("people.ContactPoint", null=True, on_delete=models.SET_NULL, related_name="+")
    given = models.ForeignKey(PartnerExport, on_delete=models.CASCADE, related_name="+")
    seen = models.ForeignKey(PartnerExport, on_delete=models.CASCADE, related_name="+")
    taken_back = models.ForeignKey(PartnerExport, null=True, on_delete=models.CASCADE, related_name="+")
    copied = models.ForeignKey(
        PartnerExport, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False,
        help_text="the last file made by hand, beside a webhook, that holds it",
    )  # fmt: skip
    held = models.ForeignKey(
        PartnerExport, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False,
        help_text="the file by which the partner got it, or may have; none once it was told to delete it",
    )  # fmt: skip
    deleted = models.ForeignKey(
        PartnerExport, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False,
        help_text="the file that told the partner to delete it, and arrived",
    )  # fmt: skip
    digest = models.CharField(max_length=32, blank=True, help_text="of the line in the last file made")
    told = models.CharField(max_length=32, blank=True, help_text="of the line in the last file that arrived")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "point"], name="coalition_handed_over_once")]

    def __str__(self) -> str:
        return f"{self.partnership_id} · {self.pk}"
