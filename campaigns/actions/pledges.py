"""Pledging: what confirming the form does, and what the person or the team tell us afterwards."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from campaigns.actions.signatures import new_share_code
from campaigns.models import Pledge, PledgeKind, PledgeMove
from campaigns.pledge_enums import RemindMe, Standing, ToldBy
from campaigns.pledge_rules import counts_as
from campaigns.selectors.sources import credit_for
from core import audit
from messaging.actions.number_checks import ask_number
from people.actions.consents import record_consent_choices
from people.actions.submissions import SubmissionGone
from people.actions.supporters import Introduction, match_or_create_supporter
from people.enums import Channel
from people.models import ContactPoint, Submission, Supporter

if TYPE_CHECKING:
    from accounts.models import User

KIND = "pledge"


class UnknownRungError(ValueError):
    """The kind has no such step, ending or barrier (any more)."""


class PledgeTakenBackError(ValueError):
    """Its author took the pledge back: only pledging again opens it."""


class PledgeSubmission:
    """The pledge, as one kind of submission."""

    templates: ClassVar[dict[str, str]] = {
        "confirm_signature": "confirm_pledge",
        "confirm_reminder": "remind_pledge",
    }

    def accept(self, submission: Submission, *, at: datetime) -> None:
        """Do nothing: nobody has promised anything before they confirmed."""

    def confirm(self, submission: Submission, *, at: datetime) -> Pledge:
        return confirm_pledge(submission=submission, at=at)

    def disown(self, submission: Submission, *, at: datetime) -> None:
        """Do nothing: there is nothing to take back."""


@dataclass(frozen=True)
class Reminding:
    """How often somebody wants to be reminded. ``day``: for ON_DAY only."""

    remind: RemindMe = RemindMe.AS_NEEDED
    day: date | None = None


def confirm_pledge(*, submission: Submission, at: datetime) -> Pledge:
    """Make the supporter, the consents and the one pledge that a confirmed form asks for.

    Who promised this before keeps that pledge, its partner, its day and how far they are; the reminders and the place
    this form names replace what stood there. One that was taken back or given up is open again. A phone number with a
    consent is asked by text whether it is theirs. Runs in the confirming transaction; a race raises IntegrityError and
    the caller's second try finds the first one's result. Raises SubmissionGone where the kind is gone.
    """
    kind = PledgeKind.objects.select_related("campaign__organisation").filter(pk=submission.target_id).first()
    if kind is None:
        raise SubmissionGone
    match = match_or_create_supporter(introduction=_introduction(submission), verified=True, at=at)
    submission.supporter = match.supporter
    held = Pledge.objects.select_for_update(of=("self",)).filter(kind=kind, supporter=match.supporter).first()
    pledge = held or _create(kind, submission, match.supporter, at)
    if held is not None:
        _promise_again(held, submission, at)
    record_consent_choices(submission=submission, contact_points=match.points, at=at)
    if number := match.points.get(Channel.SMS):
        _ask(number, kind, submission, at)
    audit.record("campaigns.pledge.confirmed", target=pledge)
    return pledge


def _ask(number: ContactPoint, kind: PledgeKind, submission: Submission, at: datetime) -> None:
    campaign = kind.campaign
    ask_number(
        point=number,
        organisation=campaign.organisation,
        scope=campaign.slug,
        campaign_name=campaign.title,
        language=submission.locale,
        at=at,
    )


def _introduction(submission: Submission) -> Introduction:
    told = submission.payload
    return Introduction(
        email=submission.email,
        phone=submission.phone,
        language=submission.locale,
        full_name=told.get("full_name", ""),
        nationality=told.get("nationality", ""),
        is_generated=submission.is_generated,
    )


def _create(kind: PledgeKind, submission: Submission, supporter: Supporter, at: datetime) -> Pledge:
    credit = credit_for(submission.source, kind.campaign_id)
    wanted = reminding_in(submission) or Reminding()
    pledge = Pledge.objects.create(
        kind=kind,
        campaign=kind.campaign,
        supporter=supporter,
        submission_id=submission.public_id,
        share_code=new_share_code(),
        step=kind.ladder.first.key,
        step_at=at,
        remind=wanted.remind,
        remind_date=wanted.day,
        territory_code=_territory(submission),
        partnership_id=credit.partnership_id,
        source=credit.source,
        bucket=credit.bucket,
        locale=submission.locale,
        day=at.astimezone(ZoneInfo(kind.campaign.time_zone)).date(),
        confirmed_at=at,
        is_generated=submission.is_generated,
    )
    _write_move(pledge, ToldBy.FORM, None, at)
    return pledge


def _promise_again(pledge: Pledge, submission: Submission, at: datetime) -> None:
    wanted = reminding_in(submission)
    if wanted is not None:
        _wish(pledge, wanted, at)
    pledge.territory_code = _territory(submission) or pledge.territory_code
    pledge.locale = submission.locale
    pledge.save(update_fields=["remind", "remind_date", "remind_set_at", "territory_code", "locale"])
    if pledge.standing in (Standing.WITHDRAWN, Standing.ENDED):
        _place(pledge, pledge.step, "", "", ToldBy.FORM, None, at)


def reminding_in(submission: Submission) -> Reminding | None:
    """Return the reminders a form asked for, None: it did not ask about them."""
    told = submission.payload
    if "remind" not in told:
        return None
    remind = RemindMe(told["remind"])
    day = told.get("remind_date")
    return Reminding(remind, date.fromisoformat(day) if remind == RemindMe.ON_DAY and day else None)


def _territory(submission: Submission) -> str:
    told = submission.payload
    return str(told.get("commune") or told.get("nationality") or "")


@transaction.atomic
def move_pledge(
    *,
    pledge: Pledge,
    step: str,
    ending: str = "",
    barrier: str = "",
    told_by: ToldBy,
    at: datetime,
    by: "User | None" = None,
) -> Pledge:
    """Write down how far somebody is: a step up, a step back (a slip mended), or an ending with its barrier.

    ``step`` is kept with an ending: how far they got. Saying the same again writes nothing. Raises UnknownRungError,
    PledgeTakenBackError.
    """
    # The ladder stays as it is until this is written down: whoever changes it places everybody anew.
    kind = PledgeKind.objects.select_for_update(of=("self",), no_key=True).get(pk=pledge.kind_id)
    held = Pledge.objects.select_for_update(of=("self",)).get(pk=pledge.pk)
    held.kind, ladder = kind, kind.ladder
    unknown_ending = ending and ladder.ending(ending) is None
    unknown_barrier = barrier and ladder.barrier(barrier) is None
    if ladder.step(step) is None or unknown_ending or unknown_barrier:
        raise UnknownRungError(step, ending, barrier)
    if held.standing == Standing.WITHDRAWN:
        raise PledgeTakenBackError
    if (held.step, held.ending, held.barrier) != (step, ending, barrier):
        _place(held, step, ending, barrier, told_by, by, at)
        audit.record("campaigns.pledge.moved", by=by, target=held, step=step, ending=ending)
    return held


@transaction.atomic
def withdraw_pledge(*, pledge: Pledge, at: datetime) -> Pledge:
    """Take a pledge back: it counts no more and nobody is reminded of it. Safe to call twice."""
    held = Pledge.objects.select_for_update(of=("self",)).select_related("kind").get(pk=pledge.pk)
    if held.standing != Standing.WITHDRAWN:
        held.standing = Standing.WITHDRAWN
        held.counts_as = counts_as(Standing.WITHDRAWN)
        held.save(update_fields=["standing", "counts_as"])
        _write_move(held, ToldBy.OWN_PAGE, None, at)
        audit.record("campaigns.pledge.withdrawn", target=held)
    return held


@transaction.atomic
def set_reminding(*, pledge: Pledge, reminding: Reminding, at: datetime) -> Pledge:
    """Change how often somebody is reminded. Whether they may be is a matter of consent alone.

    What was due before is not made good: it was not wished for then.
    """
    _wish(pledge, reminding, at)
    pledge.save(update_fields=["remind", "remind_date", "remind_set_at"])
    audit.record("campaigns.pledge.reminders_set", target=pledge)
    return pledge


def _wish(pledge: Pledge, wanted: Reminding, at: datetime) -> None:
    if (pledge.remind, pledge.remind_date) != (wanted.remind, wanted.day):
        pledge.remind, pledge.remind_date, pledge.remind_set_at = wanted.remind, wanted.day, at


def _place(
    pledge: Pledge, step: str, ending: str, barrier: str, told_by: ToldBy, by: "User | None", at: datetime
) -> None:
    pledge.step, pledge.ending, pledge.barrier, pledge.step_at = step, ending, barrier, at
    pledge.standing = pledge.kind.ladder.standing(step, ending)
    pledge.counts_as = counts_as(pledge.standing)
    pledge.save(update_fields=["step", "ending", "barrier", "step_at", "standing", "counts_as"])
    _write_move(pledge, told_by, by, at)


def _write_move(pledge: Pledge, told_by: ToldBy, by: "User | None", at: datetime) -> None:
    PledgeMove.objects.create(
        pledge=pledge,
        step=pledge.step,
        ending=pledge.ending,
        barrier=pledge.barrier,
        standing=pledge.standing,
        told_by=told_by,
        by=by,
        at=at,
    )


def move_pledges(*, keep: Supporter, absorb: Supporter) -> None:
    """Hand the absorbed supporter's pledges to the kept one, in the transaction that merges them.

    Where both promised the same, the kept supporter has the one that got further, and of two as far the earlier; the
    other counts no more and stays with the absorbed record.
    """
    at = timezone.now()
    mine = {row.kind_id: row for row in Pledge.objects.filter(supporter=keep).select_related("kind")}
    for theirs in Pledge.objects.filter(supporter=absorb).select_related("kind"):
        own = mine.get(theirs.kind_id)
        if own is not None and RemindMe.NEVER in (own.remind, theirs.remind):  # "no more" wins
            Pledge.objects.filter(pk__in=(own.pk, theirs.pk)).update(remind=RemindMe.NEVER, remind_date=None)
        if own is None:
            Pledge.objects.filter(pk=theirs.pk).update(supporter=keep)
        elif _weight(theirs) > _weight(own):
            Pledge.objects.filter(pk=own.pk).update(supporter=None)
            Pledge.objects.filter(pk=theirs.pk).update(supporter=keep)
            Pledge.objects.filter(pk=own.pk).update(supporter=absorb)
            _leave_out(own, at)
        else:
            _leave_out(theirs, at)


def _weight(pledge: Pledge) -> tuple[bool, bool, int, float]:
    keys = [rung.key for rung in pledge.kind.ladder.steps]
    reached = keys.index(pledge.step) if pledge.step in keys else -1
    stands = pledge.standing != Standing.WITHDRAWN
    return stands, pledge.standing != Standing.ENDED, reached, -pledge.confirmed_at.timestamp()


def _leave_out(pledge: Pledge, at: datetime) -> None:
    """Let the other record's pledge count no more, and say so where its story stands."""
    pledge.standing, pledge.counts_as = Standing.WITHDRAWN, counts_as(Standing.WITHDRAWN)
    Pledge.objects.filter(pk=pledge.pk).update(standing=pledge.standing, counts_as=pledge.counts_as)
    _write_move(pledge, ToldBy.STAFF, None, at)
    audit.record("campaigns.pledge.merged", target=pledge)
