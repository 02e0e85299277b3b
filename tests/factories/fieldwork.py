"""Field work for tests and for looking at: efforts, teams, phones' records, holders of paper forms."""

import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.enums import Role
from accounts.models import Organisation, User
from outreach.enums import Outcome
from outreach.models import Barrier, CanvassingEffort, OutreachContact, Script
from people.models import Supporter
from places.models import Territory
from tests.factories.staff import World, make_user
from volunteers.enums import AcceptedThrough, AgreementKind, Stage
from volunteers.models import AgreementAcceptance, AgreementText, Team, Volunteer

STALL = datetime(2026, 3, 2, 12, tzinfo=UTC)


def make_effort(world: World, title: str = "Market", organisation: Organisation | None = None, **told: Any) -> Any:
    return CanvassingEffort.objects.create(
        campaign=world.campaign, organisation=organisation or world.lead, title=title, **told
    )


def make_team(world: World, name: str, organisation: Organisation | None = None) -> Team:
    return Team.objects.create(campaign=world.campaign, organisation=organisation or world.lead, name=name)


def make_script(world: World, title: str = "Doors") -> Script:
    return Script.objects.create(campaign=world.campaign, organisation=world.lead, title=title)


def make_volunteer(
    world: World, name: str = "Cleo", organisation: Organisation | None = None, *, signs: bool = True, **told: Any
) -> Volunteer:
    """Return a trained volunteer with a login; ``signs``: who accepted the processor agreement."""
    own = organisation or world.lead
    user = make_user(f"{world.name}-{name}-{uuid.uuid4().hex[:6]}", Role.MOBILISER, own)
    User.objects.filter(pk=user.pk).update(first_name=name)
    volunteer = Volunteer.objects.create(
        supporter=Supporter.objects.create(full_name=name),
        user=user,
        campaign=world.campaign,
        organisation=own,
        stage=Stage.TRAINED,
        stage_since_at=STALL,
        last_touch_at=STALL,
        calendar_key=uuid.uuid4().hex,
        **told,
    )
    if signs:
        sign_agreement(volunteer)
    return volunteer


def sign_agreement(
    volunteer: Volunteer, kind: AgreementKind = AgreementKind.PROCESSOR, *, version: int = 1, at: datetime = STALL
) -> AgreementAcceptance:
    text, _made = AgreementText.objects.get_or_create(
        organisation=volunteer.organisation, kind=kind, language="en", version=version, defaults={"body": "I agree."}
    )
    return AgreementAcceptance.objects.create(volunteer=volunteer, text=text, through=AcceptedThrough.PAPER, at=at)


def make_contact(effort: CanvassingEffort, mobiliser: User | None, **told: Any) -> OutreachContact:
    """Store one record as the phones' endpoint does; ``root``: the record it corrects."""
    client_id = told.pop("client_id", uuid.uuid4())
    root = told.pop("root", None)
    at = told.pop("at", STALL)
    defaults: dict[str, Any] = {
        "organisation": effort.organisation,
        "outcome": Outcome.INFORMED,
        "language": "fr",
        "session_id": uuid.uuid4(),
        "device_id": uuid.UUID(int=1),
        "device_at": at,
        "occurred_at": at,
        "received_at": at,
    }
    if root is not None:
        OutreachContact.objects.filter(root_id=root.root_id).update(is_current=False)
    return OutreachContact.objects.create(
        client_id=client_id,
        root_id=root.root_id if root else client_id,
        effort=effort,
        mobiliser=mobiliser,
        **{**defaults, **told},
    )


def generate_contacts(
    effort: CanvassingEffort, people: list[Volunteer], count: int = 300, *, until: datetime = STALL, seed: int = 7
) -> int:
    """Make ``count`` generated records in sittings of about two hours over the eight weeks before ``until``."""
    chance = random.Random(seed)
    communes = list(Territory.objects.brussels_communes().without_outlines())
    weights = [chance.random() ** 2 + 0.05 for _each in communes]
    barriers = list(Barrier.objects.values_list("key", flat=True))
    outcomes = [Outcome.NOBODY, Outcome.INFORMED, Outcome.INTERESTED, Outcome.PLEDGED, Outcome.REFUSED,
                Outcome.ALREADY_REGISTERED, Outcome.NOT_ELIGIBLE]  # fmt: skip
    rows: list[OutreachContact] = []
    while len(rows) < count:
        volunteer, session = chance.choice(people), uuid.UUID(int=chance.getrandbits(128))
        day = until - timedelta(days=chance.randrange(56))
        moment = day.replace(hour=chance.choice([9, 10, 14, 15, 16, 17]), minute=chance.randrange(60))
        commune = chance.choices(communes, weights)[0] if communes else None
        hurried = chance.random() < 0.06
        for _record in range(min(chance.randrange(6, 45), count - len(rows))):
            moment += timedelta(seconds=chance.randrange(2, 7) if hurried else chance.expovariate(1 / 170) + 20)
            outcome = chance.choices(outcomes, [60, 14, 9, 6, 6, 3, 2])[0]
            held_back = outcome in (Outcome.INFORMED, Outcome.REFUSED, Outcome.INTERESTED) and barriers
            client_id = uuid.UUID(int=chance.getrandbits(128))
            rows.append(
                OutreachContact(
                    client_id=client_id, root_id=client_id, effort=effort, mobiliser=volunteer.user,
                    organisation=volunteer.organisation, team=volunteer.team, outcome=outcome,
                    language=chance.choices(["fr", "nl", "ar", "en", "es", "ro", "pl"], [40, 12, 18, 10, 8, 7, 5])[0],
                    territory=commune,
                    barriers=sorted(chance.sample(barriers, chance.randrange(1, 3))) if held_back else [],
                    session_id=session, device_id=session, device_at=moment, occurred_at=moment,
                    received_at=moment, is_generated=True,
                )
            )  # fmt: skip
    OutreachContact.objects.bulk_create(rows)
    return len(rows)
