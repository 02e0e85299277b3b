"""What a volunteer's own page shows."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Prefetch

from volunteers.enums import AgreementKind, AssignmentStatus, TrainingPresence
from volunteers.models import AgreementText, CoverRequest, ShiftAssignment, TrainingAttendance, Volunteer
from volunteers.selectors.agreements import ASKED_OF_ALL, missing_agreements
from volunteers.selectors.statistics import Given, given_in_period, leaderboard

BOARD_DAYS = 30
SHOWN = 20


def agreements_to_accept(volunteer: Volunteer, at: datetime, language: str) -> list[AgreementText]:
    """Return the texts that wait for this volunteer, in the reader's language where there is one.

    The agreement for paper collection is asked anew of those who accepted an earlier version of it; the first time
    it is signed when paper is handed out.
    """
    kinds = list(ASKED_OF_ALL)
    if volunteer.acceptances.filter(text__kind=AgreementKind.PROCESSOR).exists():
        kinds.append(AgreementKind.PROCESSOR)
    return missing_agreements(volunteer, kinds, at=at, language=language)


def coming_shifts(volunteer: Volunteer, at: datetime) -> list[ShiftAssignment]:
    """Return the shifts the volunteer has taken and that are not over, the next first."""
    mine = volunteer.assignments.filter(status=AssignmentStatus.ASSIGNED, shift__cancelled_at__isnull=True)
    found = mine.filter(shift__ends_at__gt=at).select_related("shift__event__venue", "shift__event__territory")
    asked = Prefetch("cover_requests", CoverRequest.objects.filter(closed_at__isnull=True), to_attr="open_requests")
    without = found.defer("shift__event__territory__outline").prefetch_related(asked)
    return list(without.order_by("shift__starts_at")[:SHOWN])


def past_shifts(volunteer: Volunteer, at: datetime) -> list[ShiftAssignment]:
    """Return the shifts the volunteer had that are over, the latest first, with their events."""
    mine = volunteer.assignments.standing().filter(shift__cancelled_at__isnull=True, shift__ends_at__lte=at)
    return list(mine.select_related("shift__event").order_by("-shift__starts_at")[:SHOWN])


def coming_trainings(volunteer: Volunteer, at: datetime) -> list[TrainingAttendance]:
    """Return the sessions the volunteer is invited to or coming to, the next first."""
    wanted = [TrainingPresence.INVITED, TrainingPresence.COMING]
    mine = volunteer.attendances.filter(presence__in=wanted, session__cancelled_at__isnull=True)
    found = mine.filter(session__ends_at__gt=at).select_related("session__curriculum")
    return list(found.order_by("session__starts_at")[:SHOWN])


def team_board(volunteer: Volunteer, at: datetime) -> list[Given]:
    """Return what those of the volunteer's team who asked to be shown gave in thirty days; nobody else is there."""
    if volunteer.team_id is None or not volunteer.shows_on_leaderboard:
        return []  # who does not show oneself does not look at the others
    zone = volunteer.campaign.time_zone
    today = at.astimezone(ZoneInfo(zone)).date()
    shown = Volunteer.objects.filter(team=volunteer.team_id, shows_on_leaderboard=True)
    teams = leaderboard(given_in_period(shown, today - timedelta(days=BOARD_DAYS - 1), today, zone=zone))
    return teams[0][1] if teams else []
