"""The ways into journeys that our own packages give."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from audiences.criteria import choices
from audiences.journey_rules import at_place
from audiences.models import Segment
from audiences.parameters import Day, OneOf, SomeOf
from audiences.segment_rules import InSegment
from audiences.selectors.ground import Ground
from audiences.selectors.members import members_on
from audiences.triggers.base import Entry, Look, Trigger, not_taken_in
from campaigns.models import PledgeKind, PledgeMove
from campaigns.pledge_enums import Standing
from events.enums import EventStatus, RsvpStatus
from events.models import Attendance

# A journey that begins on a day still begins so much later, after an outage; then not any more.
_STILL_THAT_DAY = timedelta(hours=12)
_HOUR = "09:00"
# A last day ends in the evening; days before it are counted from the day itself.
_EVENING = "23:59"
_KEPT = (Standing.ACTED, Standing.COMPLETE)


def segments(ground: Ground) -> list[tuple[Any, str]]:
    """Return the organisation's own segments."""
    return list(Segment.objects.filter(organisation=ground.organisation).order_by("name").values_list("pk", "name"))


class Signs(Trigger):
    """Whoever's signature begins to count."""

    key = "signature"
    label = _("somebody signs a petition")
    anchor = _("the day the petition closes")
    anchor_path = "petition__closes_at"
    parameters: ClassVar = (
        SomeOf("petitions", _("Petitions"), options=choices.petitions, is_number=True, blank=_("any petition")),
    )
    clauses = (_("somebody signs a petition"), "(%(petitions)s)")

    def rows(self, values: Mapping[str, Any], look: Look) -> QuerySet[Any]:
        signed = look.ground.signatures(values.get("petitions", ()))
        return signed.filter(petition__campaign=look.campaign, confirmed_at__gte=look.since, confirmed_at__lte=look.at)


class Pledges(Trigger):
    """Whoever makes a pledge."""

    key = "pledge"
    label = _("somebody makes a pledge")
    anchor = _("the last day to do what was pledged")
    parameters: ClassVar = (
        SomeOf("kinds", _("Kinds of pledges"), options=choices.pledge_kinds, is_number=True, blank=_("any pledge")),
    )
    clauses = (_("somebody makes a pledge"), "(%(kinds)s)")

    def rows(self, values: Mapping[str, Any], look: Look) -> QuerySet[Any]:
        made = look.ground.pledges(values.get("kinds", ()))
        return made.filter(campaign=look.campaign, confirmed_at__gte=look.since, confirmed_at__lte=look.at)

    def entries(self, values: Mapping[str, Any], look: Look) -> Iterable[Entry]:
        """Return everybody, each with the last day as it is for their kind now."""
        related = ("election", "initiative")
        kinds = PledgeKind.objects.filter(campaign=look.campaign).select_related(*related)
        days = {kind.pk: kind.last_day for kind in kinds if not kind.is_called_off}
        ends = {pk: at_place(day, _EVENING, look.zone) for pk, day in days.items() if day is not None}
        columns = self.rows(values, look).order_by("pk").values_list("pk", "supporter_id", "kind_id")
        for pk, supporter_id, kind_id in columns:
            if supporter_id is not None:
                yield Entry(supporter_id, self.occasion(pk), ends.get(kind_id))


class KeepsPledge(Trigger):
    """Whoever says for the first time that they did what they pledged."""

    key = "pledge_kept"
    label = _("somebody says that they did what they pledged")
    parameters: ClassVar = (
        SomeOf("kinds", _("Kinds of pledges"), options=choices.pledge_kinds, is_number=True, blank=_("any pledge")),
    )
    clauses = (_("somebody says that they did what they pledged"), "(%(kinds)s)")

    def rows(self, values: Mapping[str, Any], look: Look) -> QuerySet[Any]:
        # Whoever said so before the journey began and gets on since is not news: it is the first time that counts.
        said = PledgeMove.objects.filter(pledge=OuterRef("pk"), standing__in=_KEPT, at__lt=look.since)
        kinds = PledgeKind.objects.filter(campaign=look.campaign)  # by which pledges are found by their step's moment
        kept = look.ground.pledges(values.get("kinds", ())).filter(
            kind__in=kinds.order_by().values("pk"),
            standing__in=_KEPT,
            step_at__gte=look.since,
            step_at__lte=look.at,
        )
        return kept.filter(~Exists(said))


class Registers(Trigger):
    """Whoever has a place at an event."""

    key = "rsvp"
    label = _("somebody registers for an event")
    anchor = _("the day of the event")
    anchor_path = "timeslot__starts_at"
    parameters: ClassVar = (
        SomeOf("events", _("Events"), options=choices.events, is_number=True, blank=_("any event")),
    )
    clauses = (_("somebody registers for an event"), "(%(events)s)")

    def rows(self, values: Mapping[str, Any], look: Look) -> QuerySet[Any]:
        # A place is held at once, but somebody is known only when the address is proved, maybe days later.
        lately = Q(decided_at__gte=look.since) | Q(proved_at__gte=look.since)
        rsvps = (
            look.ground.rsvps()
            .filter(lately, event__campaign=look.campaign, status=RsvpStatus.COMING, decided_at__lte=look.at)
            .exclude(event__status=EventStatus.CANCELLED)
        )
        return rsvps.filter(event__in=values["events"]) if values.get("events") else rsvps


class Attends(Trigger):
    """Whoever was checked in at an event, once it is over."""

    key = "attendance"
    label = _("somebody has been to an event")
    anchor = _("the day of the event")
    supporter_path = "rsvp__supporter_id"
    anchor_path = "event__ends_at"
    parameters: ClassVar = (
        SomeOf("events", _("Events"), options=choices.events, is_number=True, blank=_("any event")),
    )
    clauses = (_("somebody has been to an event"), "(%(events)s)")

    def rows(self, values: Mapping[str, Any], look: Look) -> QuerySet[Any]:
        # Doors are open until the end of the next day, and phones hand in later still.
        lately = Q(event__ends_at__gte=look.since) | Q(received_at__gte=look.since)
        there = Attendance.objects.filter(
            lately,
            rsvp__in=look.ground.rsvps(),
            event__campaign=look.campaign,
            undone_at=None,
            event__ends_at__lte=look.at,
        )
        return there.filter(event__in=values["events"]) if values.get("events") else there


class Volunteers(Trigger):
    """Whoever begins to volunteer."""

    key = "volunteer"
    label = _("somebody offers to volunteer")
    clauses = (_("somebody offers to volunteer"),)

    def rows(self, values: Mapping[str, Any], look: Look) -> QuerySet[Any]:
        return look.ground.volunteers().filter(
            campaign=look.campaign, created_at__gte=look.since, created_at__lte=look.at
        )


class Enters(Trigger):
    """Whoever comes to be in a segment, each once; looked at every hour."""

    key = "segment"
    label = _("somebody comes to be in a segment")
    parameters: ClassVar = (OneOf("segment", _("Segment"), is_required=True, options=segments, is_number=True),)
    clauses = (_("somebody comes to be in the segment “%(segment)s”"),)

    def entries(self, values: Mapping[str, Any], look: Look) -> Iterable[Entry]:
        """Return everybody who is in it now and was not taken in."""
        inside = not_taken_in(members_on(InSegment(values["segment"]), look.ground), self.key, look)
        for pk in inside.order_by("pk").values_list("pk", flat=True):
            yield Entry(pk, self.key)


class ComesTheDay(Trigger):
    """Everybody in a segment, when the day has come."""

    key = "day"
    label = _("a day comes")
    anchor = _("that day")
    parameters: ClassVar = (
        Day("day", _("Day"), is_required=True),
        OneOf("segment", _("Segment"), is_required=True, options=segments, is_number=True),
    )
    clauses = (_("it is %(day)s, for everybody in “%(segment)s”"),)

    def entries(self, values: Mapping[str, Any], look: Look) -> Iterable[Entry]:
        """Return everybody in the segment not taken in, from nine in the morning of that day until the evening."""
        begins = self.begins(values["day"], look)
        if not begins <= look.at < begins + _STILL_THAT_DAY:
            return
        occasion = f"{self.key}:{values['day'].isoformat()}"
        inside = not_taken_in(members_on(InSegment(values["segment"]), look.ground), occasion, look)
        for pk in inside.order_by("pk").values_list("pk", flat=True):
            yield Entry(pk, occasion, begins)

    def begins(self, day: date, look: Look) -> datetime:
        return at_place(day, _HOUR, look.zone)
