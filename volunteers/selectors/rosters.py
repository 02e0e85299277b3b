"""Who is in a session or a shift, and who could be: reads shaped for the screens that fill them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Prefetch, QuerySet, Value, When

from campaigns.zones import local_day, local_span, zone_of
from people.names import name_with_origin
from volunteers.availability_rules import is_free, parts_of
from volunteers.enums import AssignmentStatus, TrainingPresence
from volunteers.models import Certificate, Shift, ShiftAssignment, TrainingAttendance, TrainingSession, Volunteer
from volunteers.selectors.certificates import holders_among

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class SheetRow:
    """One person on the attendance sheet. ``certificate``: the code of the one that stands, if any."""

    volunteer: int
    name: str
    presence: str
    label: str
    certificate: str


@dataclass(frozen=True)
class Clash:
    """Another shift somebody has at the same time; of one the viewer may not see there is neither title nor link."""

    shift: int | None = None
    title: str = ""
    when: str = ""


@dataclass(frozen=True)
class ShiftPlace:
    """One standing place of a shift, and what speaks against it by now."""

    assignment: int
    name: str
    status: str
    label: str
    lacks_certificate: bool
    lacks_language: bool
    lacks_time: bool
    clashes: list[Clash]

    @property
    def is_doubtful(self) -> bool:
        """Whether the time of the shift does not suit who is expected: a planner has to look."""
        return self.lacks_certificate or self.lacks_time or bool(self.clashes)


def display_name(volunteer: Volunteer) -> str:
    """Return a volunteer's name for staff; people made for the demo are marked as generated."""
    return name_with_origin(volunteer.supporter.full_name, volunteer.is_generated)


def sheet_of(session: TrainingSession, user: "User") -> list[SheetRow]:
    """Return everybody in a session whom the viewer may see, in two queries.

    By name, so that nobody jumps away under the finger that marks them; those who declined come last.
    """
    last = Case(When(presence=TrainingPresence.DECLINED, then=Value(1)), default=Value(0), output_field=IntegerField())
    standing = Certificate.objects.filter(curriculum=session.curriculum, revoked_at__isnull=True)
    places = (
        TrainingAttendance.objects.filter(session=session, volunteer__in=Volunteer.objects.visible_to(user))
        .select_related("volunteer__supporter")
        .prefetch_related(Prefetch("volunteer__certificates", queryset=standing, to_attr="held"))
        .order_by(last, "volunteer__supporter__full_name", "pk")
    )
    return [
        SheetRow(
            volunteer=place.volunteer_id,
            name=display_name(place.volunteer),
            presence=place.presence,
            label=place.get_presence_display(),
            certificate=place.volunteer.held[0].code if place.volunteer.held else "",
        )
        for place in places
    ]


def without_place_in(session: TrainingSession, user: "User") -> "QuerySet[Volunteer]":
    """Return the volunteers of the training's campaign whom the viewer may see and who have no place in the session."""
    there = TrainingAttendance.objects.filter(session=session).values("volunteer")
    return (
        Volunteer.objects.visible_to(user)
        .filter(campaign=session.curriculum.campaign_id)
        .exclude(pk__in=there)
        .select_related("supporter")
    )


def places_of(shift: Shift, user: "User") -> list[ShiftPlace]:
    """Return who has the shift, whom the viewer may see, in the order they took it."""
    rows = (
        ShiftAssignment.objects.standing()
        .filter(shift=shift, volunteer__in=Volunteer.objects.visible_to(user))
        .select_related("volunteer__supporter")
        .prefetch_related("volunteer__languages", "volunteer__availabilities")
        .order_by("pk")
    )
    found = list(rows)
    holders = _holders(shift, [row.volunteer for row in found])
    needed = parts_of(shift.starts_at, shift.ends_at, zone_of(shift.campaign))
    expected = [row for row in found if row.status == AssignmentStatus.ASSIGNED]
    clashes = _clashes(shift, expected, user)
    away = {row.pk for row in expected if not is_free(_told_times(row.volunteer), needed)}
    return [
        ShiftPlace(
            assignment=row.pk,
            name=display_name(row.volunteer),
            status=row.status,
            label=row.get_status_display(),
            lacks_certificate=row.volunteer_id not in holders,
            lacks_language=lacks_language(shift, row.volunteer),
            lacks_time=row.pk in away,
            clashes=clashes.get(row.volunteer.supporter_id, []),
        )
        for row in found
    ]


def lacks_language(shift: Shift, volunteer: Volunteer) -> bool:
    """Whether the shift needs a language the volunteer did not name: a warning, never a refusal."""
    return bool(shift.language) and shift.language not in {each.language for each in volunteer.languages.all()}


def _holders(shift: Shift, volunteers: list[Volunteer]) -> set[int]:
    return holders_among(volunteers, shift.required_curriculum, local_day(shift.starts_at, shift.campaign))


def _told_times(volunteer: Volunteer) -> set[tuple[int, str]]:
    return {(each.weekday, each.part) for each in volunteer.availabilities.all()}


def _at_the_same_time(shift: Shift, volunteers: list[Volunteer]) -> "QuerySet[ShiftAssignment]":
    return ShiftAssignment.objects.filter(
        status=AssignmentStatus.ASSIGNED,
        volunteer__supporter__in=[volunteer.supporter_id for volunteer in volunteers],
        shift__cancelled_at__isnull=True,
        shift__starts_at__lt=shift.ends_at,
        shift__ends_at__gt=shift.starts_at,
    ).exclude(shift=shift)


def _clashes(shift: Shift, places: list[ShiftAssignment], user: "User") -> dict[int, list[Clash]]:
    """Return what else the people of ``places`` do while the shift lasts, by supporter."""
    others = list(
        _at_the_same_time(shift, [place.volunteer for place in places])
        .select_related("shift__campaign", "shift__event", "volunteer")
        .order_by("shift__starts_at", "pk")
    )
    ids = [other.shift_id for other in others]
    visible = set(Shift.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    found: dict[int, list[Clash]] = {}
    for other in others:
        also = other.shift
        is_seen = also.pk in visible
        when = local_span(also.starts_at, also.ends_at, also.campaign)
        clash = Clash(also.pk if is_seen else None, also.full_title if is_seen else "", when)
        found.setdefault(other.volunteer.supporter_id, []).append(clash)
    return found
