"""The shifts a volunteer could take, seen from the volunteer's side."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from campaigns.zones import local_day, local_span
from events.models import Venue
from places.languages import language_name
from volunteers.enums import AssignmentStatus
from volunteers.models import Certificate, CoverRequest, Shift, ShiftAssignment, Volunteer
from volunteers.querysets import ShiftQuerySet
from volunteers.selectors.offers import need_of, offer_of, with_profiles
from volunteers.suggestion_rules import Doubt, Fit, Obstacle, Offer, Reason, judge

MOST_SHOWN, MOST_LOOKED_AT = 40, 200
OBSTACLES_TO_ONESELF = {
    Obstacle.NO_CERTIFICATE: _("This shift needs a training whose certificate you do not hold on that day."),
    Obstacle.CLASH: _("You have another shift at that time."),
}
_WORDS_TO_ONESELF: dict[str, Any] = {
    Reason.LANGUAGE: _("you speak the language"),
    Reason.TIME: _("you usually have time then"),
    Reason.COMMUNE: _("in a commune you named"),
    Doubt.OTHER_LANGUAGE: _("a language you did not name"),
    Doubt.OTHER_TIME: _("not a time you named"),
    Doubt.OTHER_COMMUNE: _("not in a commune you named"),
    Doubt.NO_REST: _("less than 11 hours before or after another shift of yours"),
    Doubt.FULL_WEEK: _("you have three shifts that week already"),
}


@dataclass(frozen=True)
class OpenShift:
    """One shift to take: how it suits, and why not where it cannot be had. ``cover``: asked for by who has it."""

    shift: Shift
    when: str
    map_link: str
    free: int
    fit: Fit
    cover: CoverRequest | None = None

    @property
    def remarks(self) -> list[str]:
        """What speaks for and against taking it, in a few words to the volunteer."""
        said: tuple[str, ...] = (*self.fit.reasons, *self.fit.doubts)
        return [str(_WORDS_TO_ONESELF[each]) for each in said if each in _WORDS_TO_ONESELF]

    @property
    def spoken(self) -> str:
        """The language needed under its own name; blank where any will do."""
        return language_name(self.shift.language) if self.shift.language else ""

    @property
    def reason(self) -> str:
        """Why the volunteer cannot have it, as a sentence to them; blank where they can."""
        return str(OBSTACLES_TO_ONESELF[self.fit.obstacles[0]]) if self.fit.obstacles else ""


def shifts_open_to(volunteer: Volunteer) -> ShiftQuerySet:
    """Return the shifts a volunteer may know of: the lead's and their own organisation's, of their campaign."""
    organisations = {volunteer.organisation_id, volunteer.campaign.organisation_id}
    rows: ShiftQuerySet = Shift.objects.announced().filter(campaign=volunteer.campaign_id)
    return rows.filter(organisation__in=organisations)


def takeable_by(volunteer: Volunteer, at: datetime) -> ShiftQuerySet:
    """Return those of them that have not begun and are not theirs yet."""
    mine = ShiftAssignment.objects.standing().filter(volunteer__supporter=volunteer.supporter_id).values("shift")
    return shifts_open_to(volunteer).to_begin(at).exclude(pk__in=mine)


def open_shifts_for(volunteer: Volunteer, at: datetime) -> list[OpenShift]:
    """Return up to forty shifts with a free place or an open request for cover, in a fixed number of queries.

    Those that suit best come first, then by time; those the volunteer cannot have come last and say why.
    """
    rows = takeable_by(volunteer, at).with_taken().with_where().select_related("campaign", "required_curriculum")
    free = list(rows.filter(taken__lt=F("needed")).order_by("starts_at", "pk")[:MOST_LOOKED_AT])
    covers = _covers_for(volunteer, at)
    known = {shift.pk for shift in free}
    asked = list(rows.filter(pk__in=set(covers) - known)[:MOST_LOOKED_AT]) if set(covers) - known else []
    shifts = [*free, *asked]
    if not shifts:
        return []
    person = with_profiles(Volunteer.objects.filter(pk=volunteer.pk)).get()
    spans = _own_spans(person)
    held = list(Certificate.objects.filter(volunteer=person, revoked_at__isnull=True))
    found = [
        OpenShift(
            shift=shift,
            when=local_span(shift.starts_at, shift.ends_at, shift.campaign),
            map_link=map_link(None if shift.place or shift.event is None else shift.event.venue),
            free=max(shift.needed - shift.taken, 0),
            fit=judge(need_of(shift), _offer(person, shift, spans, held)),
            cover=covers.get(shift.pk),
        )
        for shift in shifts
    ]
    return sorted(found, key=_order)[:MOST_SHOWN]


def map_link(venue: Venue | None) -> str:
    """Return a ``geo:`` address (RFC 5870) that opens the phone's own map; blank without a point."""
    if venue is None or venue.latitude is None or venue.longitude is None:
        return ""
    point = f"{venue.latitude:f},{venue.longitude:f}"
    return f"geo:{point}?q={point}({quote(venue.name, safe='')})"


def _order(row: OpenShift) -> tuple[bool, bool, datetime, int]:
    return not row.fit.is_possible, not row.fit.is_good, row.shift.starts_at, -row.fit.score


def _covers_for(volunteer: Volunteer, at: datetime) -> dict[int, CoverRequest]:
    rows = CoverRequest.objects.open(at).filter(assignment__shift__in=takeable_by(volunteer, at))
    return {row.assignment.shift_id: row for row in rows.select_related("assignment")}


def _own_spans(person: Volunteer) -> list[tuple[datetime, datetime]]:
    rows = ShiftAssignment.objects.filter(
        volunteer__supporter=person.supporter_id,
        status__in=[AssignmentStatus.ASSIGNED, AssignmentStatus.DONE],
        shift__cancelled_at__isnull=True,
    )
    return list(rows.values_list("shift__starts_at", "shift__ends_at"))


def _offer(person: Volunteer, shift: Shift, spans: list[tuple[datetime, datetime]], held: list[Certificate]) -> Offer:
    day = local_day(shift.starts_at, shift.campaign)
    holds = shift.required_curriculum_id is None or any(
        each.curriculum_id == shift.required_curriculum_id
        and each.issued_date <= day
        and (each.valid_until is None or each.valid_until >= day)
        for each in held
    )
    return offer_of(person, spans=spans, has_certificate=holds)
