"""Certificates: issued to whom they are due, revoked with a reason."""

from collections import defaultdict
from datetime import date, datetime

from django.db import transaction

from campaigns.zones import local_day, zone_of
from core import audit
from volunteers.actions.pipeline import move_volunteer
from volunteers.certificate_rules import add_months, completed_on, new_code
from volunteers.enums import Stage, TrainingPresence
from volunteers.models import Certificate, Curriculum, TrainingAttendance, TrainingSession, Volunteer

JOB = "job:issue_certificates"
BEFORE_TRAINED = (Stage.APPLIED, Stage.CONTACTED)


class ReasonMissing(ValueError):
    """A certificate is not revoked without saying why."""


@transaction.atomic
def issue_due_certificates(
    *, curriculum: Curriculum, by: audit.Actor, at: datetime, session: TrainingSession | None = None
) -> list[Certificate]:
    """Give a certificate to everybody who attended ``sessions_required`` different units, and return the new ones.

    With a ``session`` only to those who attended that very session. A certificate bears the day on which the last unit
    needed was attended and is valid for the training's months from there, its last day included. Attending all of it
    again after that day renews it; so does attending all of it again after one was revoked. A second call, or one at
    the same moment, issues nothing twice: the training's row is locked, and the table holds one per person and day.
    Who is still applied or contacted becomes trained with it.
    """
    locked = Curriculum.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=curriculum.pk)
    attended = _attended(locked, session)
    settled = _settled_days(locked, attended.keys())
    issued = []
    for volunteer, units in attended.items():
        day = completed_on(units, required=locked.sessions_required, after=settled.get(volunteer))
        if day is None or (volunteer in settled and locked.valid_months is None and not _lost(locked, volunteer)):
            continue
        until = add_months(day, locked.valid_months) if locked.valid_months else None
        certificate = Certificate.objects.create(
            code=new_code(), curriculum=locked, volunteer_id=volunteer, issued_date=day, valid_until=until
        )
        audit.record("volunteers.certificate.issued", by=by, target=certificate, curriculum=locked.pk)
        issued.append(certificate)
    _become_trained([each.volunteer_id for each in issued], at)
    return issued


def _become_trained(volunteers: list[int], at: datetime) -> None:
    for volunteer in Volunteer.objects.filter(pk__in=volunteers, stage__in=BEFORE_TRAINED).order_by("pk"):
        move_volunteer(volunteer=volunteer, to_stage=Stage.TRAINED, by=JOB, at=at)


def _attended(curriculum: Curriculum, session: TrainingSession | None) -> dict[int, list[tuple[int, date]]]:
    rows = TrainingAttendance.objects.filter(session__curriculum=curriculum, presence=TrainingPresence.ATTENDED)
    if session is not None:
        here = rows.filter(session=session).values("volunteer")
        rows = rows.filter(volunteer__in=here)
    zone = zone_of(curriculum.campaign)
    found: dict[int, list[tuple[int, date]]] = defaultdict(list)
    for volunteer, unit, starts_at in rows.values_list("volunteer", "session__unit", "session__starts_at"):
        found[volunteer].append((unit, starts_at.astimezone(zone).date()))
    return found


def _settled_days(curriculum: Curriculum, volunteers: object) -> dict[int, date]:
    """Return, per volunteer, the day of the last certificate, or of its revocation: what came until then is settled."""
    days: dict[int, date] = {}
    rows = Certificate.objects.filter(curriculum=curriculum, volunteer__in=list(volunteers))  # type: ignore[call-overload]
    for volunteer, issued, revoked_at in rows.values_list("volunteer", "issued_date", "revoked_at"):
        day = max(issued, local_day(revoked_at, curriculum.campaign)) if revoked_at else issued
        days[volunteer] = max(day, days.get(volunteer, day))
    return days


def _lost(curriculum: Curriculum, volunteer: int) -> bool:
    """Whether nothing without an end stands for this person: such a certificate needs no renewal."""
    return not Certificate.objects.filter(
        curriculum=curriculum, volunteer=volunteer, revoked_at__isnull=True, valid_until__isnull=True
    ).exists()


@transaction.atomic
def revoke_certificate(*, certificate: Certificate, reason: str, by: audit.Actor, at: datetime) -> Certificate:
    """Take a certificate back and return it; shifts that ask for it are refused from now on, ever since its issue.

    A second call changes nothing and keeps the first reason. Raises ReasonMissing without one.
    """
    if not reason.strip():
        raise ReasonMissing
    changed = Certificate.objects.filter(pk=certificate.pk, revoked_at__isnull=True).update(
        revoked_at=at, revoked_reason=reason.strip()[:200]
    )
    certificate.refresh_from_db()
    if changed:
        audit.record("volunteers.certificate.revoked", by=by, target=certificate)
    return certificate
