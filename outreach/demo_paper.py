"""The demo's paper batches: on time, overdue, returned and destroyed, for an initiative that does not exist."""

from datetime import datetime, timedelta

from accounts.models import Organisation
from campaigns.models import Campaign, Initiative
from outreach.enums import BatchEventKind, BatchStatus
from outreach.models import PaperBatch, PaperBatchEvent
from volunteers.enums import AgreementKind
from volunteers.models import AgreementAcceptance

INITIATIVE = "ECI(2026)000000"  # the register counts from 1: no real initiative bears this number


def load_demo_paper(campaign: Campaign, at: datetime) -> None:
    """Hand out a few batches for a made-up initiative of the campaign: on time, overdue, returned and destroyed.

    Only an initiative that belongs to the campaign shows its paper to the campaign's staff.
    """
    initiative, _made = Initiative.objects.get_or_create(
        registration_number=INITIATIVE,
        defaults={
            "titles": {"en": "A vote where you live (made up for the demo)"},
            "registered_date": (at - timedelta(days=130)).date(),
            "collection_start_date": (at - timedelta(days=120)).date(),
            "campaign": campaign,
            "is_public": False,
        },
    )
    accepted = list(
        AgreementAcceptance.objects.filter(
            text__kind=AgreementKind.PROCESSOR, volunteer__campaign=campaign, volunteer__is_generated=True
        ).select_related("volunteer")[:8]
    )
    if PaperBatch.objects.filter(initiative=initiative).exists():
        return
    plans = (
        (BatchStatus.ISSUED, 12, 9),
        (BatchStatus.ISSUED, 30, -3),
        (BatchStatus.ISSUED, 3, 18),
        (BatchStatus.RETURNED, 40, 0),
        (BatchStatus.RETURNED, 52, 0),
        (BatchStatus.SENT, 70, 0),
        (BatchStatus.DESTROYED, 110, 0),
        (BatchStatus.LOST, 61, 0),
    )
    nationalities = ("FR", "IT", "RO", "BG", "PL", "ES", "PT", "DE")
    for number, ((status, days_ago, due_in), acceptance) in enumerate(zip(plans, accepted, strict=False), start=1):
        _batch(initiative, acceptance, number, status, nationalities[number - 1], at, days_ago, due_in)


def _batch(
    initiative: Initiative,
    acceptance: AgreementAcceptance,
    number: int,
    status: BatchStatus,
    nationality: str,
    at: datetime,
    days_ago: int,
    due_in: int,
) -> None:
    volunteer = acceptance.volunteer
    issued_at = at - timedelta(days=days_ago)
    is_back = status in (BatchStatus.RETURNED, BatchStatus.SENT, BatchStatus.DESTROYED)
    batch = PaperBatch.objects.create(
        initiative=initiative,
        organisation=Organisation.objects.get(pk=volunteer.organisation_id),
        number=number,
        code=f"demo{number:04d}",
        holder=volunteer,
        acceptance=acceptance,
        nationality=nationality,
        sheets=20,
        sheets_returned=20 if is_back else None,
        support_count=7 * number if is_back else None,
        status=status,
        issued_at=issued_at,
        due_back_date=(at + timedelta(days=due_in)).date() if due_in else (issued_at + timedelta(days=21)).date(),
        destroy_by_date=(at + timedelta(days=25 * number)).date(),
        destroyed_date=(at - timedelta(days=5)).date() if status == BatchStatus.DESTROYED else None,
        destruction_method="shredded, DIN 66399 P-5 (demo)" if status == BatchStatus.DESTROYED else "",
        destruction_witness="generated for the demo" if status == BatchStatus.DESTROYED else "",
        is_generated=True,
    )
    log = [BatchEventKind.ISSUED]
    if is_back:
        log += [BatchEventKind.COUNTED, BatchEventKind.RETURNED]
    if status in (BatchStatus.SENT, BatchStatus.DESTROYED, BatchStatus.LOST):
        log += [BatchEventKind(status)]
    for step, kind in enumerate(log):
        PaperBatchEvent.objects.create(
            batch=batch,
            kind=kind,
            at=issued_at + timedelta(days=5 * step),
            actor="job:load_demo",
            to_holder_id=volunteer.pk if kind == BatchEventKind.ISSUED else None,
            sheets=20,
            support_count=batch.support_count if kind == BatchEventKind.COUNTED else None,
        )
