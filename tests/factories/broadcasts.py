"""Broadcasts for tests: people who agreed, segments, texts with wordings, and a sender that takes everything."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from accounts.models import Organisation, User
from audiences.actions.broadcasts import BroadcastPlan, make_broadcast, submit_broadcast
from audiences.actions.snapshots import start_broadcast, take_snapshot
from audiences.enums import Split
from audiences.models import Broadcast, Segment
from campaigns.actions.signatures import new_share_code
from campaigns.enums import SignatureStatus
from campaigns.models import Campaign, Petition, Signature
from messaging.models import MessageText, Wording
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentEvent, ContactPoint, Supporter
from tests.factories.accounts import make_user
from tests.factories.people import make_contact_point
from tests.factories.staff import World

_NUMBERS = count(1)


class Newsroom:
    """One campaign with a petition, two editors, and whoever signed it."""

    def __init__(self, at: datetime, name: str = "news") -> None:
        self.at = at
        self.lead = Organisation.objects.create(name=f"{name} lead", slug=f"{name}-lead")
        self.campaign = Campaign.objects.create(title=f"{name} campaign", slug=name, organisation=self.lead)
        self.petition = Petition.objects.create(campaign=self.campaign, title="Petition")
        self.ada = make_user(f"{name}-ada", is_superuser=True)
        self.ben = make_user(f"{name}-ben", is_superuser=True)
        self.everybody = self.segment("Everybody", {"is": "signed", "petitions": [self.petition.pk]})

    def segment(self, name: str, rule: dict[str, Any]) -> Segment:
        return Segment.objects.create(organisation=self.lead, campaign=self.campaign, name=name, rule=rule)

    def person(
        self, *, language: str = "en", channel: Channel = Channel.EMAIL, agrees: bool = True, **told: Any
    ) -> ContactPoint:
        """Return the address of somebody who signed and (unless told otherwise) agreed to news."""
        number = next(_NUMBERS)
        supporter = Supporter.objects.create(full_name=f"Person {number}", language=language, **told)
        point = self.address(supporter, channel=channel, agrees=agrees)
        Signature.objects.create(
            supporter=supporter, petition=self.petition, share_code=new_share_code(), locale="en", day=self.at.date(),
            confirmed_at=self.at - timedelta(days=9), status=SignatureStatus.CONFIRMED, territory_code="BE",
        )  # fmt: skip
        return point

    def people(self, size: int, **told: Any) -> list[ContactPoint]:
        return [self.person(**told) for _ in range(size)]

    def address(
        self,
        supporter: Supporter,
        *,
        channel: Channel = Channel.EMAIL,
        agrees: bool = True,
        verified_at: datetime | None = None,
    ) -> ContactPoint:
        """Return one more verified address of somebody, with consent unless told otherwise."""
        number = next(_NUMBERS)
        address = f"person{number}@example.org" if channel == Channel.EMAIL else f"+3247{1000000 + number}"
        since = verified_at or self.at - timedelta(days=9)
        point = make_contact_point(address, supporter=supporter, channel=channel, verified_at=since)
        if agrees:
            self.say(point, ConsentState.GRANTED, self.at - timedelta(days=9))
        return point

    def say(self, point: ContactPoint, state: ConsentState, at: datetime) -> ConsentEvent:
        return ConsentEvent.objects.create(
            contact_point=point, state=state, purpose=Purpose.CAMPAIGN_NEWS, channel=point.channel,
            organisation=self.lead, scope=self.campaign.slug, source="tests", at=at,
        )  # fmt: skip

    def text(self, name: str = "Text", *, channel: Channel = Channel.EMAIL, **wordings: str) -> MessageText:
        """Return a text with the words told by language; English ones if none are."""
        text = MessageText.objects.create(
            organisation=self.lead, scope=self.campaign.slug, name=name, channel=channel, fallback_language="en"
        )
        for language, words in (wordings or {"en": f"{name} for you"}).items():
            self.word(text, language, words)
        return text

    def word(self, text: MessageText, language: str, words: str) -> Wording:
        """Write the next version of a wording."""
        version = text.wordings.filter(language=language).count() + 1
        kind = "sms" if text.channel == Channel.SMS else "paragraph"
        body = [{"kind": kind, "value": words}]
        return Wording.objects.create(text=text, language=language, version=version, subject=words[:150], body=body)

    def plan(self, *texts: MessageText, **changes: Any) -> BroadcastPlan:
        fields: dict[str, Any] = {
            "campaign": self.campaign,
            "organisation": self.lead,
            "name": "News of May",
            "purpose": Purpose.CAMPAIGN_NEWS,
            "channel": Channel.EMAIL,
            "included": [self.everybody],
            "texts": texts or [self.text()],
        }
        return BroadcastPlan(**{**fields, **changes})

    def draft(self, *texts: MessageText, by: User | None = None, **changes: Any) -> Broadcast:
        return make_broadcast(plan=self.plan(*texts, **changes), by=by or self.ada)

    def scheduled(self, *texts: MessageText, **changes: Any) -> Broadcast:
        """Return a broadcast below the size that needs a second person, handed in."""
        return submit_broadcast(broadcast=self.draft(*texts, **changes), by=self.ada, at=self.at)

    def started(self, *texts: MessageText, **changes: Any) -> Broadcast:
        """Return a broadcast whose snapshot is complete."""
        broadcast = self.scheduled(*texts, **changes)
        assert start_broadcast(broadcast_id=broadcast.pk, at=self.at)
        assert take_snapshot(broadcast_id=broadcast.pk, at=self.at)
        broadcast.refresh_from_db()
        return broadcast

    def split(self, kind: Split, texts: Sequence[MessageText] = (), **changes: Any) -> Broadcast:
        return self.started(*(texts or (self.text("Alpha"), self.text("Beta"))), split=kind, **changes)


def draft_broadcast(world: World, name: str, organisation: Organisation) -> Broadcast:
    """Return a draft of one of a coalition's organisations, to everybody it knows."""
    own: dict[str, Any] = {"organisation": organisation, "name": f"{name} {next(_NUMBERS)}"}
    segment = Segment.objects.create(**own, campaign=world.campaign, rule={"all": []})
    text = MessageText.objects.create(**own, scope=world.campaign.slug, channel=Channel.EMAIL)
    Wording.objects.create(text=text, language="en", version=1, subject=name, body=[])
    purpose = Purpose.CAMPAIGN_NEWS if organisation == world.lead else Purpose.PARTNER_NEWS
    plan = BroadcastPlan(
        **own, campaign=world.campaign, purpose=purpose, channel=Channel.EMAIL, included=[segment], texts=[text]
    )
    return make_broadcast(plan=plan, by=world.coordinator)
