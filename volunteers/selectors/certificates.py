"""Who holds which certificate, and what the public may learn of one."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from campaigns.zones import local_day
from volunteers.certificate_rules import typed_code
from volunteers.models import Certificate, Curriculum, Volunteer


def holds_certificate(volunteer: Volunteer, curriculum: Curriculum | None, on: date) -> bool:
    """Whether the volunteer may do on that day what asks for this training's certificate; no training asks nothing.

    A certificate counts from the day it was issued to the last day it is valid, unless it was revoked.
    """
    if curriculum is None:
        return True
    return Certificate.objects.valid(on).filter(volunteer=volunteer, curriculum=curriculum).exists()


def holders_among(volunteers: list[Volunteer], curriculum: Curriculum | None, on: date) -> set[int]:
    """Return the ids of those of ``volunteers`` for whom `holds_certificate` is true, in one query."""
    ids = {volunteer.pk for volunteer in volunteers}
    if curriculum is None:
        return ids
    rows = Certificate.objects.valid(on).filter(volunteer__in=ids, curriculum=curriculum)
    return set(rows.values_list("volunteer", flat=True))


class Standing(StrEnum):
    """What the verification page says of a code."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verification:
    """What anybody holding the code may read: no more of the person than a first name and an initial."""

    standing: Standing
    code: str = ""
    name: str = ""
    training: str = ""
    organisation: str = ""
    issued_date: date | None = None
    valid_until: date | None = None


def verify_code(text: str, *, at: datetime) -> Verification:
    """Return what we say about a code as somebody typed it."""
    code = typed_code(text)
    found = (
        Certificate.objects.filter(code=code).select_related(
            "curriculum__campaign", "curriculum__organisation", "volunteer__supporter"
        )
        if code
        else Certificate.objects.none()
    )
    certificate = found.first()
    if certificate is None:
        return Verification(Standing.UNKNOWN, code)
    return Verification(
        standing=standing_of(certificate, local_day(at, certificate.curriculum.campaign)),
        code=code,
        name=first_name_and_initial(certificate.volunteer.supporter.full_name),
        training=certificate.curriculum.title,
        organisation=certificate.curriculum.organisation.name,
        issued_date=certificate.issued_date,
        valid_until=certificate.valid_until,
    )


def standing_of(certificate: Certificate, on: date) -> Standing:
    """Return what a certificate is worth on a day."""
    if certificate.revoked_at is not None:
        return Standing.REVOKED
    if certificate.valid_until is not None and certificate.valid_until < on:
        return Standing.EXPIRED
    return Standing.VALID


def first_name_and_initial(full_name: str) -> str:
    """Return "Amina B." for "Amina Bensaïd": enough to recognise who shows the paper."""
    words = full_name.split()
    return words[0] if len(words) == 1 else f"{words[0]} {words[-1][0]}." if words else ""
