"""Who could take a shift, ranked, with what speaks for and against each: the right side of the shift board."""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, Exists, IntegerField, OuterRef, Value, When

from campaigns.zones import local_span
from volunteers.models import Shift, ShiftAssignment, Volunteer, VolunteerLanguage
from volunteers.selectors.offers import assignments_around, need_of, offers_of, with_profiles
from volunteers.selectors.rosters import Clash, display_name
from volunteers.suggestion_rules import Fit, Obstacle, judge

if TYPE_CHECKING:
    from accounts.models import User

MOST_JUDGED = 500


@dataclass(frozen=True)
class Suggestion:
    """One volunteer who could take a shift."""

    volunteer: int
    name: str
    team: str
    fit: Fit
    clashes: tuple[Clash, ...] = ()

    @property
    def obstacles(self) -> tuple[Obstacle, ...]:
        """What makes it impossible, besides the shifts in ``clashes``."""
        return tuple(each for each in self.fit.obstacles if each != Obstacle.CLASH)


def suggestions_for(shift: Shift, user: "User", *, named: str = "") -> list[Suggestion]:
    """Return the volunteers of the campaign whom the viewer sees and who do not have the shift, the best first.

    Impossible ones come last. Of a campaign with more than 500 such people, those who speak the language are judged
    first; a name finds everybody. A fixed number of queries.
    """
    has_it = ShiftAssignment.objects.standing().filter(shift=shift).values("volunteer__supporter")
    people = Volunteer.objects.visible_to(user).taking_part().filter(campaign=shift.campaign_id)
    people = people.exclude(supporter__in=has_it)
    if named:
        people = people.filter(supporter__full_name__icontains=named)
    speaks = VolunteerLanguage.objects.filter(volunteer=OuterRef("pk"), language=shift.language)
    first = Case(When(Exists(speaks), then=Value(0)), default=Value(1), output_field=IntegerField())
    found = list(with_profiles(people).order_by(first, "-last_touch_at", "pk")[:MOST_JUDGED])
    need, offers = need_of(shift), offers_of(shift, found)
    clashes = _clashes(shift, {row.supporter_id for row in found}, user)
    rows = [
        Suggestion(
            volunteer=volunteer.pk,
            name=display_name(volunteer),
            team=volunteer.team.name if volunteer.team else "",
            fit=judge(need, offers[volunteer.pk]),
            clashes=tuple(clashes.get(volunteer.supporter_id, ())),
        )
        for volunteer in found
    ]
    return sorted(rows, key=lambda row: (not row.fit.is_possible, -row.fit.score, row.name, row.volunteer))


def _clashes(shift: Shift, supporters: set[int], user: "User") -> dict[int, list[Clash]]:
    others = [
        each
        for each in assignments_around(shift, supporters)
        if each.shift.starts_at < shift.ends_at and each.shift.ends_at > shift.starts_at
    ]
    ids = {other.shift_id for other in others}
    visible = Shift.objects.visible_to(user).filter(pk__in=ids).select_related("campaign", "event")
    seen = {row.pk: row for row in visible}
    found: dict[int, list[Clash]] = defaultdict(list)
    for other in others:
        row = seen.get(other.shift_id)
        found[other.volunteer.supporter_id].append(_told(row))
    return found


def _told(shift: Shift | None) -> Clash:
    if shift is None:
        return Clash(None, "", "")
    return Clash(shift.pk, shift.full_title, local_span(shift.starts_at, shift.ends_at, shift.campaign))
