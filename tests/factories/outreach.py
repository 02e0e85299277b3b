"""Mobilisers and what they log, for tests: a campaign with an effort, a volunteer with a login, records as phones send
them.
"""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.enums import Role
from accounts.models import User
from outreach.actions.matching import match_pending
from outreach.actions.sync import Answer, receive_records
from outreach.enums import Outcome
from outreach.models import Barrier, CanvassingEffort, ContactIdentity, OutreachContact, Script, ScriptVersion
from people.enums import Channel, Purpose
from people.models import ConsentText, Supporter
from tests.factories.people import make_consent_text
from tests.factories.staff import World, make_user
from volunteers.enums import Stage
from volunteers.models import Volunteer

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
DEVICE = uuid.UUID("dddddddd-0000-4000-8000-000000000001")
SESSION = uuid.UUID("eeeeeeee-0000-4000-8000-000000000001")


def make_volunteer(world: World, user: User, **fields: Any) -> Volunteer:
    """Return an active volunteer of the partner with this login."""
    defaults: dict[str, Any] = {
        "supporter": fields.pop("supporter", None) or Supporter.objects.create(full_name=user.first_name),
        "campaign": world.campaign,
        "organisation": world.partner,
        "stage": Stage.ACTIVE,
        "stage_since_at": MONDAY,
        "last_touch_at": MONDAY,
        "calendar_key": uuid.uuid4().hex,
    }
    return Volunteer.objects.create(user=user, **{**defaults, **fields})


def make_effort(world: World, **fields: Any) -> CanvassingEffort:
    """Return an effort of the leading organisation, open to every mobiliser of the campaign."""
    defaults = {"campaign": world.campaign, "organisation": world.lead, "title": "Market"}
    return CanvassingEffort.objects.create(**{**defaults, **fields})


def make_script(world: World, *numbers: int) -> Script:
    """Return a script with these versions, each of one choice and one question in own words."""
    script = Script.objects.create(campaign=world.campaign, organisation=world.lead, title="First words")
    for number in numbers or (1,):
        ScriptVersion.objects.create(
            script=script,
            number=number,
            published_at=MONDAY,
            questions=[
                {
                    "key": "heard", "kind": "choice", "text": {"en": "Heard of it?"}, "next": "why",
                    "options": [{"key": "yes", "text": {"en": "Yes"}, "next": ""}, {"key": "no", "text": {"en": "No"}}],
                },
                {"key": "why", "kind": "text", "text": {"en": "Why?"}, "next": "", "options": []},
            ],
        )  # fmt: skip
    return script


@dataclass
class Stall:
    """One mobiliser at work: Cleo, volunteer of the partner, in an effort of the lead."""

    world: World
    cleo: User = field(init=False)
    volunteer: Volunteer = field(init=False)
    effort: CanvassingEffort = field(init=False)
    mail_text: ConsentText = field(init=False)
    sms_text: ConsentText = field(init=False)

    def __post_init__(self) -> None:
        self.cleo = make_user("Cleo", Role.MOBILISER, self.world.partner)
        self.volunteer = make_volunteer(self.world, self.cleo)
        self.world.lead.country = "BE"
        self.world.lead.save(update_fields=["country"])
        self.effort = make_effort(self.world)
        Barrier.objects.get_or_create(key="no_time", defaults={"labels": {"en": "no time"}})
        scope = self.world.campaign.slug
        self.mail_text = make_consent_text(self.world.lead, "Write to me.", scope=scope)
        self.sms_text = make_consent_text(
            self.world.lead, "Text me.", scope=scope, channel=Channel.SMS, purpose=Purpose.CAMPAIGN_NEWS
        )

    def record(self, number: int | None = None, **changes: Any) -> dict[str, Any]:
        """Return one contact as the phone sends it; ``number`` makes its id foreseeable."""
        made = client_id(number) if number is not None else str(uuid.uuid4())
        fields = {
            "id": made,
            "root": made,
            "type": "contact",
            "session": str(SESSION),
            "at": moment(MONDAY - timedelta(hours=1)),
            "effort": self.effort.pk,
            "outcome": Outcome.INFORMED.value,
            **changes,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def word(self, number: int, root: int, minutes: int, kind: str = "correction", **changes: Any) -> dict[str, Any]:
        """Return a correction or an undo of record ``root``, ``minutes`` after it."""
        at = moment(MONDAY - timedelta(hours=1) + timedelta(minutes=minutes))
        return self.record(number, root=client_id(root), type=kind, at=at, **changes)

    def person(self, name: str = "Nora Smit", *, email: str = "", phone: str = "0470 12 34 56", **more: Any) -> Any:
        """Return a person who agreed to every wording of a channel given."""
        texts = [text for text, address in ((self.mail_text, email), (self.sms_text, phone)) if address]
        consents = [{"text": text.pk, "granted": True, "given": "read_aloud"} for text in texts]
        return {"name": name, "email": email, "phone": phone, "language": "en", "consents": consents, **more}

    def send(self, *records: Any, user: User | None = None, at: datetime = MONDAY, **changes: Any) -> list[Answer]:
        """Hand records in, in one batch, from a phone whose clock is right."""
        told: dict[str, Any] = {"device": DEVICE, "sent_at": at, **changes}
        return receive_records(user=user or self.cleo, records=list(records), at=at, **told)

    def meet(self, number: int = 1, at: datetime = MONDAY, **person: Any) -> ContactIdentity:
        """Log a conversation with a person, match it and return what is left of it."""
        self.send(self.record(number, person=self.person(**person)), at=at)
        match_pending(at=at)
        return ContactIdentity.objects.get(contact=contact(number))

    def batch(self, *records: Any, at: datetime = MONDAY, **changes: Any) -> dict[str, Any]:
        """Return a request's body."""
        return {"device": str(DEVICE), "sent_at": moment(at), "records": list(records), **changes}


def client_id(number: int) -> str:
    return str(uuid.UUID(int=(4 << 76) | (2 << 62) | number))


def moment(at: datetime) -> str:
    return at.isoformat()


def contact(number: int) -> OutreachContact:
    return OutreachContact.objects.get(client_id=client_id(number))


def everything() -> list[tuple[Any, ...]]:
    """Return all that was stored, without what hangs on the order of arrival (keys, when it came)."""
    return sorted(
        OutreachContact.objects.values_list(
            "client_id", "root_id", "record_type", "mobiliser_id", "outcome", "language", "occurred_at", "device_at",
            "is_current", "identity__full_name", "identity__phone", "identity__status",
        ).order_by(),
        key=str,
    )  # fmt: skip


@pytest.fixture
def stall(ours: World) -> Stall:
    """Cleo's stall in our coalition."""
    return Stall(ours)
