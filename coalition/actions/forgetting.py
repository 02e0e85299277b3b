"""What is held about the people of partners goes when its time is over, as ``privacy.py`` says."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from coalition.actions.imports import FORGOTTEN_AFTER
from coalition.models import PartnerApplication, PartnerContact, PartnerDeparture, PartnerImport
from core import audit
from core.locks import writing_in_turn

JOB = "job:forget_partners_people"
AFTER_ANSWER = timedelta(days=365)


def forget_partners_people(*, at: datetime) -> dict[str, int]:
    """Let go of the people of partners that nothing keeps any more, and return how many rows of each table.

    Whom to answer, a year after the answer; the contact persons of partners that left; which roles people of a partner
    that left had, once its campaign is over; and files somebody looked at and left. Safe to call twice.
    """
    with writing_in_turn(), transaction.atomic():
        counts = {
            "coalition.PartnerApplication": _blank_applications(at),
            "coalition.PartnerContact": PartnerContact.objects.filter(partnership__left_at__isnull=False).delete()[0],
            "coalition.PartnerDeparture": _blank_departures(at),
            "coalition.PartnerImport": PartnerImport.objects.forgotten(at - FORGOTTEN_AFTER).delete()[0],
        }
        gone = {label: count for label, count in counts.items() if count}
        if gone:
            audit.record("coalition.people.forgotten", by=JOB, counts=gone)
    return gone


def _blank_applications(at: datetime) -> int:
    answered = PartnerApplication.objects.filter(decided_at__lte=at - AFTER_ANSWER)
    blank = {"contact_name": "", "contact_function": "", "contact_email": "", "why": "", "decided_by": None}
    return answered.exclude(**blank).update(**blank)


def _blank_departures(at: datetime) -> int:
    today = timezone.localtime(at).date()
    over = PartnerDeparture.objects.filter(partnership__campaign__ends_date__lt=today)
    return over.exclude(ended_memberships=[]).update(ended_memberships=[])
