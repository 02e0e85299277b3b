from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from campaigns.enums import Grain, Metric
from campaigns.querysets import TallyQuerySet
from core.network import parse_networks


class Tally(models.Model):
    """A maintained count. Pages and dashboards read it, so their cost does not grow with the signatures.

    Each grain is complete by itself: its rows add up to the TOTAL row. Columns a grain does not use are empty
    (``""``, 0 or null day), so a row's identity never hangs on nulls.
    """

    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.CASCADE, related_name="tallies")
    petition = models.ForeignKey("campaigns.Petition", null=True, on_delete=models.CASCADE, related_name="tallies")
    pledge_kind = models.ForeignKey("campaigns.PledgeKind", null=True, on_delete=models.CASCADE, related_name="tallies")
    metric = models.CharField(max_length=20, choices=Metric.choices)
    grain = models.CharField(max_length=20, choices=Grain.choices)
    key = models.CharField(
        max_length=120, help_text="the row's identity inside its grain: territory|partner|source|day"
    )
    territory_code = models.CharField(max_length=12, blank=True)
    partnership = models.ForeignKey(
        "campaigns.Partnership", null=True, on_delete=models.CASCADE, related_name="tallies"
    )
    source = models.CharField(max_length=40, blank=True)
    day = models.DateField(null=True)
    count = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField(help_text="as of when")

    objects: ClassVar[TallyQuerySet] = TallyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "metric", "grain", "key"],
                name="campaigns_tally_once",
                condition=Q(petition__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["pledge_kind", "metric", "grain", "key"],
                name="campaigns_tally_of_kind_once",
                condition=Q(pledge_kind__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["campaign", "metric", "grain", "key"],
                name="campaigns_tally_of_campaign_once",
                condition=Q(petition__isnull=True, pledge_kind__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["campaign", "partnership"],
                name="campaigns_tally_partners",
                condition=Q(grain=Grain.PARTNER, partnership__isnull=False),
            ),
            models.Index(
                fields=["partnership", "day"],
                name="campaigns_tally_partner_days",
                condition=Q(grain=Grain.PARTNER_DAY, partnership__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.grain} {self.key}: {self.count}"


@register_setting(icon="warning")
class LiveSwitches(BaseGenericSetting):
    """Kill switches for the busiest hour: what may be turned off without a release."""

    shows_live_counts = models.BooleanField(
        _("show live counts"), default=True, help_text=_("Off: pages show no number of signatures.")
    )
    shows_breakdowns = models.BooleanField(
        _("show breakdowns"), default=True, help_text=_("Off: pages and dashboards show totals only.")
    )
    allowed_networks = models.TextField(
        _("networks that may sign often"),
        blank=True,
        help_text=_("One network per line (CIDR), for instance the Wi-Fi of an event: 203.0.113.0/24"),
    )
    asks_challenge_always = models.BooleanField(
        _("ask everybody for the proof of work"),
        default=False,
        help_text=_("Under attack: nobody signs without it; without JavaScript people are asked to wait 20 seconds."),
    )

    panels: ClassVar = [
        FieldPanel("shows_live_counts"),
        FieldPanel("shows_breakdowns"),
        FieldPanel("allowed_networks"),
        FieldPanel("asks_challenge_always"),
    ]

    class Meta:
        verbose_name = _("Live switches")

    def clean(self) -> None:
        """Refuse lines that are no network, naming them."""
        unreadable = parse_networks(self.allowed_networks.splitlines())[1]
        if unreadable:
            message = ngettext(
                "This line is not a network: %(lines)s. Write one per line, for instance 203.0.113.0/24.",
                "These lines are not networks: %(lines)s. Write one per line, for instance 203.0.113.0/24.",
                len(unreadable),
            )
            raise ValidationError({"allowed_networks": message % {"lines": "; ".join(unreadable)}})
