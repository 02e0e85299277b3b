"""Letting go of what a campaign need not keep any longer, by rules that are data, with evidence of it."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from campaigns.models import Campaign, PledgeNote
from core import audit
from core.audit import Actor, describe_actor
from core.locks import writing_in_turn
from events.models import Feedback, Rsvp
from messaging.models import DeliveryReport, OutboundMessage
from outreach.models import ContactIdentity
from people.erasing import looking_through_forms_once
from people.models import Supporter
from rights.actions.erasure import erase_supporter
from rights.models import RetentionRule, RetentionRun
from rights.retention_enums import USUAL_MONTHS, Kept, KeptFor
from rights.retention_selectors import Batch, due_rules, is_due, look, next_batch, why_kept

logger = logging.getLogger(__name__)
JOB = "job:apply_retention"


class NotDueError(ValueError):
    """The time for which the rule keeps something is not over, or the campaign has no last day."""


@dataclass(frozen=True)
class _LetGo:
    done: int
    counts: Counter[str]
    failed: int = 0


@transaction.atomic
def propose_rules(*, campaign: Campaign, by: Actor) -> list[RetentionRule]:
    """Give a campaign the usual rules it has none of yet, switched off, and return those that were added."""
    known = set(RetentionRule.objects.filter(campaign=campaign).values_list("what", flat=True))
    added = [
        RetentionRule.objects.create(campaign=campaign, what=what, months=months)
        for what, months in USUAL_MONTHS.items()
        if what not in known
    ]
    if added:
        audit.record("rights.retention_rule.proposed", by=by, target=campaign, count=len(added))
    return added


@transaction.atomic
def start_run(*, rule: RetentionRule, by: Actor, at: datetime) -> RetentionRun:
    """Write down that a rule is to be applied as it stands now, and return the row a worker then drains.

    One that is not finished is returned as it is. Raises NotDueError.
    """
    held = RetentionRule.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=rule.pk)
    ends_date = held.campaign.ends_date
    if ends_date is None or not is_due(held, at):
        raise NotDueError
    running = RetentionRun.objects.unfinished().filter(campaign=held.campaign, what=held.what).first()
    if running is not None:
        return running
    run = RetentionRun.objects.create(
        campaign=held.campaign, rule=held, what=held.what, months=held.months, ends_date=ends_date,
        actor=describe_actor(by), started_at=at,
    )  # fmt: skip
    audit.record("rights.retention_run.started", by=by, target=run, what=held.what, months=held.months)
    return run


def start_due_runs(*, at: datetime) -> int:
    """Begin a run for every active rule that is due and concerns somebody; return how many. Safe to call twice."""
    rules = [rule for rule in due_rules(at) if look(rule, at=at).concerned]
    for rule in rules:
        start_run(rule=rule, by=JOB, at=at)
    return len(rules)


def drain_run(*, run: RetentionRun, at: datetime) -> bool:
    """Apply the next batch of a run and return whether there was one; the run is finished when there is none.

    Each person, or each batch of rows, goes in a transaction of its own, so a crash leaves some gone and the rest for
    the next call. Two workers at one run let go of everybody once. A run whose rule was changed, deleted or put off
    meanwhile ends where it is.
    """
    run.refresh_from_db()
    rule = RetentionRule.objects.filter(pk=run.rule_id or 0).select_related("campaign").first()
    if run.finished_at is not None:
        return False
    stands = rule is not None and (rule.months, rule.campaign.ends_date) == (run.months, run.ends_date)
    batch = next_batch(rule, at=at, after=run.cursor) if rule is not None and stands and is_due(rule, at) else None
    if batch is None or rule is None:
        _finish(run, at)
        return False
    if run.what == Kept.SUPPORTERS:
        gone = _let_go_of_people(rule, batch.concerned, at)
        kept = batch.kept + Counter({KeptFor.FAILED.value: gone.failed})
        _write_down(run, replace(batch, kept=kept), gone)
    else:
        with writing_in_turn(), transaction.atomic():
            _write_down(run, batch, _LET_GO[Kept(run.what)](batch.concerned))
    return True


@transaction.atomic
def _write_down(run: RetentionRun, batch: Batch, gone: _LetGo) -> None:
    held = RetentionRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    held.done += gone.done
    held.counts = dict(Counter(held.counts) + gone.counts)
    if held.cursor < batch.last:  # else another worker was as far before
        held.kept = dict(Counter(held.kept) + batch.kept)
        held.cursor = batch.last
    held.save(update_fields=["done", "counts", "kept", "cursor"])


@transaction.atomic
def _finish(run: RetentionRun, at: datetime) -> None:
    if RetentionRun.objects.unfinished().filter(pk=run.pk).update(finished_at=at):
        run.refresh_from_db()
        audit.record("rights.retention_run.finished", by=JOB, target=run, count=run.done, counts=run.counts)


def _let_go_of_people(rule: RetentionRule, ids: list[int], at: datetime) -> _LetGo:
    """Forget people one by one. Of whom that fails stays whole, is logged by number, and stops nobody else's turn."""
    counts: Counter[str] = Counter()
    done = failed = 0
    with looking_through_forms_once():
        for person in Supporter.objects.filter(pk__in=ids).order_by("pk"):
            try:
                erased = erase_supporter(
                    supporter=person,
                    by=JOB,
                    at=at,
                    suppress=False,
                    only_if=lambda pk: not why_kept([pk], campaign=rule.campaign, at=at),
                )
            except Exception:
                logger.exception("retention: supporter %d could not be let go", person.pk)
                failed += 1
                continue
            counts.update(erased.counts)
            done += bool(erased.counts)
    return _LetGo(done, counts, failed)


def _empty_rsvps(ids: list[int]) -> _LetGo:
    words = Feedback.objects.filter(rsvp__in=ids, words__gt="").update(words="")
    count = Rsvp.objects.filter(pk__in=ids).update(answers={}, full_name="")
    return _LetGo(count, Counter({"events.Rsvp": count, "events.Feedback": words}))


def _forget_conversations(ids: list[int]) -> _LetGo:
    count = ContactIdentity.objects.filter(pk__in=ids).delete()[0]
    return _LetGo(count, Counter({"outreach.ContactIdentity": count}))


def _empty_messages(ids: list[int]) -> _LetGo:
    DeliveryReport.objects.filter(message__in=ids).update(reason="")
    count = OutboundMessage.objects.filter(pk__in=ids).update(address="", context={}, answer="")
    return _LetGo(count, Counter({"messaging.OutboundMessage": count}))


def _delete_notes(ids: list[int]) -> _LetGo:
    count = PledgeNote.objects.filter(pk__in=ids).delete()[0]
    return _LetGo(count, Counter({"campaigns.PledgeNote": count}))


_LET_GO: dict[Kept, Callable[[list[int]], _LetGo]] = {
    Kept.RSVPS: _empty_rsvps,
    Kept.CONVERSATIONS: _forget_conversations,
    Kept.MESSAGES: _empty_messages,
    Kept.NOTES: _delete_notes,
}
