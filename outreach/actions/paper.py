"""Official paper forms of an initiative: handed out against an agreement, followed from hand to hand, counted,
destroyed in time. We hold counts, never what is on the sheets (Regulation (EU) 2019/788, Art. 9, 11 and 19)."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from campaigns.initiative_rules import add_months, country_rules
from campaigns.models import DeadlineKind, Initiative
from core import audit
from core.locks import hold_lock
from outreach.enums import BatchEventKind, BatchStatus
from outreach.models import PaperBatch, PaperBatchEvent
from volunteers.enums import AgreementKind
from volunteers.models import AgreementAcceptance, Volunteer
from volunteers.selectors.agreements import latest_acceptance

if TYPE_CHECKING:
    from accounts.models import User

# Without letters that are read as digits: the code is typed from a cover sheet now and then.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8


class AgreementMissing(Exception):
    """Whoever would hold the sheets has not accepted the processor agreement (Art. 28 GDPR)."""


class BatchRefused(Exception):
    """The step does not fit where the batch is; the message says why."""


@dataclass(frozen=True)
class Destruction:
    """The evidence that a batch was destroyed."""

    on: date
    method: str
    witness: str


@transaction.atomic
def issue_batch(
    *,
    initiative: Initiative,
    holder: Volunteer,
    nationality: str,
    sheets: int,
    due_back: date,
    by: "User | str",
    at: datetime,
) -> PaperBatch:
    """Hand out numbered sheets of one nationality to a volunteer, and return the batch.

    The holder's organisation answers for it. Numbers run from 1 without gaps per initiative, also when two are issued
    at once. The day of destruction is the initiative's stored deadline. Raises AgreementMissing, and BatchRefused for
    a holder of another campaign, a country without forms, or no sheets.
    """
    if initiative.campaign_id is None or holder.campaign_id != initiative.campaign_id:
        raise BatchRefused(_("This volunteer works for another campaign than the initiative's."))
    if nationality not in country_rules():
        raise BatchRefused(_("There is no official form for this country."))
    if sheets < 1:
        raise BatchRefused(_("Hand out at least one sheet."))
    acceptance = _agreement_of(holder)
    hold_lock(f"paper:{initiative.pk}")
    last = PaperBatch.objects.filter(initiative=initiative).aggregate(last=Max("number"))["last"] or 0
    batch = PaperBatch.objects.create(
        initiative=initiative,
        organisation_id=holder.organisation_id,
        number=last + 1,
        code=_new_code(),
        holder=holder,
        acceptance=acceptance,
        nationality=nationality,
        sheets=sheets,
        issued_at=at,
        due_back_date=due_back,
        destroy_by_date=destruction_deadline(initiative),
    )
    _log(batch, BatchEventKind.ISSUED, by=by, at=at, to_holder_id=holder.pk, sheets=sheets)
    audit.record(
        "outreach.paper_batch.issued", by=by, target=batch, number=batch.number, sheets=sheets, country=nationality
    )
    return batch


@transaction.atomic
def pass_on_batch(*, batch: PaperBatch, to: Volunteer, by: "User | str", at: datetime, note: str = "") -> PaperBatch:
    """Write down that a batch went from its holder to another volunteer of the same campaign and organisation.

    The new holder needs the agreement too. Raises AgreementMissing or BatchRefused.
    """
    batch = _locked(batch)
    _only(batch, BatchStatus.ISSUED)
    if batch.holder_id == to.pk:
        return batch
    if to.campaign_id != batch.initiative.campaign_id or to.organisation_id != batch.organisation_id:
        raise BatchRefused(_("Sheets stay with the organisation that answers for them; return and issue them anew."))
    acceptance = _agreement_of(to)
    before, batch.holder, batch.acceptance = batch.holder_id, to, acceptance
    batch.save(update_fields=["holder", "acceptance"])
    _log(batch, BatchEventKind.PASSED_ON, by=by, at=at, from_holder_id=before, to_holder_id=to.pk, note=note)
    audit.record("outreach.paper_batch.passed_on", by=by, target=batch)
    return batch


@transaction.atomic
def count_batch(*, batch: PaperBatch, support_count: int, by: "User | str", at: datetime, note: str = "") -> PaperBatch:
    """Write down how many statements the sheets carry; a later count replaces it, the log keeps both."""
    batch = _locked(batch)
    _only(batch, BatchStatus.ISSUED, BatchStatus.RETURNED)
    if support_count < 0:
        raise BatchRefused(_("A count cannot be negative."))
    if batch.support_count == support_count:
        return batch
    batch.support_count = support_count
    batch.save(update_fields=["support_count"])
    _log(batch, BatchEventKind.COUNTED, by=by, at=at, support_count=support_count, note=note)
    audit.record("outreach.paper_batch.counted", by=by, target=batch, count=support_count)
    return batch


@transaction.atomic
def return_batch(
    *, batch: PaperBatch, sheets: int, support_count: int | None, by: "User | str", at: datetime, note: str = ""
) -> PaperBatch:
    """Take a batch back: how many sheets came, and how many statements were counted on them if somebody counted.

    Fewer sheets than were handed out is written down as it is; more is refused (BatchRefused).
    """
    batch = _locked(batch)
    if batch.status == BatchStatus.RETURNED and batch.sheets_returned == sheets:
        return batch
    _only(batch, BatchStatus.ISSUED, BatchStatus.LOST)
    if not 0 <= sheets <= batch.sheets:
        raise BatchRefused(_("More sheets came back than were handed out."))
    batch.status, batch.sheets_returned = BatchStatus.RETURNED, sheets
    if support_count is not None:
        batch.support_count = support_count
    batch.save(update_fields=["status", "sheets_returned", "support_count"])
    told = {"sheets": sheets, "support_count": support_count, "from_holder_id": batch.holder_id, "note": note}
    _log(batch, BatchEventKind.RETURNED, by=by, at=at, **told)
    audit.record("outreach.paper_batch.returned", by=by, target=batch, sheets=sheets, missing=batch.sheets - sheets)
    return batch


@transaction.atomic
def send_batch(*, batch: PaperBatch, by: "User | str", at: datetime, note: str = "") -> PaperBatch:
    """Write down that the returned sheets were handed to the organisers for upload to the central system."""
    batch = _locked(batch)
    if batch.status == BatchStatus.SENT:
        return batch
    _only(batch, BatchStatus.RETURNED)
    if batch.support_count is None:
        raise BatchRefused(_("Count the statements before the sheets leave."))
    return _move(batch, BatchStatus.SENT, BatchEventKind.SENT, by=by, at=at, note=note)


@transaction.atomic
def lose_batch(*, batch: PaperBatch, by: "User | str", at: datetime, note: str) -> PaperBatch:
    """Write down that sheets are lost: with people's data on them that is a breach the organisers must judge at once
    (Art. 33 GDPR: 72 hours). Found again, the batch is returned like any other."""
    batch = _locked(batch)
    if batch.status == BatchStatus.LOST:
        return batch
    _only(batch, BatchStatus.ISSUED, BatchStatus.RETURNED)
    return _move(batch, BatchStatus.LOST, BatchEventKind.LOST, by=by, at=at, note=note)


@transaction.atomic
def destroy_batch(
    *, batch: PaperBatch, evidence: Destruction, by: "User | str", at: datetime, note: str = ""
) -> PaperBatch:
    """Write down that every sheet and copy was destroyed, with date, method and witness (Art. 19(5))."""
    batch = _locked(batch)
    if batch.status == BatchStatus.DESTROYED:
        return batch
    _only(batch, BatchStatus.RETURNED, BatchStatus.SENT)
    if evidence.on < batch.issued_at.date():
        raise BatchRefused(_("It cannot have been destroyed before it was handed out."))
    batch.destroyed_date = evidence.on
    batch.destruction_method, batch.destruction_witness = evidence.method, evidence.witness
    batch.save(update_fields=["destroyed_date", "destruction_method", "destruction_witness"])
    return _move(batch, BatchStatus.DESTROYED, BatchEventKind.DESTROYED, by=by, at=at, note=note)


@transaction.atomic
def set_batch_dates(*, batch: PaperBatch, due_back: date, destroy_by: date | None, by: "User | str") -> PaperBatch:
    """Set when a batch is due back and when it must be destroyed: the law has moved such days before."""
    batch = _locked(batch)
    changed = [
        name
        for name, value in (("due_back_date", due_back), ("destroy_by_date", destroy_by))
        if getattr(batch, name) != value
    ]
    if not changed:
        return batch
    batch.due_back_date, batch.destroy_by_date = due_back, destroy_by
    batch.save(update_fields=["due_back_date", "destroy_by_date"])
    audit.record(
        "outreach.paper_batch.dates_changed",
        by=by,
        target=batch,
        changed=changed,
        due_back_date=str(due_back),
        destroy_by_date=str(destroy_by or ""),
    )
    return batch


def destruction_deadline(initiative: Initiative) -> date | None:
    """Return the day by which everything is destroyed, as the initiative's planning says; None while it says nothing.

    One month after submission to the Commission or 21 months after the start of collection, whichever is earlier
    (Art. 19(5)): the planning proposes the second, and once the submission is stored the first may come before it.
    """
    stored = dict(initiative.deadlines.values_list("kind", "due_date"))
    days = []
    if DeadlineKind.DESTRUCTION in stored:
        days.append(stored[DeadlineKind.DESTRUCTION])
    if DeadlineKind.TO_COMMISSION in stored:
        days.append(add_months(stored[DeadlineKind.TO_COMMISSION], 1))
    return min(days, default=None)


def _agreement_of(volunteer: Volunteer) -> AgreementAcceptance:
    acceptance = latest_acceptance(volunteer, AgreementKind.PROCESSOR)
    if acceptance is None:
        raise AgreementMissing(
            _(
                "This volunteer has not accepted the processor agreement for paper collection (Art. 28 GDPR). "
                "No sheet may be handed out before."
            )
        )
    return acceptance


def _new_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _each in range(CODE_LENGTH))


def _locked(batch: PaperBatch) -> PaperBatch:
    """Return the batch as it stands, held until the transaction ends."""
    hold_lock(f"paper:{batch.initiative_id}")
    found: PaperBatch = PaperBatch.objects.select_related("initiative").get(pk=batch.pk)
    return found


def _only(batch: PaperBatch, *statuses: BatchStatus) -> None:
    if batch.status not in statuses:
        raise BatchRefused(_("This batch is %(state)s; the step does not fit.") % {"state": batch.get_status_display()})


def _move(
    batch: PaperBatch, status: BatchStatus, kind: BatchEventKind, *, by: "User | str", at: datetime, note: str
) -> PaperBatch:
    batch.status = status
    batch.save(update_fields=["status"])
    _log(batch, kind, by=by, at=at, from_holder_id=batch.holder_id, note=note)
    audit.record(f"outreach.paper_batch.{status.value}", by=by, target=batch)
    return batch


def _log(batch: PaperBatch, kind: BatchEventKind, *, by: "User | str", at: datetime, **told: Any) -> None:
    PaperBatchEvent.objects.create(batch=batch, kind=kind, at=at, actor=audit.describe_actor(by), **told)
