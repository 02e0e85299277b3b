"""How much volunteers gave: hours, shifts, conversations. Whoever gave is thanked; nobody is ranked unasked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils.module_loading import import_string

from volunteers.enums import AssignmentStatus, TrainingPresence
from volunteers.models import Certificate, HoursEntry, ShiftAssignment, Team, TrainingAttendance, Volunteer


@dataclass(frozen=True)
class Given:
    """What one volunteer gave in a period."""

    volunteer: Volunteer
    minutes: int
    contacts: int

    @property
    def hours(self) -> float:
        """Hours, to the quarter that was counted."""
        return round(self.minutes / 60, 2)


@dataclass(frozen=True)
class OwnStatistics:
    """All that one volunteer gave so far."""

    minutes: int
    shifts: int
    trainings: int
    certificates: int
    contacts: int

    @property
    def hours(self) -> float:
        return round(self.minutes / 60, 2)


def own_statistics(volunteer: Volunteer, at: datetime) -> OwnStatistics:
    """Return the volunteer's own figures since the beginning."""
    today = at.astimezone(ZoneInfo(volunteer.campaign.time_zone)).date()
    since = at - timedelta(days=36_500)
    counts = contact_counts([volunteer], since, at + timedelta(days=1))
    return OwnStatistics(
        minutes=HoursEntry.objects.filter(volunteer=volunteer).aggregate(total=Sum("minutes"))["total"] or 0,
        shifts=ShiftAssignment.objects.filter(volunteer=volunteer, status=AssignmentStatus.DONE).count(),
        trainings=TrainingAttendance.objects.filter(volunteer=volunteer, presence=TrainingPresence.ATTENDED).count(),
        certificates=Certificate.objects.valid(today).filter(volunteer=volunteer).count(),
        contacts=counts.get(volunteer.pk, 0),
    )


def contact_counts(volunteers: Iterable[Volunteer], since: datetime, until: datetime) -> dict[int, int]:
    """Return conversations by volunteer, as the package above counts them (settings.VOLUNTEER_CONTACT_COUNTS).

    A login counts for the newest of its volunteers only, so that nobody's conversations are counted twice.
    """
    by_user = {row.user_id: row.pk for row in sorted(volunteers, key=lambda each: each.pk) if row.user_id}
    if not by_user:
        return {}
    counted: dict[int, int] = import_string(settings.VOLUNTEER_CONTACT_COUNTS)(list(by_user), since, until)
    return {by_user[user]: count for user, count in counted.items()}


def given_in_period(volunteers: QuerySet[Volunteer], first: date, last: date, *, zone: str) -> list[Given]:
    """Return who gave time or had conversations from ``first`` to ``last`` (both included), the most hours first."""
    hours = HoursEntry.objects.filter(volunteer__in=volunteers.order_by(), day__gte=first, day__lte=last)
    minutes = dict(
        hours.order_by().values("volunteer").annotate(total=Sum("minutes")).values_list("volunteer", "total")
    )
    rows = list(volunteers.select_related("supporter", "team", "organisation"))
    since = datetime.combine(first, time(), ZoneInfo(zone))
    until = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(zone))
    contacts = contact_counts(rows, since, until)
    given = [Given(row, minutes.get(row.pk, 0), contacts.get(row.pk, 0)) for row in rows]
    return sorted(
        (each for each in given if each.minutes or each.contacts),
        key=lambda each: (-each.minutes, -each.contacts, str(each.volunteer)),
    )


def leaderboard(given: list[Given]) -> list[tuple[Team, list[Given]]]:
    """Return those who agreed to be shown, by team; who has no team or did not agree stands nowhere."""
    by_team: dict[Team, list[Given]] = {}
    for each in given:
        if each.volunteer.shows_on_leaderboard and each.volunteer.team is not None:
            by_team.setdefault(each.volunteer.team, []).append(each)
    return sorted(by_team.items(), key=lambda pair: pair[0].name)
