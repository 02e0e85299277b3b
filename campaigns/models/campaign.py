from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from campaigns.enums import Metric, PartnerRole, SourceKind
from campaigns.querysets import CampaignQuerySet, PartnershipQuerySet, SourceQuerySet


class Campaign(models.Model):
    """One cause with a beginning and an end, led by one organisation."""

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="campaigns", verbose_name=_("led by")
    )
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Brussels")
    election = models.ForeignKey(
        "campaigns.Election",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="campaigns",
        verbose_name=_("election"),
        help_text=_("Its official figures of registrations are shown with this campaign."),
    )
    starts_date = models.DateField(_("starts on"), null=True, blank=True)
    ends_date = models.DateField(_("ends on"), null=True, blank=True)
    is_generated = models.BooleanField(_("generated for the demo"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[CampaignQuerySet] = CampaignQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["title"]
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")

    def __str__(self) -> str:
        return self.title


class Goal(models.Model):
    """What a campaign means to reach, by when."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="goals")
    metric = models.CharField(_("counts"), max_length=20, choices=Metric.choices)
    target = models.PositiveIntegerField(_("target"))
    due_date = models.DateField(_("by"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "metric"], name="campaigns_goal_once")]

    def __str__(self) -> str:
        return f"{self.target} {self.get_metric_display()}"


class Partnership(models.Model):
    """An organisation taking part in a campaign."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="partnerships", verbose_name=_("campaign")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        related_name="partnerships",
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=10, choices=PartnerRole.choices, default=PartnerRole.PARTNER)
    territory = models.ForeignKey(
        "places.Territory",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("where"),
    )
    asks_consent = models.BooleanField(
        _("asks its own consent"), default=True, help_text=_("on forms reached through this partner's links")
    )
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PartnershipQuerySet] = PartnershipQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "organisation"], name="campaigns_partnership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.get_role_display()}"


class Source(models.Model):
    """Where visits come from: the code in a link (``?s=<code>``). A supporter's own link needs no row."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="sources", verbose_name=_("campaign"))
    code = models.SlugField(_("code"), max_length=40, unique=True)
    label = models.CharField(_("what it is"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=SourceKind.choices, default=SourceKind.LINK)
    partnership = models.ForeignKey(
        Partnership,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sources",
        verbose_name=_("partner"),
    )
    leads_to = models.CharField(
        _("leads to"),
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text=_("The page its short link and QR code open, in the reader's language."),
    )
    embed_hosts = models.TextField(
        _("websites that may show its form"),
        max_length=1000,
        blank=True,
        default="",
        db_default="",
        help_text=_("One per line, for instance www.example.org. Empty: any website may."),
    )
    made_for = models.CharField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="what a link was made for by itself, so that a second press makes no second one",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[SourceQuerySet] = SourceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["campaign", "code"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "made_for"], name="campaigns_source_made_once", condition=Q(made_for__gt="")
            ),
        ]
        # Short links are typed from paper: their letters may come large or small.
        indexes = [models.Index(Upper("code"), name="campaigns_source_code_upper")]

    def __str__(self) -> str:
        return self.label
