from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.encrypted_fields import EncryptedJSONField
from outreach.enums import MatchStatus, Outcome, RecordType
from outreach.models.effort import Area, CanvassingEffort, ScriptVersion
from outreach.querysets import ContactQuerySet, IdentityQuerySet, RevocationQuerySet


class Revocation(models.Model):
    """Records of one mobiliser's session taken out of the figures by an organiser; undone as a whole."""

    effort = models.ForeignKey(CanvassingEffort, on_delete=models.CASCADE, related_name="revocations")
    mobiliser = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    session_id = models.UUIDField(help_text="which sitting of the phone app")
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, on_delete=models.PROTECT, related_name="+", help_text="of the mobiliser"
    )
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[RevocationQuerySet] = RevocationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("undone session")
        verbose_name_plural = _("undone sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["effort", "mobiliser", "session_id"],
                condition=Q(undone_at__isnull=True),
                name="outreach_revocation_standing_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count} · {self.reason}"


class OutreachContact(models.Model):
    """One record of a phone: a conversation or an attempt, a correction, or an undo. Never changed in what it says.

    ``client_id`` was made on the phone, so a second sending is recognised. Every record of a chain names the chain's
    first record as ``root_id``; the latest by ``device_at`` (then ``client_id``) is the chain's last word
    (``is_current``), in whatever order the records arrived.
    """

    client_id = models.UUIDField(unique=True, editable=False)
    root_id = models.UUIDField(editable=False)
    record_type = models.CharField(max_length=10, choices=RecordType.choices, default=RecordType.CONTACT)
    effort = models.ForeignKey(CanvassingEffort, on_delete=models.PROTECT, related_name="contacts")
    mobiliser = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("volunteers.Team", null=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices)
    language = models.CharField(_("language of the conversation"), max_length=12, blank=True)
    territory = models.ForeignKey(
        "places.Territory", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("commune")
    )
    area = models.ForeignKey(Area, null=True, on_delete=models.SET_NULL, related_name="contacts")
    shift = models.ForeignKey("volunteers.Shift", null=True, on_delete=models.SET_NULL, related_name="contacts")
    event = models.ForeignKey("events.Event", null=True, on_delete=models.SET_NULL, related_name="contacts")
    barriers = models.JSONField(default=list, help_text="keys of barriers, sorted")
    script_version = models.ForeignKey(ScriptVersion, null=True, on_delete=models.PROTECT, related_name="+")
    answers = EncryptedJSONField(blank=True, default=dict, help_text="question key → option key or text")
    session_id = models.UUIDField(help_text="which sitting of the phone app")
    device_id = models.UUIDField(help_text="which installation of the phone app")
    device_at = models.DateTimeField(help_text="as the phone's clock said")
    clock_skew_seconds = models.IntegerField(default=0, help_text="server's clock minus the phone's at the sending")
    occurred_at = models.DateTimeField(help_text="device_at put right by the skew")
    received_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)
    revocation = models.ForeignKey(Revocation, null=True, on_delete=models.SET_NULL, related_name="contacts")
    is_generated = models.BooleanField(_("generated for the demo"), default=False)

    objects: ClassVar[ContactQuerySet] = ContactQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("outreach contact")
        verbose_name_plural = _("outreach contacts")
        indexes = [
            models.Index(fields=["root_id"], name="outreach_contact_chain"),
            models.Index(fields=["mobiliser", "occurred_at"], name="outreach_contact_mobiliser"),
            models.Index(
                fields=["effort", "occurred_at"],
                name="outreach_contact_counting",
                condition=Q(is_current=True, revocation__isnull=True),
            ),
            models.Index(fields=["session_id"], name="outreach_contact_session"),
            models.Index(fields=["event"], name="outreach_contact_event", condition=Q(event__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.client_id)


class ContactIdentity(models.Model):
    """Who an identified contact was, as told at the stall, until it is matched to a supporter; then it is blanked."""

    contact = models.OneToOneField(OutreachContact, on_delete=models.CASCADE, related_name="identity")
    full_name = models.CharField(_("name"), max_length=150, blank=True)
    email = models.CharField(_("e-mail address"), max_length=254, blank=True, help_text="as typed")
    phone = models.CharField(_("phone number"), max_length=40, blank=True, help_text="as typed")
    language = models.CharField(_("language"), max_length=12, help_text="of the consent wording")
    consents = models.JSONField(
        default=list, help_text="[{text: <ConsentText id>, granted: bool, given: shown|read_aloud}]"
    )
    status = models.CharField(max_length=9, choices=MatchStatus.choices, default=MatchStatus.PENDING)
    supporter = models.ForeignKey(
        "people.Supporter", null=True, blank=True, on_delete=models.SET_NULL, related_name="outreach_identities"
    )
    candidates = models.JSONField(default=list, help_text="ids of the supporters it may be, while ambiguous")
    decided_by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[IdentityQuerySet] = IdentityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("identified contact")
        verbose_name_plural = _("identified contacts")
        indexes = [
            models.Index(fields=["id"], name="outreach_identity_pending", condition=Q(status="pending")),
            models.Index(fields=["id"], name="outreach_identity_ambiguous", condition=Q(status="ambiguous")),
        ]

    def __str__(self) -> str:
        return f"identity {self.pk}"
