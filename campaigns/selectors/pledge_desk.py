"""One pledge as the help desk sees it: what happened to it, what was written down, whom to call."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from accounts.enums import Role
from accounts.models import User
from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Pledge, PledgeMove, PledgeNote
from campaigns.pledge_enums import Standing, ToldBy
from campaigns.selectors.pledge_board import rung_words
from campaigns.zones import zone_of
from people.models import ContactPoint

if TYPE_CHECKING:
    from datetime import tzinfo


def possible_callers(campaign: Campaign) -> QuerySet[User]:
    """Return who may call people back: coordinators of the organisations that lead the campaign.

    Organisers read no names and no numbers there (`campaigns.scopes`): they could call nobody.
    """
    leading = Q(memberships__organisation=campaign.organisation_id) | Q(
        memberships__organisation__in=campaign.partnerships.active()
        .filter(role=PartnerRole.LEAD)
        .values("organisation")
    )
    people = User.objects.filter(leading, is_active=True, memberships__role=Role.COORDINATOR)
    return people.distinct().order_by("first_name", "email")


@dataclass(frozen=True)
class ShownMove:
    """One line of the history. ``by``: None for the public."""

    pk: int
    at: datetime
    words: str
    barrier: str
    told_by: str
    by: User | None


@dataclass(frozen=True)
class Press:
    """One step as a button. ``is_here``: where the person stands; ``is_passed``: below that."""

    key: str
    name: str
    is_here: bool
    is_passed: bool


def moves_of(pledge: Pledge, zone: "tzinfo") -> list[ShownMove]:
    """Return what happened to a pledge, newest first, on the clocks of its campaign."""
    rows: Any = pledge.moves.select_related("by").order_by("-pk")
    return [_shown(pledge, row, zone) for row in rows]


def _shown(pledge: Pledge, row: PledgeMove, zone: "tzinfo") -> ShownMove:
    words = rung_words(pledge.kind, row.step, row.ending)
    if row.standing == Standing.WITHDRAWN:
        words = str(Standing.WITHDRAWN.label)
    barrier = pledge.kind.ladder.barrier(row.barrier)
    named = barrier.name_in(get_language() or "en") if barrier else row.barrier
    return ShownMove(row.pk, row.at.astimezone(zone), words, named, row.get_told_by_display(), row.by)


def presses_of(pledge: Pledge) -> list[Press]:
    """Return the steps as buttons, lowest first."""
    ladder, spoken = pledge.kind.ladder, get_language() or "en"
    is_ended = bool(pledge.ending)
    return [
        Press(
            rung.key,
            rung.name_in(spoken),
            is_here=rung.key == pledge.step and not is_ended,
            is_passed=ladder.is_passed(rung.key, pledge.step),
        )
        for rung in ladder.steps
    ]


def undoable(pledge: Pledge) -> tuple[PledgeMove, PledgeMove] | None:
    """Return the last move, where the team made it, and the one before it, to which undoing it leads back."""
    last = list(pledge.moves.order_by("-pk")[:2])
    if len(last) < 2 or last[0].told_by != ToldBy.STAFF or last[1].standing == Standing.WITHDRAWN:
        return None
    return last[0], last[1]


def notes_of(pledge: Pledge, user: User, at: datetime) -> list[Any]:
    """Return the notes the viewer may read, newest first, each with what may be done to it."""
    notes: list[Any] = list(
        PledgeNote.objects.visible_to(user).filter(pledge=pledge).select_related("by", "owner").order_by("-pk")
    )
    deletable = set(PledgeNote.objects.deletable_by(user).filter(pledge=pledge).values_list("pk", flat=True))
    zone = zone_of(pledge.campaign)
    for note in notes:
        note.may_delete = note.pk in deletable
        note.written = note.created_at.astimezone(zone)
        note.due = note.due_at.astimezone(zone) if note.due_at else None
        note.is_late = note.due_at is not None and note.done_at is None and note.due_at < at
    return notes


def numbers_of(pledge: Pledge, user: User) -> list[ContactPoint]:
    """Return the addresses and numbers of a pledge's author the viewer may read, those proved to be theirs first."""
    if pledge.supporter_id is None:
        return []
    points = ContactPoint.objects.visible_to(user).filter(supporter=pledge.supporter_id).order_by("channel", "pk")
    return sorted(points, key=lambda point: point.verified_at is None)
