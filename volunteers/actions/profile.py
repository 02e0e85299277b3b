"""What volunteers tell about themselves: languages, communes, skills, when they can come."""

from dataclasses import dataclass

from django.db import transaction

from core import audit
from core.audit import Actor
from places.models import Territory
from volunteers.models import Availability, Skill, Volunteer, VolunteerLanguage


@dataclass(frozen=True)
class Profile:
    """A volunteer's own answers; an empty one means: not said here. ``availability``: (ISO weekday, part of day)."""

    languages: tuple[str, ...] = ()
    communes: tuple[Territory, ...] = ()
    skills: tuple[Skill, ...] = ()
    availability: tuple[tuple[int, str], ...] = ()


def set_profile(*, volunteer: Volunteer, profile: Profile, clears: bool = False) -> None:
    """Write the answers; an empty one leaves what stood there, unless ``clears``. Call inside a transaction."""
    if profile.languages or clears:
        _set_languages(volunteer, profile.languages)
    if profile.communes or clears:
        volunteer.communes.set(profile.communes)
    if profile.skills or clears:
        volunteer.skills.set(profile.skills)
    if profile.availability or clears:
        _set_availability(volunteer, profile.availability)


def _set_languages(volunteer: Volunteer, languages: tuple[str, ...]) -> None:
    volunteer.languages.exclude(language__in=languages).delete()
    VolunteerLanguage.objects.bulk_create(
        [VolunteerLanguage(volunteer=volunteer, language=code) for code in dict.fromkeys(languages)],
        ignore_conflicts=True,
    )


def _set_availability(volunteer: Volunteer, times: tuple[tuple[int, str], ...]) -> None:
    known = {(row.weekday, row.part): row.pk for row in volunteer.availabilities.all()}
    gone = [pk for time, pk in known.items() if time not in set(times)]
    Availability.objects.filter(pk__in=gone).delete()
    Availability.objects.bulk_create(
        [Availability(volunteer=volunteer, weekday=day, part=part) for day, part in dict.fromkeys(times)],
        ignore_conflicts=True,
    )


@transaction.atomic
def change_profile(*, volunteer: Volunteer, profile: Profile, shows_on_leaderboard: bool, by: Actor) -> Volunteer:
    """Write what a volunteer (or staff for them) changed on a screen that shows everything; empty means none."""
    current = Volunteer.objects.select_for_update().get(pk=volunteer.pk)
    set_profile(volunteer=current, profile=profile, clears=True)
    if current.shows_on_leaderboard != shows_on_leaderboard:
        current.shows_on_leaderboard = shows_on_leaderboard
        current.save(update_fields=["shows_on_leaderboard"])
    audit.record("volunteers.volunteer.profile_changed", by=by, target=current)
    return current
