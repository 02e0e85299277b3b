from datetime import time
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.enums import EventKind, Moment, OutcomeField, ReminderText
from events.querysets import EventTypeQuerySet, OfTypeQuerySet
from people.enums import Channel


def default_outcome_fields() -> list[str]:
    return [OutcomeField.INFORMED.value, OutcomeField.MATERIALS.value, OutcomeField.SAID.value]


class EventType(models.Model):
    """What a campaign's events of one kind begin with: length, places, questions, checklist, reminders, report.

    ``questions``: [{"key", "kind": a QuestionKind, "text": {language: words}, "options": [{"key", "text": {language:
    words}}], "is_required": bool}], asked in the public form. ``checklist``: [{"text", "days_before"}]. Shift templates
    hang on it from `volunteers` above. What a type says is copied into an event when the event is made, except the
    questions, the reminders and the report's fields, which are read from the type.
    """

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.CASCADE, related_name="event_types", verbose_name=_("campaign")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=EventKind.choices)
    name = models.CharField(_("name"), max_length=80)
    default_minutes = models.PositiveSmallIntegerField(_("usual length (minutes)"), default=120)
    default_capacity = models.PositiveIntegerField(
        _("usual number of places"), null=True, blank=True, help_text=_("leave empty: no limit")
    )
    is_public = models.BooleanField(_("shown on the site"), default=True)
    takes_rsvps = models.BooleanField(_("people register for it"), default=True)
    largest_party = models.PositiveSmallIntegerField(
        _("people one person may register, themselves included"), default=4
    )
    offer_hours = models.PositiveSmallIntegerField(_("a free place is kept for the first in line (hours)"), default=24)
    questions = models.JSONField(_("questions in the form"), default=list, blank=True)
    checklist = models.JSONField(_("checklist"), default=list, blank=True)
    outcome_fields = models.JSONField(_("asked in the report"), default=default_outcome_fields, blank=True)
    is_offered = models.BooleanField(_("offered for new events"), default=True)
    is_generated = models.BooleanField(_("generated for the demo"), default=False)

    objects: ClassVar[EventTypeQuerySet] = EventTypeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
        verbose_name = _("event type")
        verbose_name_plural = _("event types")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "name"],
                name="events_type_name_once",
                violation_error_message=_("This campaign has a type of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(default_minutes__gte=5),
                name="events_type_lasts",
                violation_error_message=_("An event lasts five minutes at least."),
            ),
            models.CheckConstraint(
                condition=Q(largest_party__gte=1),
                name="events_type_party",
                violation_error_message=_("One person at least can be registered."),
            ),
            models.CheckConstraint(
                condition=Q(offer_hours__gte=1),
                name="events_type_offer",
                violation_error_message=_("A place is kept for one hour at least."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReminderRule(models.Model):
    """One line of a type's schedule: when, on which channel, what it says. `reminder_rules` says what that means.

    ``key`` is part of messages' keys and never changes. ``useless_minutes``: how long after its moment it may still go
    out, never beyond the event's start (feedback: never beyond three days after the end).
    """

    event_type = models.ForeignKey(
        EventType, on_delete=models.CASCADE, related_name="reminder_rules", verbose_name=_("event type")
    )
    key = models.SlugField(_("key"), max_length=24, editable=False)
    text = models.CharField(
        _("what it says"), max_length=8, choices=ReminderText.choices, default=ReminderText.REMINDER
    )
    channel = models.CharField(_("channel"), max_length=5, choices=Channel.choices, default=Channel.EMAIL)
    moment = models.CharField(_("when"), max_length=12, choices=Moment.choices)
    days = models.PositiveSmallIntegerField(_("days before"), default=0)
    hour = models.TimeField(_("at"), default=time(11))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    useless_minutes = models.PositiveSmallIntegerField(
        _("of no use after (minutes)"), default=0, help_text=_("0: until the event starts")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects: ClassVar[OfTypeQuerySet] = OfTypeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [models.UniqueConstraint(fields=["event_type", "key"], name="events_rule_key_once")]

    def __str__(self) -> str:
        return f"{self.event_type_id} {self.key}"
