"""Criteria about events: who registered, who came, who did not."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from audiences.criteria import choices
from audiences.criteria.base import Clause, Criterion
from audiences.criteria.days import within
from audiences.parameters import Day, Parameter, SomeOf
from audiences.selectors.ground import Ground, having
from events.enums import RsvpStatus
from events.models import Attendance, Event, Rsvp

EVENTS = _("Events")
_WHICH: tuple[Parameter, ...] = (
    SomeOf("events", _("Events"), options=choices.events, is_number=True, blank=_("any event")),
    SomeOf("types", _("Types of event"), options=choices.event_types, is_number=True, blank=_("any type")),
    Day("since", _("From")),
    Day("until", _("Until")),
)
_WHICH_CLAUSES = (Clause(_("of the type %(types)s")), Clause(_("from %(since)s")), Clause(_("until %(until)s")))


class _OfEvents(Criterion):
    subject = EVENTS
    parameters = _WHICH

    def is_knowing(self, values: Mapping[str, Any], ground: Ground) -> bool:
        return True

    def rsvps(self, values: Mapping[str, Any], ground: Ground) -> QuerySet[Rsvp]:
        """Return the RSVPs to the events meant."""
        rows = ground.rsvps().filter(within("event__starts_at", values))
        if "events" in values:
            rows = rows.filter(event__in=values["events"])
        if "types" in values:
            rows = rows.filter(event__event_type__in=values["types"])
        return rows


class Registered(_OfEvents):
    """Holds a place at one of these events, or waits for one."""

    key = "registered"
    label = _("Registered for an event")
    clauses = (Clause(_("registered for %(events)s"), without=_("registered for an event")), *_WHICH_CLAUSES)

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        return having(self.rsvps(values, ground).exclude(status=RsvpStatus.CANCELLED))


class Attended(_OfEvents):
    """Was checked in."""

    key = "attended"
    label = _("Came to an event")
    clauses = (Clause(_("came to %(events)s"), without=_("came to an event")), *_WHICH_CLAUSES)

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        there = Attendance.objects.standing().filter(rsvp=OuterRef("pk"))
        return having(self.rsvps(values, ground).filter(Exists(there)))


class StayedAway(_OfEvents):
    """Said they would come to an event that took place, where others were checked in, and was not."""

    key = "stayed_away"
    label = _("Did not come to an event")
    clauses = (
        Clause(_("registered for %(events)s and did not come"), without=_("registered for an event and did not come")),
        *_WHICH_CLAUSES,
    )

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        standing = Attendance.objects.standing()
        held = Event.objects.going_on().filter(Exists(standing.filter(event=OuterRef("pk"))), ends_at__lte=ground.at)
        expected = self.rsvps(values, ground).filter(status=RsvpStatus.COMING, event__in=held.order_by().values("pk"))
        return having(expected.filter(~Exists(standing.filter(rsvp=OuterRef("pk")))))
