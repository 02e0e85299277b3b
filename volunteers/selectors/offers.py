"""What is known of people for `suggestion_rules`, read in a fixed number of queries however many they are."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db.models import Prefetch

from campaigns.zones import local_day, zone_of
from places.models import Territory
from volunteers.enums import WORKING_STAGES, AssignmentStatus, Stage
from volunteers.models import Shift, ShiftAssignment, Volunteer
from volunteers.querysets import VolunteerQuerySet
from volunteers.selectors.certificates import holders_among
from volunteers.suggestion_rules import Need, Offer, Span

AROUND = timedelta(days=8)  # a week and the rest before it


def with_profiles(people: VolunteerQuerySet) -> VolunteerQuerySet:
    """Fetch with each volunteer what they told about themselves."""
    places = Prefetch("communes", queryset=Territory.objects.without_outlines())
    return people.select_related("supporter", "team").prefetch_related("languages", "availabilities", places)


def need_of(shift: Shift) -> Need:
    """Return what a shift asks for; where it names no commune, its event's counts."""
    return Need(
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        zone=zone_of(shift.campaign),
        language=shift.language,
        commune=shift.territory_id or (shift.event.territory_id if shift.event else None),
    )


def offers_of(shift: Shift, volunteers: Collection[Volunteer]) -> dict[int, Offer]:
    """Return what is known of each volunteer by id, with the shifts they have in every organisation; two queries."""
    holders = holders_among(list(volunteers), shift.required_curriculum, local_day(shift.starts_at, shift.campaign))
    around = assignments_around(shift, {volunteer.supporter_id for volunteer in volunteers})
    spans: dict[int, list[Span]] = defaultdict(list)
    for assignment in around:
        spans[assignment.volunteer.supporter_id].append((assignment.shift.starts_at, assignment.shift.ends_at))
    return {
        volunteer.pk: offer_of(volunteer, spans=spans[volunteer.supporter_id], has_certificate=volunteer.pk in holders)
        for volunteer in volunteers
    }


def assignments_around(shift: Shift, supporters: Collection[int]) -> list[ShiftAssignment]:
    """Return what these people have promised from a week before a shift to a week after it, itself left out."""
    rows = ShiftAssignment.objects.filter(
        status__in=[AssignmentStatus.ASSIGNED, AssignmentStatus.DONE],
        volunteer__supporter__in=supporters,
        shift__cancelled_at__isnull=True,
        shift__ends_at__gt=shift.starts_at - AROUND,
        shift__starts_at__lt=shift.ends_at + AROUND,
    ).exclude(shift=shift)
    return list(rows.select_related("shift", "volunteer").order_by("shift__starts_at", "pk"))


def offer_of(volunteer: Volunteer, *, spans: Iterable[Span], has_certificate: bool) -> Offer:
    """Return what one volunteer told, prefetched by `with_profiles`, with what they have to do and hold."""
    return Offer(
        languages=frozenset(each.language for each in volunteer.languages.all()),
        communes=frozenset(place.pk for place in volunteer.communes.all()),
        times=frozenset((each.weekday, each.part) for each in volunteer.availabilities.all()),
        spans=tuple(spans),
        has_certificate=has_certificate,
        is_trained=volunteer.stage in WORKING_STAGES,
        is_resting=volunteer.stage == Stage.RESTING,
    )
