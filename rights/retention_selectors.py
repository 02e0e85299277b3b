"""Whom a rule of retention concerns, in batches by id: what the dry run shows is what applying it goes through."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.models import Campaign, Pledge, PledgeNote, Signature
from coalition.selectors.contacts import who_speaks_for_partners
from events.models import Rsvp
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from outreach.models import ContactIdentity
from people.consent import who_still_allows
from people.erasing import with_waiting_forms
from people.models import Supporter
from rights.enums import WAITING
from rights.models import RetentionRule, RightsRequest
from rights.retention_enums import Kept, KeptFor
from volunteers.models import Volunteer

BATCH = 500
SAMPLE = 10
# What will not be touched again by whoever sends.
_OVER = (
    MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.FAILED, MessageStatus.SUPPRESSED, MessageStatus.EXPIRED,
    MessageStatus.CANCELLED,
)  # fmt: skip
# Where people take part in a campaign, and the way from there to the campaign.
_PARTS = (
    (Signature, "petition__campaign"), (Pledge, "campaign"), (Rsvp, "event__campaign"),
    (ContactIdentity, "contact__effort__campaign"),
)  # fmt: skip


@dataclass(frozen=True)
class Batch:
    """Some of those a rule looks at: ``concerned`` (ids) are let go, ``kept`` are not; ``last``: the highest id."""

    last: int
    concerned: list[int]
    kept: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class DryRun:
    """What applying a rule would do now. ``is_complete``: everybody was looked at; else there may be more."""

    concerned: int
    kept: dict[str, int]
    sample: list[int]
    is_complete: bool = True


def today_of(campaign: Campaign, at: datetime) -> date:
    """Return the day it is where the campaign is."""
    return at.astimezone(ZoneInfo(campaign.time_zone)).date()


def is_due(rule: RetentionRule, at: datetime) -> bool:
    """Whether the time for which the rule keeps something is over."""
    return rule.due_date is not None and rule.due_date <= today_of(rule.campaign, at)


def due_rules(at: datetime) -> list[RetentionRule]:
    """Return the active rules that have something to do."""
    return [rule for rule in RetentionRule.objects.active().select_related("campaign") if is_due(rule, at)]


def look(rule: RetentionRule, *, at: datetime, limit: int | None = None) -> DryRun:
    """Return what applying the rule would do at this moment, changing nothing; ``limit``: look at so many at most."""
    concerned, seen, kept, sample = 0, 0, Counter[str](), list[int]()
    for batch in batches(rule, at=at):
        concerned += len(batch.concerned)
        seen += len(batch.concerned) + batch.kept.total()
        kept += batch.kept
        sample += batch.concerned[: SAMPLE - len(sample)]
        if limit is not None and seen >= limit:
            return DryRun(concerned, dict(kept), sample, is_complete=False)
    return DryRun(concerned, dict(kept), sample)


def batches(rule: RetentionRule, *, at: datetime, after: int = 0) -> Iterator[Batch]:
    """Yield those the rule looks at, in the order of their ids behind ``after``."""
    while batch := next_batch(rule, at=at, after=after):
        yield batch
        after = batch.last


def next_batch(rule: RetentionRule, *, at: datetime, after: int) -> Batch | None:
    """Return the next of those the rule looks at; None where nobody is left."""
    rows = _FOUND[Kept(rule.what)](rule.campaign).filter(pk__gt=after).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    if not ids:
        return None
    if rule.what != Kept.SUPPORTERS:
        return Batch(ids[-1], ids)
    reasons = why_kept(ids, campaign=rule.campaign, at=at)
    return Batch(ids[-1], [pk for pk in ids if pk not in reasons], Counter(reasons.values()))


def why_kept(ids: list[int], *, campaign: Campaign, at: datetime) -> dict[int, str]:
    """Return those of some people whom something keeps though ``campaign`` is over, with the first reason.

    Another campaign keeps them until it is over as well: until its own rule for people is due.
    """
    over = {campaign.pk} | {rule.campaign_id for rule in due_rules(at) if rule.what == Kept.SUPPORTERS}
    asked = RightsRequest.objects.filter(supporter__in=ids, status__in=WAITING).values_list("supporter_id", flat=True)
    restricted = Supporter.objects.filter(pk__in=ids, restricted_at__isnull=False).values_list("pk", flat=True)
    reasons: dict[int, str] = dict.fromkeys(with_waiting_forms(ids), KeptFor.FORM.value)
    reasons |= dict.fromkeys(who_speaks_for_partners(ids), KeptFor.PARTNER.value)
    reasons |= dict.fromkeys([*asked, *restricted], KeptFor.REQUEST.value)
    volunteers = Volunteer.objects.filter(supporter__in=ids).values_list("supporter_id", flat=True)
    reasons |= dict.fromkeys(volunteers, KeptFor.VOLUNTEER.value)
    reasons |= dict.fromkeys(who_still_allows(ids, at), KeptFor.CONSENT.value)
    for model, path in _PARTS:
        elsewhere = model._base_manager.filter(supporter__in=ids).exclude(**{f"{path}__in": over})
        reasons |= dict.fromkeys(elsewhere.values_list("supporter_id", flat=True), KeptFor.CAMPAIGN.value)
    return reasons


def _people(campaign: Campaign) -> QuerySet[Supporter]:
    part = Q()
    for model, path in _PARTS:
        part |= Q(Exists(model._base_manager.filter(supporter=OuterRef("pk"), **{path: campaign})))
    return Supporter.objects.filter(part, merged_into__isnull=True)


def _guests(campaign: Campaign) -> QuerySet[Rsvp]:
    said = ~Q(answers={}) | ~Q(full_name="") | Q(feedback__words__gt="")
    return Rsvp.objects.filter(said, event__campaign=campaign)


def _conversations(campaign: Campaign) -> QuerySet[ContactIdentity]:
    return ContactIdentity.objects.filter(contact__effort__campaign=campaign)


def _messages(campaign: Campaign) -> QuerySet[OutboundMessage]:
    return OutboundMessage.objects.filter(scope=campaign.slug, status__in=_OVER).exclude(
        address="", context={}, answer=""
    )


def _notes(campaign: Campaign) -> QuerySet[PledgeNote]:
    return PledgeNote.objects.filter(pledge__campaign=campaign)


_FOUND: dict[Kept, Callable[[Campaign], QuerySet]] = {
    Kept.SUPPORTERS: _people,
    Kept.RSVPS: _guests,
    Kept.CONVERSATIONS: _conversations,
    Kept.MESSAGES: _messages,
    Kept.NOTES: _notes,
}
