import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.encrypted_fields import EncryptedJSONField, EncryptedTextField
from events.enums import CheckInVia, Rating, RsvpStatus
from events.models.event import Event, Timeslot
from events.querysets import AttendanceQuerySet, OfEventQuerySet, OfRsvpQuerySet, RsvpQuerySet


class Rsvp(models.Model):
    """One person's intention to come to an event with ``party_size`` people, themselves included; one per event.

    ``decided_at``: when it took its status. ``waiting_since_at`` orders the waiting list and is set while WAITING.
    ``is_proved``: the person pressed a link sent to their address; until then nothing but the answers to their own form
    goes there; ``proved_at`` is when that was, None also where it was before this was written down.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="rsvps", verbose_name=_("event"))
    timeslot = models.ForeignKey(Timeslot, on_delete=models.PROTECT, related_name="rsvps", verbose_name=_("when"))
    supporter = models.ForeignKey(
        "people.Supporter", on_delete=models.CASCADE, related_name="rsvps", verbose_name=_("person")
    )
    submission = models.ForeignKey(
        "people.Submission", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    status = models.CharField(_("status"), max_length=9, choices=RsvpStatus.choices)
    party_size = models.PositiveSmallIntegerField(_("people"), default=1)
    full_name = models.CharField(_("name given"), max_length=150, blank=True, help_text="as typed in this form")
    answers = EncryptedJSONField(default=dict, blank=True, help_text="question key → option key or text")
    language = models.CharField(_("language"), max_length=12)
    source = models.CharField(max_length=40, blank=True)
    is_proved = models.BooleanField(default=False)
    proved_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField()
    waiting_since_at = models.DateTimeField(null=True, blank=True)
    offered_at = models.DateTimeField(null=True, blank=True)
    offer_expires_at = models.DateTimeField(null=True, blank=True)
    lapses = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="offers nobody took in time; the second one ends the waiting"
    )
    said_yes_at = models.DateTimeField(null=True, blank=True, help_text="the last time a reminder was answered YES")
    created_at = models.DateTimeField()
    is_generated = models.BooleanField(_("generated for the demo"), default=False)

    objects: ClassVar[RsvpQuerySet] = RsvpQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("RSVP")
        verbose_name_plural = _("RSVPs")
        indexes = [
            models.Index(
                fields=["timeslot", "waiting_since_at", "id"],
                name="events_rsvp_waiting",
                condition=Q(status="waiting"),
            ),
            models.Index(fields=["offer_expires_at"], name="events_rsvp_offered", condition=Q(status="offered")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["event", "supporter"], name="events_rsvp_once"),
            models.CheckConstraint(condition=Q(party_size__gte=1), name="events_rsvp_somebody"),
            models.CheckConstraint(
                condition=~Q(status="waiting") | Q(waiting_since_at__isnull=False), name="events_rsvp_waits_since"
            ),
            models.CheckConstraint(
                condition=~Q(status="offered") | Q(offer_expires_at__isnull=False), name="events_rsvp_offer_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.public_id}"


class Attendance(models.Model):
    """Somebody was there: of an RSVP, once however many devices scanned it, or ``people`` who walked in.

    ``client_id`` was made on the device, so a second sending is recognised. Which rows stand (no ``undone_at``) is
    worked out from all check-ins and undos of an RSVP (`events.door_rules`): one at most. A row that is undone is kept,
    and so is one that came while somebody was in already (``is_repeat``).
    """

    client_id = models.UUIDField(unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="attendances")
    timeslot = models.ForeignKey(Timeslot, null=True, on_delete=models.PROTECT, related_name="attendances")
    rsvp = models.ForeignKey(Rsvp, null=True, blank=True, on_delete=models.CASCADE, related_name="attendances")
    people = models.PositiveSmallIntegerField(_("people"), default=1)
    via = models.CharField(max_length=8, choices=CheckInVia.choices)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    device_at = models.DateTimeField(help_text="as the device's clock said")
    occurred_at = models.DateTimeField(help_text="device_at put right by the device's skew")
    received_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True, help_text="since when it does not stand")
    is_repeat = models.BooleanField(default=False, help_text="another device had checked the same person in before")
    is_generated = models.BooleanField(_("generated for the demo"), default=False)

    objects: ClassVar[AttendanceQuerySet] = AttendanceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint(
                fields=["rsvp"], name="events_attendance_once", condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(condition=Q(people__gte=1), name="events_attendance_somebody"),
            models.CheckConstraint(
                condition=Q(is_repeat=False) | Q(undone_at__isnull=False), name="events_attendance_repeat_stands_not"
            ),
            models.CheckConstraint(
                condition=Q(rsvp__isnull=False) | Q(via="walk_in"), name="events_attendance_of_whom"
            ),
        ]

    def __str__(self) -> str:
        return str(self.client_id)


class AttendanceUndo(models.Model):
    """Somebody at the door took a check-in back: the one named ``of``, or all of an RSVP's until then. Never changed.

    It may come before the check-in it takes back: devices send when they have a network.
    """

    client_id = models.UUIDField(unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="attendance_undos")
    rsvp = models.ForeignKey(Rsvp, null=True, on_delete=models.CASCADE, related_name="attendance_undos")
    of = models.UUIDField(null=True, editable=False, help_text="client_id of the attendance")
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    device_at = models.DateTimeField(help_text="as the device's clock said")
    occurred_at = models.DateTimeField(help_text="device_at put right by the device's skew")
    received_at = models.DateTimeField()

    objects: ClassVar[OfEventQuerySet] = OfEventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("check-in taken back")
        verbose_name_plural = _("check-ins taken back")
        indexes = [models.Index(fields=["of"], name="events_undo_of", condition=Q(of__isnull=False))]
        constraints = [
            models.CheckConstraint(
                condition=Q(rsvp__isnull=False) | Q(of__isnull=False), name="events_undo_of_something"
            ),
        ]

    def __str__(self) -> str:
        return str(self.client_id)


class Feedback(models.Model):
    """How an event was for one guest, in their own words; the last answer counts."""

    rsvp = models.OneToOneField(Rsvp, on_delete=models.CASCADE, related_name="feedback")
    rating = models.PositiveSmallIntegerField(_("how it was"), choices=Rating.choices)
    words = EncryptedTextField(_("in your own words"), blank=True)
    written_at = models.DateTimeField()

    objects: ClassVar[OfRsvpQuerySet] = OfRsvpQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")

    def __str__(self) -> str:
        return f"{self.rsvp_id} {self.rating}"
