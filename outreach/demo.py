"""The demo's conversations: five months of stalls and doors, all of them generated and marked so."""

import random
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from campaigns.demo import SLUG as PETITION_SLUG
from campaigns.demo_vote import DAYS, SLUG
from campaigns.models import Campaign, Petition
from events.enums import EventKind, EventStatus
from outreach.demo_paper import load_demo_paper
from outreach.demo_texts import QUESTIONS
from outreach.enums import EffortKind, MatchStatus, Outcome
from outreach.models import (
    Area,
    AreaAssignment,
    Barrier,
    CanvassingEffort,
    ContactIdentity,
    OutreachContact,
    Script,
    ScriptVersion,
)
from people.enums import Channel
from people.models import ConsentText, Supporter
from places.models import Territory
from volunteers.demo import CLEO
from volunteers.enums import AssignmentStatus, Stage
from volunteers.models import Shift, ShiftAssignment, Team, Volunteer

SEED = 2018
CONTACTS = 3_000
SESSIONS = 80
LANGUAGES = ["fr", "nl", "en", "ar", "tr", "pl", "ro", "es", "pt", "it", "bg", "uk"]
# Invented, with more where more people from abroad live, so that a map has something to show.
_COMMUNE_WEIGHTS = {
    "NIS 21001": 9, "NIS 21002": 2, "NIS 21003": 2, "NIS 21004": 16, "NIS 21005": 6, "NIS 21006": 2,
    "NIS 21007": 5, "NIS 21008": 1, "NIS 21009": 11, "NIS 21010": 4, "NIS 21011": 2, "NIS 21012": 10,
    "NIS 21013": 9, "NIS 21014": 5, "NIS 21015": 12, "NIS 21016": 5, "NIS 21017": 1, "NIS 21018": 3, "NIS 21019": 2,
}  # fmt: skip
_OUTCOMES = {
    EffortKind.STALL: {
        Outcome.INFORMED: 34, Outcome.INTERESTED: 22, Outcome.PLEDGED: 11, Outcome.ALREADY_REGISTERED: 9,
        Outcome.NOT_ELIGIBLE: 8, Outcome.REFUSED: 16,
    },
    EffortKind.DOOR: {
        Outcome.NOBODY: 74, Outcome.INFORMED: 8, Outcome.INTERESTED: 6, Outcome.PLEDGED: 3,
        Outcome.ALREADY_REGISTERED: 2, Outcome.NOT_ELIGIBLE: 2, Outcome.REFUSED: 5,
    },
}  # fmt: skip


@dataclass(frozen=True)
class _Sitting:
    """One mobiliser's time at one stall or in one street."""

    effort: CanvassingEffort
    volunteer: Volunteer
    commune: Territory
    starts_at: datetime
    minutes: int
    session_id: uuid.UUID
    device_id: uuid.UUID
    shift: Shift | None = None


@transaction.atomic
def load_demo_outreach(*, at: datetime | None = None) -> list[CanvassingEffort]:
    """Make a stall for the petition, then two efforts with all they need, 3,000 contacts and paper; return these two.

    A second call adds nothing. Load `volunteers.demo` before.
    """
    at = at or timezone.now()
    campaign = Campaign.objects.get(slug=SLUG)
    if not CanvassingEffort.objects.filter(campaign=campaign).exists():
        _signatures(at)
        efforts = _efforts(campaign, _script(campaign, at), at)
        _areas(efforts, at)
        volunteers = list(Volunteer.objects.working().filter(campaign=campaign).select_related("user").order_by("pk"))
        contacts = _contacts(efforts, volunteers, at)
        _identities(campaign, contacts)
        load_demo_paper(campaign, at)
    return list(CanvassingEffort.objects.filter(campaign=campaign).order_by("pk"))


def _script(campaign: Campaign, at: datetime) -> Script:
    script = Script.objects.create(
        campaign=campaign, organisation=campaign.organisation, title="First conversation (demo)"
    )
    ScriptVersion.objects.create(
        script=script, number=1, questions=QUESTIONS, actor="job:load_demo", published_at=at - timedelta(days=DAYS)
    )
    return script


def _signatures(at: datetime) -> None:
    """Let Cleo hand over the petition's link, as a volunteer of its campaign too: people sign it themselves."""
    petition = Petition.objects.filter(campaign__slug=PETITION_SLUG, is_generated=True).first()
    at_home = Volunteer.objects.filter(user__email=CLEO, is_generated=True).first()
    if petition is None or at_home is None:
        return
    CanvassingEffort.objects.create(
        campaign=petition.campaign,
        organisation=petition.campaign.organisation,
        petition=petition,
        title="Signatures at the market (demo)",
        kind=EffortKind.STALL,
        starts_date=(at - timedelta(days=30)).date(),
        languages=LANGUAGES,
        asks_identity=False,
        is_generated=True,
    )
    Volunteer.objects.create(
        supporter_id=at_home.supporter_id,
        user_id=at_home.user_id,
        campaign=petition.campaign,
        organisation_id=at_home.organisation_id,
        stage=Stage.ACTIVE,
        stage_since_at=at - timedelta(days=30),
        last_touch_at=at - timedelta(days=2),
        calendar_key=secrets.token_hex(16),
        is_generated=True,
    )


def _efforts(campaign: Campaign, script: Script, at: datetime) -> list[CanvassingEffort]:
    communes = Territory.objects.filter(code__in=_COMMUNE_WEIGHTS)
    efforts = []
    for title, kind, goal, starts_ago in (
        ("Street stalls (demo)", EffortKind.STALL, 3_000, DAYS),
        ("Door to door (demo)", EffortKind.DOOR, None, 60),
    ):
        effort = CanvassingEffort.objects.create(
            campaign=campaign,
            organisation=campaign.organisation,
            title=title,
            kind=kind,
            starts_date=(at - timedelta(days=starts_ago)).date(),
            languages=LANGUAGES,
            script=script,
            goal=goal,
            is_generated=True,
        )
        effort.territories.set(communes)
        efforts.append(effort)
    return efforts


def _areas(efforts: list[CanvassingEffort], at: datetime) -> None:
    """Give each commune with an outline to a team, one after the other, in the door-to-door effort."""
    effort = efforts[1]
    teams = list(Team.objects.filter(campaign=effort.campaign).order_by("pk"))
    communes = effort.territories.order_by("code")
    for number, commune in enumerate(communes[: len(teams)]):
        area = Area.objects.create(effort=effort, name=f"{commune.name_in('fr')} (demo)", territory=commune)
        AreaAssignment.objects.create(
            area=area,
            team=teams[number],
            starts_date=(at - timedelta(days=20)).date(),
            ends_date=(at + timedelta(days=20)).date(),
        )


def _sittings(efforts: list[CanvassingEffort], volunteers: list[Volunteer], at: datetime) -> Iterator[_Sitting]:
    dice = random.Random(SEED)
    communes = {commune.code: commune for commune in efforts[0].territories.all()}
    codes = [code for code in _COMMUNE_WEIGHTS if code in communes]
    weights = [_COMMUNE_WEIGHTS[code] for code in codes]
    devices = {volunteer.pk: _key(dice) for volunteer in volunteers}
    at_events = list(_sittings_at_events(efforts, devices, dice))
    yield from at_events
    for number in range(max(SESSIONS - len({each.shift for each in at_events}), 5)):
        is_door = number % 5 == 4
        days_ago = dice.uniform(0.5, 58) if is_door else dice.uniform(0.5, DAYS - 10)
        day = (at - timedelta(days=days_ago)).replace(minute=dice.choice((0, 15, 30)), second=0, microsecond=0)
        starts_at = min(day.replace(hour=dice.choice((8, 9, 13, 14, 15, 16))), at - timedelta(hours=4))
        commune = communes[dice.choices(codes, weights)[0]]
        for volunteer in dice.sample(volunteers, 3):
            yield _Sitting(
                effort=efforts[1] if is_door else efforts[0],
                volunteer=volunteer,
                commune=commune,
                starts_at=starts_at + timedelta(minutes=dice.randint(0, 20)),
                minutes=dice.randint(90, 180),
                session_id=_key(dice),
                device_id=devices[volunteer.pk],
            )


def _sittings_at_events(
    efforts: list[CanvassingEffort], devices: dict[int, uuid.UUID], dice: random.Random
) -> Iterator[_Sitting]:
    """Let everybody who stood at a stand or went from door to door of a past event sit there as long as it lasted."""
    kinds = (EventKind.STAND, EventKind.CANVASS)
    done = ShiftAssignment.objects.filter(
        shift__campaign=efforts[0].campaign,
        shift__event__event_type__kind__in=kinds,
        shift__event__status=EventStatus.CLOSED,
        status=AssignmentStatus.DONE,
    ).select_related("shift__event__event_type", "shift__territory", "volunteer__user")
    for assignment in done.order_by("pk"):
        shift = assignment.shift
        event = shift.event
        if event is None or shift.territory is None or assignment.volunteer_id not in devices:
            continue
        is_door = event.event_type.kind == EventKind.CANVASS
        yield _Sitting(
            effort=efforts[1] if is_door else efforts[0],
            volunteer=assignment.volunteer,
            commune=shift.territory,
            starts_at=event.starts_at,
            minutes=round((event.ends_at - event.starts_at).total_seconds() / 60),
            session_id=_key(dice),
            device_id=devices[assignment.volunteer_id],
            shift=shift,
        )


def _key(dice: random.Random) -> uuid.UUID:
    return uuid.UUID(int=dice.getrandbits(128), version=4)


def _contacts(efforts: list[CanvassingEffort], volunteers: list[Volunteer], at: datetime) -> list[OutreachContact]:
    dice = random.Random(SEED + 1)
    barriers = list(Barrier.objects.filter(is_offered=True).order_by("position").values_list("key", flat=True))
    versions = {effort.pk: effort.script.versions.first() for effort in efforts if effort.script}
    areas = {area.territory_id: area for area in Area.objects.filter(effort=efforts[1])}
    sittings = list(_sittings(efforts, volunteers, at))
    shares = [
        sitting.minutes * (1.6 if sitting.effort == efforts[1] else 1.0) * (3.0 if sitting.shift else 1.0)
        for sitting in sittings
    ]
    rows: list[OutreachContact] = []
    for sitting, share in zip(sittings, shares, strict=True):
        outcomes = _OUTCOMES[EffortKind(sitting.effort.kind)]
        for moment in _moments(dice, sitting, round(CONTACTS * share / sum(shares))):
            outcome = dice.choices(list(outcomes), list(outcomes.values()))[0]
            rows.append(_contact(dice, sitting, outcome, moment, barriers, versions[sitting.effort.pk], areas))
    return OutreachContact.objects.bulk_create(rows, batch_size=1000)


def _moments(dice: random.Random, sitting: _Sitting, count: int) -> list[datetime]:
    return sorted(sitting.starts_at + timedelta(seconds=dice.randint(0, sitting.minutes * 60)) for _ in range(count))


def _contact(
    dice: random.Random,
    sitting: _Sitting,
    outcome: Outcome,
    moment: datetime,
    barriers: list[str],
    version: ScriptVersion | None,
    areas: dict[int | None, Area],
) -> OutreachContact:
    talked = outcome not in (Outcome.NOBODY, Outcome.REFUSED)
    key = _key(dice)
    is_door = sitting.effort.kind == EffortKind.DOOR
    answers: dict[str, Any] = {}
    if talked and dice.random() < 0.35:
        answers = {"knew": dice.choice(("yes", "no", "no"))}
    held_back = outcome in (Outcome.INFORMED, Outcome.INTERESTED) and barriers and dice.random() < 0.5
    return OutreachContact(
        client_id=key,
        root_id=key,
        effort=sitting.effort,
        mobiliser=sitting.volunteer.user,
        organisation_id=sitting.volunteer.organisation_id,
        team_id=sitting.volunteer.team_id,
        outcome=outcome,
        language=dice.choices(LANGUAGES, (30, 8, 16, 13, 7, 6, 6, 6, 4, 3, 3, 2))[0] if talked else "",
        territory=sitting.commune,
        area=areas.get(sitting.commune.pk) if is_door else None,
        shift=sitting.shift,
        event_id=sitting.shift.event_id if sitting.shift else None,
        barriers=sorted(
            set(dice.choices(barriers, [9 - min(i, 7) for i in range(len(barriers))], k=dice.choice((1, 1, 2))))
        )
        if held_back
        else [],
        script_version=version if answers else None,
        answers=answers,
        session_id=sitting.session_id,
        device_id=sitting.device_id,
        device_at=moment,
        occurred_at=moment,
        received_at=moment + timedelta(minutes=dice.choice((0, 0, 1, 45, 180))),
        is_generated=True,
    )


def _identities(campaign: Campaign, contacts: list[OutreachContact]) -> None:
    """Let some of those who pledged leave an address: most became supporters, a few wait for a decision of staff."""
    dice = random.Random(SEED + 2)
    pledged = [contact for contact in contacts if contact.outcome in (Outcome.PLEDGED, Outcome.INTERESTED)]
    # The latest come first and are the ones nobody has placed yet: an older one would soon be forgotten.
    chosen = sorted(dice.sample(pledged, min(60, len(pledged))), key=lambda contact: contact.received_at, reverse=True)
    known = list(Supporter.objects.filter(is_generated=True, merged_into__isnull=True).order_by("pk")[: len(chosen)])
    texts = {
        text.language: text
        for text in ConsentText.objects.filter(scope=campaign.slug, channel=Channel.SMS).order_by("version")
    }
    rows = []
    for number, (contact, supporter) in enumerate(zip(chosen, known, strict=False)):
        language = contact.language if contact.language in texts else "fr"
        consents = [{"text": texts[language].pk, "granted": True, "given": "read_aloud"}] if language in texts else []
        if number < 4:
            others = [other.pk for other in known[number : number + 2]]
            rows.append(
                ContactIdentity(
                    contact=contact,
                    full_name=supporter.full_name,
                    phone=f"+32 470 00 00 {number:02d}",
                    language=language,
                    consents=consents,
                    status=MatchStatus.AMBIGUOUS,
                    candidates=others,
                )
            )
        else:
            rows.append(
                ContactIdentity(
                    contact=contact,
                    language=language,
                    consents=consents,
                    status=MatchStatus.MATCHED,
                    supporter=supporter,
                    decided_at=contact.received_at,
                )
            )
    ContactIdentity.objects.bulk_create(rows[::-1])
