"""One sending to a snapshot of an audience: what is sent, to whom, by whom approved, how far it is."""

from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audiences.broadcast_querysets import BroadcastQuerySet, BroadcastRecipientQuerySet
from audiences.enums import BroadcastStatus, DecidedBy, RecipientStatus, ReturnReason, Split
from people.consent import ContactPurpose
from people.enums import Channel, Purpose


class Broadcast(models.Model):
    """One text, or several that are compared, to everybody in some segments and in none of others, once each.

    ``fingerprint`` is that of what was handed in and approved (audiences/selectors/fingerprints.py): a text, a segment
    or a setting changed since makes it another one, and the approval void.
    """

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="broadcasts", verbose_name=_("campaign")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="broadcasts", verbose_name=_("sent by")
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("for staff"))
    purpose = models.CharField(_("what for"), max_length=16, choices=Purpose.choices)
    channel = models.CharField(_("channel"), max_length=5, choices=Channel.choices)
    included = models.ManyToManyField(
        "audiences.Segment", through="audiences.BroadcastIncluded", related_name="+", verbose_name=_("to")
    )
    excluded = models.ManyToManyField(
        "audiences.Segment",
        through="audiences.BroadcastExcluded",
        related_name="+",
        blank=True,
        verbose_name=_("but not to"),
    )
    split = models.CharField(_("several texts"), max_length=4, choices=Split.choices, default=Split.NONE)
    test_percent = models.PositiveSmallIntegerField(
        _("try on how many of a hundred"), default=20, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    decide_hours = models.PositiveSmallIntegerField(
        _("hours to wait for what people do"), default=24, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    is_decided_alone = models.BooleanField(
        _("then send the better one without asking"), default=False, help_text=_("Where the figures do not tell: A.")
    )
    scheduled_at = models.DateTimeField(_("when"), null=True, blank=True, help_text="null: as soon as it may be")
    expires_at = models.DateTimeField(_("useful until"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=9, choices=BroadcastStatus.choices, default=BroadcastStatus.DRAFT)

    author = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    submitted_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True, help_text="of what was handed in")
    returned_for = models.CharField(
        max_length=9, choices=ReturnReason.choices, blank=True, help_text="why it is a draft, or waits, again"
    )
    answer = models.CharField(_("why"), max_length=300, blank=True, help_text="what whoever rejected it said")

    started_at = models.DateTimeField(null=True, blank=True)
    snapshot_to = models.BigIntegerField(default=0, help_text="the highest id of a supporter there was at the start")
    snapshot_at = models.BigIntegerField(default=0, help_text="supporters up to this id are in the snapshot")
    snapshot_done_at = models.DateTimeField(null=True, blank=True)
    recipient_count = models.PositiveIntegerField(default=0, help_text="people in the snapshot")
    tested_at = models.DateTimeField(null=True, blank=True, help_text="when the test had left the house")
    winner = models.ForeignKey("BroadcastVariant", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_by = models.CharField(max_length=7, choices=DecidedBy.choices, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True, help_text="sent or stopped")
    resends = models.PositiveSmallIntegerField(default=0, help_text="how often what failed was sent again")
    is_generated = models.BooleanField(_("generated for the demo"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[BroadcastQuerySet] = BroadcastQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("broadcast")
        verbose_name_plural = _("broadcasts")
        permissions = [("approve_broadcast", "Can approve a broadcast of somebody else")]
        constraints = [
            models.CheckConstraint(
                name="audiences_broadcast_purpose",
                condition=Q(purpose__in=[Purpose.CAMPAIGN_NEWS, Purpose.PARTNER_NEWS, Purpose.REMINDER]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["status"],
                name="audiences_broadcast_busy",
                condition=Q(status__in=["waiting", "scheduled", "sending", "paused"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.campaign.time_zone)

    @property
    def contact_purpose(self) -> ContactPurpose:
        """What consent is asked for: the organisation's own, in this campaign or all of its campaigns."""
        return ContactPurpose(Purpose(self.purpose), Channel(self.channel), self.organisation_id, self.campaign.slug)

    @property
    def batch(self) -> str:
        """The name under which its messages stand in the ledger; what is sent again has one of its own."""
        return self.batches[-1]

    @property
    def batches(self) -> list[str]:
        first = f"broadcast:{self.pk}"
        return [first, *(f"{first}:again-{number}" for number in range(1, self.resends + 1))]

    @property
    def is_changeable(self) -> bool:
        """Whether its words and its audience may still be changed; an approval is void then."""
        return self.status in (
            BroadcastStatus.DRAFT, BroadcastStatus.WAITING_FOR_APPROVAL, BroadcastStatus.SCHEDULED,
        )  # fmt: skip

    @property
    def is_under_way(self) -> bool:
        return self.status in (BroadcastStatus.SENDING, BroadcastStatus.PAUSED)

    @property
    def waits_for_decision(self) -> bool:
        return self.split == Split.TEST and self.winner_id is None and self.tested_at is not None

    def is_late(self, at: datetime) -> bool:
        return self.expires_at is not None and at > self.expires_at


class BroadcastIncluded(models.Model):
    """A segment a broadcast is to, which therefore cannot be deleted."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="+")
    segment = models.ForeignKey("audiences.Segment", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["broadcast", "segment"], name="audiences_included_once")]

    def __str__(self) -> str:
        return f"{self.broadcast_id} ← {self.segment_id}"


class BroadcastExcluded(models.Model):
    """A segment a broadcast is not to, which therefore cannot be deleted: it would be to more people then."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="+")
    segment = models.ForeignKey("audiences.Segment", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["broadcast", "segment"], name="audiences_excluded_once")]

    def __str__(self) -> str:
        return f"{self.broadcast_id} ↚ {self.segment_id}"


class BroadcastVariant(models.Model):
    """One of the texts of a broadcast. ``wordings`` says which version goes to whom, fixed when sending starts."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="variants")
    label = models.CharField(max_length=1)
    text = models.ForeignKey(
        "messaging.MessageText", on_delete=models.PROTECT, related_name="+", verbose_name=_("text")
    )
    wordings = models.JSONField(default=dict, blank=True, help_text="language → id of messaging.Wording")
    source = models.ForeignKey("campaigns.Source", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(fields=["broadcast", "label"], name="audiences_variant_label_once"),
            models.UniqueConstraint(fields=["broadcast", "text"], name="audiences_variant_text_once"),
        ]

    def __str__(self) -> str:
        return f"{self.broadcast_id} {self.label}"


class BroadcastRecipient(models.Model):
    """One person of the snapshot and the one address that is written to. No person and no address stands in it twice.

    ``message`` is the newest row of the ledger for them; ``round`` counts how often they were sent to again.
    """

    # The unique constraints lead with the broadcast; nobody looks for a variant's people without it.
    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="recipients", db_index=False)
    supporter = models.ForeignKey("people.Supporter", null=True, on_delete=models.SET_NULL, related_name="+")
    contact_point = models.ForeignKey("people.ContactPoint", null=True, on_delete=models.SET_NULL, related_name="+")
    variant = models.ForeignKey(BroadcastVariant, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    is_compared = models.BooleanField(default=True, help_text="drew the variant by lot, before any was chosen")
    language = models.CharField(max_length=12, blank=True, help_text="the person's own")
    status = models.CharField(max_length=8, choices=RecipientStatus.choices, default=RecipientStatus.WAITING)
    reason = models.CharField(max_length=40, blank=True)
    round = models.PositiveSmallIntegerField(default=0)
    message = models.ForeignKey("messaging.OutboundMessage", null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[BroadcastRecipientQuerySet] = BroadcastRecipientQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = [
            models.UniqueConstraint(fields=["broadcast", "contact_point"], name="audiences_recipient_address_once"),
            models.UniqueConstraint(fields=["broadcast", "supporter"], name="audiences_recipient_person_once"),
        ]
        indexes = [
            models.Index(fields=["broadcast", "id"], name="audiences_recipient_waiting", condition=Q(status="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.broadcast_id}/{self.pk}"
