"""Who is in a session or a shift, and who could be: reads shaped for the screens that fill them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Prefetch, QuerySet, Value, When

from campaigns.zones import local_day
from people.names import name_with_origin
from volunteers.enums import TrainingPresence
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
class ShiftPlace:
    """One standing place of a shift."""

    assignment: int
    name: str
    status: str
    label: str
    lacks_certificate: bool
    lacks_language: bool


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
        .prefetch_related("volunteer__languages")
        .order_by("pk")
    )
    found = list(rows)
    holders = _holders(shift, [row.volunteer for row in found])
    return [
        ShiftPlace(
            assignment=row.pk,
            name=display_name(row.volunteer),
            status=row.status,
            label=row.get_status_display(),
            lacks_certificate=row.volunteer_id not in holders,
            lacks_language=lacks_language(shift, row.volunteer),
        )
        for row in found
    ]


def lacks_language(shift: Shift, volunteer: Volunteer) -> bool:
    """Whether the shift needs a language the volunteer did not name: a warning, never a refusal."""
    return bool(shift.language) and shift.language not in {each.language for each in volunteer.languages.all()}


def _holders(shift: Shift, volunteers: list[Volunteer]) -> set[int]:
    return holders_among(volunteers, shift.required_curriculum, local_day(shift.starts_at, shift.campaign))
