import uuid
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaigns.scoped import CampaignScopedQuerySet
from events.enums import EventStatus
from events.models.event_type import EventType
from events.models.venue import Venue
from events.querysets import EventQuerySet, OfEventQuerySet


class Event(models.Model):
    """Something held for people at one place, in one or more timeslots.

    ``starts_at`` and ``ends_at`` are the first slot's start and the last one's end, kept by the actions that change
    slots. ``sequence`` rises with each change a calendar must know of (RFC 5545 §3.8.7.4).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="events", verbose_name=_("campaign")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="events", verbose_name=_("hosted by")
    )
    event_type = models.ForeignKey(EventType, on_delete=models.PROTECT, related_name="events", verbose_name=_("type"))
    organiser = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="organised_events",
        verbose_name=_("organiser"),
        help_text=_("who is asked for the report"),
    )
    language = models.CharField(_("language of its title"), max_length=12, default="en")
    title = models.CharField(_("title"), max_length=150)
    summary = models.CharField(_("in one sentence"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)
    spoken = models.JSONField(_("languages spoken"), default=list, blank=True, help_text="ISO 639 codes")
    venue = models.ForeignKey(
        Venue, null=True, blank=True, on_delete=models.PROTECT, related_name="events", verbose_name=_("venue")
    )
    territory = models.ForeignKey(
        "places.Territory", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("commune")
    )
    online_url = models.URLField(_("link for joining online"), blank=True, help_text=_("sent to who registered only"))
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Brussels")
    status = models.CharField(_("status"), max_length=9, choices=EventStatus.choices, default=EventStatus.DRAFT)
    is_public = models.BooleanField(_("shown on the site"), default=True)
    takes_rsvps = models.BooleanField(_("people register for it"), default=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    budget_cents = models.PositiveIntegerField(_("budget (cents)"), null=True, blank=True)
    series = models.UUIDField(null=True, blank=True, editable=False, help_text="what events repeated together share")
    sequence = models.PositiveIntegerField(default=0, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_reason = models.CharField(_("why cancelled"), max_length=300, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    created_at = models.DateTimeField(auto_now_add=True)
    is_generated = models.BooleanField(_("generated for the demo"), default=False)

    objects: ClassVar[EventQuerySet] = EventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["campaign", "starts_at"], name="events_event_when"),
            models.Index(fields=["status", "ends_at"], name="events_event_open"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="events_event_starts_before_end",
                violation_error_message=_("An event ends after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(status=EventStatus.CANCELLED, cancelled_at__isnull=False)
                | (~Q(status=EventStatus.CANCELLED) & Q(cancelled_at__isnull=True)),
                name="events_event_cancelled_at",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def is_cancelled(self) -> bool:
        return self.status == EventStatus.CANCELLED

    @property
    def where(self) -> str:
        """The venue as one line, or the commune; blank for an event online only."""
        if self.venue is not None:
            return self.venue.one_line
        return str(self.territory) if self.territory is not None else ""

    def words(self, language: str | None = None) -> "EventText":
        """Return title, summary and description in ``language`` (default: the one in force), else in the event's own.

        Reads ``texts``: prefetch it for lists. The text's ``language`` says which one it is, for ``lang`` attributes.
        """
        wanted = language or get_language() or settings.LANGUAGE_CODE
        if wanted != self.language:
            for text in self.texts.all():
                if text.language == wanted:
                    return text
        return EventText(
            event=self,
            language=self.language,
            title=self.title,
            summary=self.summary,
            description=self.description,
        )


class EventText(models.Model):
    """An event's words in a further language."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=12)
    title = models.CharField(_("title"), max_length=150)
    summary = models.CharField(_("in one sentence"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)

    objects: ClassVar[OfEventQuerySet] = OfEventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["language"]
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "language"],
                name="events_text_language_once",
                violation_error_message=_("This language is there already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Timeslot(models.Model):
    """When, and for how many: ``taken`` counts the people of COMING and OFFERED RSVPs and never passes ``capacity``.

    The database holds that: RSVPs take places by one conditional update. ``previous_starts_at``: when it was to start
    before its last move, if people were told of that time.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="timeslots", verbose_name=_("event"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    previous_starts_at = models.DateTimeField(null=True, blank=True, editable=False)
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True, help_text=_("leave empty: no limit"))
    taken = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[OfEventQuerySet] = OfEventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("timeslot")
        verbose_name_plural = _("timeslots")
        indexes = [models.Index(fields=["starts_at"], name="events_timeslot_when")]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="events_timeslot_starts_before_end",
                violation_error_message=_("A timeslot ends after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(taken__lte=F("capacity")),
                name="events_timeslot_not_overfull",
                violation_error_message=_("More people are registered than that."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def free(self) -> int | None:
        """Places nobody holds; None where there is no limit."""
        return None if self.capacity is None else self.capacity - self.taken


class ChecklistItem(models.Model):
    """One thing to do for an event, with the day by which."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="checklist")
    text = models.CharField(_("what"), max_length=200)
    due_date = models.DateField(_("by"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[CampaignScopedQuerySet] = OfEventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["due_date", "pk"]
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")

    def __str__(self) -> str:
        return self.text


class Material(models.Model):
    """What is brought to an event, and how much of it was handed out."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="materials")
    name = models.CharField(_("what"), max_length=120)
    planned = models.PositiveIntegerField(_("brought"), default=0)
    used = models.PositiveIntegerField(_("handed out"), null=True, blank=True)

    objects: ClassVar[CampaignScopedQuerySet] = OfEventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        verbose_name = _("material")
        verbose_name_plural = _("materials")

    def __str__(self) -> str:
        return self.name
