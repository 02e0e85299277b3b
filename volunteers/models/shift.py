from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from volunteers.enums import AssignmentStatus, HoursKind
from volunteers.models.training import Curriculum
from volunteers.models.volunteer import Team, Volunteer
from volunteers.querysets import AssignmentQuerySet, OfVolunteerQuerySet, ShiftQuerySet, ShiftTemplateQuerySet


class Shift(models.Model):
    """Hours of work needed at one place: how many people, speaking what, holding which certificate.

    ``template``: the line of the event's type it was made from, once per event. A shift of an event without a ``place``
    of its own is where the event is.
    """

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.CASCADE, related_name="shifts", verbose_name=_("campaign")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="shifts", verbose_name=_("organisation")
    )
    event = models.ForeignKey(
        "events.Event", null=True, blank=True, on_delete=models.SET_NULL, related_name="shifts", verbose_name=_("event")
    )
    title = models.CharField(_("title"), max_length=120)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    territory = models.ForeignKey(
        "places.Territory", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("commune")
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="shifts", verbose_name=_("team")
    )
    needed = models.PositiveSmallIntegerField(_("people needed"), default=2)
    language = models.CharField(_("language needed"), max_length=12, blank=True)
    required_curriculum = models.ForeignKey(
        Curriculum,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("certificate needed"),
    )
    notes = models.TextField(_("what to know"), blank=True)
    template = models.ForeignKey(
        "volunteers.ShiftTemplate", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    is_generated = models.BooleanField(_("generated for the demo"), default=False)

    objects: ClassVar[ShiftQuerySet] = ShiftQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["starts_at"]
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="volunteers_shift_starts_before_end",
                violation_error_message=_("A shift ends after it starts."),
            ),
            models.CheckConstraint(condition=Q(needed__gte=1), name="volunteers_shift_needs_somebody"),
            models.UniqueConstraint(fields=["event", "template"], name="volunteers_shift_of_event_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def where(self) -> str:
        """The place as one line; that of its event where the shift names none of its own."""
        if self.place or self.event is None:
            return self.place
        return self.event.where

    @property
    def full_title(self) -> str:
        """The event's title with the shift's own, for whoever sees it without the event around it."""
        if self.event is None or self.event.title == self.title:
            return self.title
        return f"{self.event.title} · {self.title}"


class ShiftTemplate(models.Model):
    """A shift that every new event of a type begins with; times are minutes from the event's start and end."""

    event_type = models.ForeignKey(
        "events.EventType", on_delete=models.CASCADE, related_name="shift_templates", verbose_name=_("event type")
    )
    title = models.CharField(_("title"), max_length=120)
    minutes_before = models.PositiveSmallIntegerField(
        _("begins this many minutes before the event"), default=30, help_text=_("setting up")
    )
    minutes_after = models.PositiveSmallIntegerField(
        _("ends this many minutes after the event"), default=30, help_text=_("packing up")
    )
    needed = models.PositiveSmallIntegerField(_("people needed"), default=2)
    language = models.CharField(_("language needed"), max_length=12, blank=True)
    required_curriculum = models.ForeignKey(
        Curriculum,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("certificate needed"),
    )
    notes = models.TextField(_("what to know"), blank=True)

    objects: ClassVar[ShiftTemplateQuerySet] = ShiftTemplateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        verbose_name = _("shift template")
        verbose_name_plural = _("shift templates")
        constraints = [
            models.CheckConstraint(condition=Q(needed__gte=1), name="volunteers_template_needs_somebody"),
        ]

    def __str__(self) -> str:
        return self.title


class ShiftAssignment(models.Model):
    """Who took a shift. Released ones stay as history and hold no place."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="assignments")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="assignments")
    status = models.CharField(max_length=8, choices=AssignmentStatus.choices, default=AssignmentStatus.ASSIGNED)
    decided_at = models.DateTimeField()

    objects: ClassVar[AssignmentQuerySet] = AssignmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["id"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(fields=["shift", "volunteer"], name="volunteers_assignment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} · {self.volunteer_id}"


class HoursEntry(models.Model):
    """Time a volunteer gave on one day; ``assignment`` or ``attendance`` say where it came from, once each."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="hours")
    day = models.DateField(_("day"))
    minutes = models.PositiveIntegerField(_("minutes"))
    kind = models.CharField(_("what for"), max_length=8, choices=HoursKind.choices, default=HoursKind.OTHER)
    what = models.CharField(_("what was done"), max_length=200, blank=True)
    assignment = models.OneToOneField(
        ShiftAssignment, null=True, blank=True, on_delete=models.CASCADE, related_name="hours"
    )
    attendance = models.OneToOneField(
        "volunteers.TrainingAttendance", null=True, blank=True, on_delete=models.CASCADE, related_name="hours"
    )

    objects: ClassVar[OfVolunteerQuerySet] = OfVolunteerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-day", "-id"]
        verbose_name = _("hours")
        verbose_name_plural = _("hours")
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=1440), name="volunteers_hours_within_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.minutes} min"
