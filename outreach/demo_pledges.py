"""The demo's pledges: who promised, how far they say they are, and by whose link they came. All generated."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from campaigns import demo, demo_vote
from campaigns.actions.pledge_tallies import count_pledges
from campaigns.demo_pledge_kinds import CITIZENSHIP, REGISTER
from campaigns.demo_support import PATTERN as SUPPORT
from campaigns.enums import SourceKind
from campaigns.models import Partnership, Pledge, PledgeKind, PledgeMove, Source, SupportVisit
from campaigns.pledge_enums import RemindMe, ToldBy
from campaigns.pledge_rules import Rung, counts_as
from campaigns.zones import local_day
from events.enums import EventKind, EventStatus
from events.models import Event
from outreach.models import CanvassingEffort, HandoverLink
from people.models import Supporter
from volunteers.demo import CLEO
from volunteers.models import Volunteer

SEED: Final = 2024
ADA: Final = "ada.coordinator@demo.example"
HOW_MANY: Final = {REGISTER: 460, SUPPORT: 240, CITIZENSHIP: 60}
DAYS: Final = 105
VISITS, VISIT_DAYS = 610, 85  # within the time the made-up initiative collects
_COMMUNES = {
    "NIS 21001": 9, "NIS 21002": 2, "NIS 21003": 2, "NIS 21004": 16, "NIS 21005": 6, "NIS 21006": 2,
    "NIS 21007": 5, "NIS 21008": 1, "NIS 21009": 11, "NIS 21010": 4, "NIS 21011": 2, "NIS 21012": 10,
    "NIS 21013": 9, "NIS 21014": 5, "NIS 21015": 12, "NIS 21016": 5, "NIS 21017": 1, "NIS 21018": 3, "NIS 21019": 2,
}  # fmt: skip
_LOCALES = {"fr": 46, "en": 22, "nl": 18, "ar": 14}
# How often somebody goes on from a step, and after how many days.
_GO_ON = ((0.62, (1, 9)), (0.66, (2, 12)), (0.42, (12, 35)))
_GIVES_UP = 0.09


@dataclass(frozen=True)
class _Origin:
    """Where a pledge came from."""

    code: str = ""
    partnership_id: int | None = None


@transaction.atomic
def load_demo_pledges(*, at: datetime | None = None) -> int:
    """Make the pledges of the demo's kinds, with their moves, and count them; return how many. A repeat adds nothing.

    Nobody is written to. Load the kinds of pledges, the events, the volunteers and the efforts before.
    """
    at = at or timezone.now()
    made = 0
    for kind in (
        PledgeKind.objects.filter(key__in=HOW_MANY, is_generated=True).select_related("campaign").order_by("pk")
    ):
        if kind.campaign.slug in (demo.SLUG, demo_vote.SLUG) and not kind.pledges.exists():
            made += _generate(kind, at)
    count_pledges(at=at)
    return made


def _generate(kind: PledgeKind, at: datetime) -> int:
    dice = random.Random(f"{SEED} {kind.key}")
    origins = _origins(kind, dice)
    people = Supporter.objects.filter(is_generated=True, merged_into__isnull=True).order_by("pk")
    if kind.key != SUPPORT:
        people = people.filter(residence_country="BE")
    chosen = list(people.only("pk", "nationality")[: HOW_MANY[kind.key]])
    ada = User.objects.filter(email=ADA).first()
    moments = sorted(at - timedelta(days=DAYS * dice.betavariate(1.1, 1.6), hours=dice.uniform(1, 9)) for _ in chosen)
    pledges: list[Pledge] = []
    ways: list[list[PledgeMove]] = []
    for person, promised_at in zip(chosen, moments, strict=True):
        pledge = _pledge(kind, person, promised_at, dice)
        _came_by(pledge, origins, pledges, dice)
        ways.append(_way(pledge, kind, promised_at, at, ada, dice))
        pledges.append(pledge)
    Pledge.objects.bulk_create(pledges, batch_size=1000)
    PledgeMove.objects.bulk_create([move for way in ways for move in way], batch_size=1000)
    if kind.initiative_id and not kind.visits.exists():
        _visits(kind, origins, at, dice)
    return len(pledges)


def _pledge(kind: PledgeKind, person: Supporter, promised_at: datetime, dice: random.Random) -> Pledge:
    commune = dice.choices(list(_COMMUNES), list(_COMMUNES.values()))[0]
    # A few live on a boundary or said nothing: they count in the whole and in no commune.
    place = person.nationality if kind.key == SUPPORT else commune if dice.random() < 0.96 else ""
    return Pledge(
        kind=kind,
        campaign=kind.campaign,
        supporter=person,
        public_id=uuid.UUID(int=dice.getrandbits(128), version=4),
        share_code=f"{dice.getrandbits(48):012x}",
        step=kind.ladder.first.key,
        step_at=promised_at,
        remind=dice.choices((RemindMe.AS_NEEDED, RemindMe.ONCE, RemindMe.NEVER), (5, 3, 2))[0],
        territory_code=place or "",
        locale=dice.choices(list(_LOCALES), list(_LOCALES.values()))[0],
        day=local_day(promised_at, kind.campaign),
        confirmed_at=promised_at,
        is_generated=True,
    )


def _came_by(pledge: Pledge, origins: Sequence[tuple[_Origin, int]], before: list[Pledge], dice: random.Random) -> None:
    """Credit a link, or the own link of somebody who promised before: that hands its partner on."""
    if len(before) > 40 and dice.random() < 0.08:
        shared = dice.choice(before)
        pledge.source, pledge.bucket = f"~{shared.share_code}", shared.bucket or f"~{shared.share_code}"
        pledge.partnership_id = shared.partnership_id
        return
    origin = dice.choices([each for each, _weight in origins], [weight for _each, weight in origins])[0]
    pledge.source = pledge.bucket = origin.code
    pledge.partnership_id = origin.partnership_id


def _way(
    pledge: Pledge, kind: PledgeKind, promised_at: datetime, at: datetime, ada: User | None, dice: random.Random
) -> list[PledgeMove]:
    """Let somebody climb as far as time and luck allow; return the moves, and leave the pledge where the last ends."""
    ladder, moment = kind.ladder, promised_at
    moves = [_move(pledge, ToldBy.FORM, promised_at)]
    for rung, (likely, (fewest, most)) in zip(ladder.steps[1:], _GO_ON, strict=False):
        moment += timedelta(days=dice.uniform(fewest, most))
        if moment > at or dice.random() > likely:
            break
        _place(pledge, rung, moment)
        told_by = ToldBy.STAFF if dice.random() < 0.12 else ToldBy.OWN_PAGE
        moves.append(_move(pledge, told_by, moment, ada if told_by == ToldBy.STAFF else None))
    if pledge.counts_as == "pledged" and dice.random() < _GIVES_UP:
        moment = pledge.step_at + timedelta(days=dice.uniform(3, 20))
        ending = dice.choice(ladder.endings)
        if moment <= at:
            pledge.ending, pledge.step_at = ending.key, moment
            pledge.barrier = dice.choice(ladder.barriers).key if ending.asks_barrier and ladder.barriers else ""
            _stand(pledge)
            moves.append(_move(pledge, ToldBy.OWN_PAGE, moment))
    return moves


def _place(pledge: Pledge, rung: Rung, moment: datetime) -> None:
    pledge.step, pledge.step_at = rung.key, moment
    _stand(pledge)


def _stand(pledge: Pledge) -> None:
    pledge.standing = pledge.kind.ladder.standing(pledge.step, pledge.ending)
    pledge.counts_as = counts_as(pledge.standing)


def _move(pledge: Pledge, told_by: ToldBy, moment: datetime, by: User | None = None) -> PledgeMove:
    return PledgeMove(
        pledge=pledge, step=pledge.step, ending=pledge.ending, barrier=pledge.barrier, standing=pledge.standing,
        told_by=told_by, by=by, at=moment,
    )  # fmt: skip


def _origins(kind: PledgeKind, dice: random.Random) -> list[tuple[_Origin, int]]:
    """Return the links of a kind's campaign with how much each brings; no link brings most."""
    partnerships = list(
        Partnership.objects.filter(campaign=kind.campaign).select_related("organisation").order_by("pk")
    )
    own = {each.organisation_id: each.pk for each in partnerships}
    found = [(_Origin(), 26)]
    for code, label, is_of, weight in (
        ("newsletter", "Newsletter (demo)", SourceKind.LINK, 14), ("leaflet", "Leaflet (demo)", SourceKind.MATERIAL, 9)
    ):  # fmt: skip
        found.append((_source(kind, code, label, is_of, None), weight))
    for each in partnerships[:4]:
        name = f"{each.organisation.name} (demo)"
        found.append((_source(kind, each.organisation.slug, name, SourceKind.PARTNER, each.pk), 7))
    if kind.campaign.slug != demo_vote.SLUG:
        return found
    event = Event.objects.filter(
        campaign=kind.campaign, event_type__kind=EventKind.STAND, status__in=(EventStatus.CLOSED, EventStatus.REPORTED)
    ).order_by("-starts_at", "pk").first()  # fmt: skip
    if event is not None:
        found.append((_source(kind, "stand", f"{event.title[:90]} (demo)", SourceKind.EVENT, None), 8))
    effort = CanvassingEffort.objects.filter(campaign=kind.campaign, is_generated=True).order_by("pk").first()
    volunteers = list(
        Volunteer.objects.working()
        .filter(campaign=kind.campaign, user__isnull=False)
        .select_related("user")
        .order_by("pk")
    )
    cleo = [each for each in volunteers if each.user and each.user.email == CLEO]
    for number, volunteer in enumerate([*cleo, *volunteers[:6]]):
        if effort is not None and volunteer.user is not None:
            at_event = event if number > 4 else None
            partnership_id = own.get(volunteer.organisation_id)
            origin = _handover(kind, effort, volunteer.user, at_event, partnership_id, number)
            found.append((origin, 9 - number))
    return found


def _source(kind: PledgeKind, name: str, label: str, is_of: SourceKind, partnership_id: int | None) -> _Origin:
    code = f"{kind.campaign_id}-{kind.pk}-{name}"[:40]
    Source.objects.get_or_create(
        code=code,
        defaults={
            "campaign": kind.campaign, "label": label[:120], "kind": is_of, "partnership_id": partnership_id
        },
    )  # fmt: skip
    return _Origin(code, partnership_id)


def _handover(
    kind: PledgeKind,
    effort: CanvassingEffort,
    user: User,
    event: Event | None,
    partnership_id: int | None,
    number: int,
) -> _Origin:
    """Return a mobiliser's own link in an effort, at an event or at none; one that is there already stays."""
    link = HandoverLink.objects.filter(effort=effort, user=user, event=event).select_related("source")
    if held := link.first():
        return _Origin(held.source.code, held.source.partnership_id)
    where = f"{event.title[:50]} · " if event else ""
    label = f"{where}{user.first_name} (demo)"
    origin = _source(kind, f"mobiliser{number}", label, SourceKind.MOBILISER, partnership_id)
    HandoverLink.objects.create(effort=effort, user=user, event=event, source=Source.objects.get(code=origin.code))
    return origin


def _visits(kind: PledgeKind, origins: Sequence[tuple[_Origin, int]], at: datetime, dice: random.Random) -> None:
    """Write visits passed on since the collection began: much at first, and more of late."""
    chosen = dice.choices([each for each, _weight in origins], [weight for _each, weight in origins], k=VISITS)
    SupportVisit.objects.bulk_create(
        [
            SupportVisit(
                kind=kind,
                partnership_id=origin.partnership_id,
                source=origin.code,
                bucket=origin.code,
                locale=dice.choices(list(_LOCALES), list(_LOCALES.values()))[0],
                day=local_day(at - timedelta(days=VISIT_DAYS * dice.betavariate(0.7, 0.9)), kind.campaign),
                is_generated=True,
            )
            for origin in chosen
        ],
        batch_size=1000,
    )
