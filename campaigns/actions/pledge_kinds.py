"""Kinds of pledges: a shipped one taken into a campaign, then the campaign's own to change."""

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import get_language

from campaigns.actions.pledges import KIND
from campaigns.models import Campaign, Election, Initiative, Pledge, PledgeKind, PledgeKindText, PledgeReminderRule
from campaigns.pledge_rules import Ladder, counts_as, read_ladder
from core import audit
from people.actions.submissions import KEEP_UNCONFIRMED
from people.enums import SubmissionStatus
from people.models import Submission

if TYPE_CHECKING:
    from accounts.models import User

_REMINDER = {"moment", "step", "days", "channel", "text", "is_the_one"}
_LADDER = ("steps", "endings", "barriers")
# A part of the ladder and the column of a pledge that names one of its rungs.
_NAMED_IN = (("steps", "step"), ("endings", "ending"), ("barriers", "barrier"))


class ChangedMeanwhileError(Exception):
    """Somebody else changed the kind since its form was opened."""


class RungInUseError(ValueError):
    """People stand on a step, ending or barrier that was to be removed. ``people``: (part, key) → how many."""

    def __init__(self, people: dict[tuple[str, str], int]) -> None:
        super().__init__(str(people))
        self.people = people


@dataclass(frozen=True)
class KindAsTold:
    """A kind as staff want it. ``fields``: columns; ``texts``: language → columns; ``reminders``: key → columns.

    A reminder with a blank key is new.
    """

    fields: dict[str, Any]
    texts: dict[str, dict[str, str]]
    reminders: list[dict[str, Any]]


@transaction.atomic
def take_kind(
    *,
    campaign: Campaign,
    shipped: dict[str, Any],
    election: Election | None = None,
    initiative: Initiative | None = None,
    due_date: date | None = None,
    by: "User | str",
    is_generated: bool = False,
) -> PledgeKind:
    """Copy a shipped kind (`pledge_files.shipped_kinds`) into a campaign, with its words and reminders.

    A campaign that has it already gets it back as it is: what staff changed is not overwritten.
    """
    kind, is_new = PledgeKind.objects.get_or_create(
        campaign=campaign,
        key=shipped["key"],
        defaults={
            "name": shipped["names"].get(get_language() or "en") or shipped["names"]["en"],
            "election": election,
            "initiative": initiative,
            "due_date": due_date,
            "is_generated": is_generated,
            **{name: shipped[name] for name in ("steps", "endings", "barriers")},
            **{name: shipped[name] for name in ("asks_commune", "asks_nationality", "asks_phone") if name in shipped},
        },
    )
    if is_new:
        PledgeKindText.objects.bulk_create(
            PledgeKindText(kind=kind, language=language, **words) for language, words in shipped["texts"].items()
        )
        PledgeReminderRule.objects.bulk_create(
            PledgeReminderRule(
                kind=kind,
                key=rule["key"],
                hour=time.fromisoformat(rule["hour"]),
                **{name: rule[name] for name in _REMINDER if name in rule},
            )
            for rule in shipped["reminders"]
        )
        audit.record("campaigns.pledge_kind.added", by=by, target=kind)
    return kind


def fingerprint(kind: PledgeKind) -> str:
    """Return what a form was opened on: it changes whenever anybody changes the kind, its words or its reminders."""
    rows: list[Any] = list(PledgeKind.objects.filter(pk=kind.pk).values())
    rows += PledgeKindText.objects.filter(kind=kind).order_by("pk").values()
    rows += PledgeReminderRule.objects.filter(kind=kind).order_by("pk").values()
    return hashlib.sha256(json.dumps(rows, sort_keys=True, default=str).encode()).hexdigest()[:32]


@transaction.atomic
def change_kind(*, kind: PledgeKind, told: KindAsTold, seen: str, by: "User") -> PledgeKind:
    """Change a kind, its words and its reminders, and place everybody who pledged on the new ladder.

    ``seen``: the `fingerprint` the form was opened on. Raises ChangedMeanwhileError, LadderError, and RungInUseError
    for a rung people stand on. Nothing is changed then. Telling the same again writes nothing.
    """
    held = PledgeKind.objects.select_for_update(of=("self",)).get(pk=kind.pk)
    before = fingerprint(held)
    if seen != before:
        raise ChangedMeanwhileError
    old = {name: getattr(held, name) for name in _LADDER}
    ladder = read_ladder(*(told.fields.get(name, old[name]) for name in _LADDER))
    _refuse_rungs_in_use(held, ladder)
    changed = [name for name, value in told.fields.items() if getattr(held, name) != value]
    for name in changed:
        setattr(held, name, told.fields[name])
    if changed:
        held.save(update_fields=changed)
    _change_texts(held, told.texts)
    _change_reminders(held, told.reminders)
    placed = _place_again(held, ladder) if {"steps", "endings"} & set(changed) else 0
    if fingerprint(held) != before:
        audit.record("campaigns.pledge_kind.changed", by=by, target=held, fields=sorted(changed), pledges=placed)
    return held


def people_on(kind: PledgeKind) -> dict[tuple[str, str], int]:
    """Return how many people stand on each step, ending and barrier of a kind, by (part, key)."""
    found: dict[tuple[str, str], int] = {}
    for part, column in _NAMED_IN:
        standing = Pledge.objects.counting().filter(kind=kind).exclude(**{column: ""})
        counts = standing.order_by().values_list(column).annotate(people=Count("pk"))
        found |= {(part, key): people for key, people in counts}
    return found


def is_awaited(kind: PledgeKind, at: datetime) -> bool:
    """Whether somebody handed in a form of this kind and may still press the link in our mail."""
    waiting = Submission.objects.filter(status=SubmissionStatus.PENDING, created_at__gte=at - KEEP_UNCONFIRMED)
    return waiting.filter(kind=KIND, target_id=kind.pk).exists()


def _refuse_rungs_in_use(kind: PledgeKind, ladder: Ladder) -> None:
    left = {(part, rung.key) for part in _LADDER for rung in getattr(ladder, part)}
    was = {(part, rung["key"]) for part in _LADDER for rung in getattr(kind, part)}
    gone = {rung: people for rung, people in people_on(kind).items() if rung in was - left}
    if gone:
        raise RungInUseError(gone)


def _change_texts(kind: PledgeKind, texts: dict[str, dict[str, str]]) -> None:
    """Make the words of each language told those told; a language without a word is taken away."""
    for language, words in texts.items():
        if any(words.values()):
            PledgeKindText.objects.update_or_create(kind=kind, language=language, defaults=words)
        else:
            PledgeKindText.objects.filter(kind=kind, language=language).delete()


def _change_reminders(kind: PledgeKind, reminders: list[dict[str, Any]]) -> None:
    known = {rule.key: rule for rule in kind.reminder_rules.all()}
    kept = {told["key"] for told in reminders}
    kind.reminder_rules.exclude(key__in=kept).delete()
    for told in reminders:
        columns = {name: value for name, value in told.items() if name != "key"}
        if told["key"] in known:
            PledgeReminderRule.objects.filter(pk=known[told["key"]].pk).update(**columns)
        else:
            key = f"own-{uuid.uuid4().hex[:12]}"
            PledgeReminderRule.objects.create(kind=kind, key=key, created_at=timezone.now(), **columns)


def _place_again(kind: PledgeKind, ladder: Ladder) -> int:
    """Let every pledge stand where the ladder now says; return how many stand otherwise than before.

    The tallies follow: a pledge whose ``counts_as`` changed is counted anew.
    """
    placed = 0
    rows = Pledge.objects.counting().filter(kind=kind)
    for step, ending in list(rows.order_by().values_list("step", "ending").distinct()):
        standing = ladder.standing(step, ending)
        there = rows.filter(step=step, ending=ending).exclude(standing=standing)
        placed += there.update(standing=standing, counts_as=counts_as(standing))
    return placed
