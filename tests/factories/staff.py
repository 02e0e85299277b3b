"""The fixed cast and their world, for the staff screens: two coalitions that must never see each other."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.actions.groups import sync_user_groups
from accounts.models import Membership, Organisation, Role, User
from campaigns.actions.signatures import new_share_code
from campaigns.enums import SignatureStatus
from campaigns.models import Campaign, Partnership, Petition, Signature, Source
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentEvent, ConsentText, ContactPoint, Supporter

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def make_user(name: str, role: Role | None, organisation: Organisation | None = None) -> User:
    """Return a login with one role, in the group that carries the role's permissions."""
    user = User.objects.create_user(f"{name.lower()}@example.org", first_name=name)
    if role and organisation:
        Membership.objects.create(user=user, organisation=organisation, role=role)
        sync_user_groups(user=user)
    return User.objects.get(pk=user.pk)


@dataclass
class World:
    """One coalition: a campaign led by one organisation, with one partner, and its people."""

    name: str
    lead: Organisation = field(init=False)
    partner: Organisation = field(init=False)
    campaign: Campaign = field(init=False)
    petition: Petition = field(init=False)
    partnership: Partnership = field(init=False)
    source: Source = field(init=False)
    coordinator: User = field(init=False)
    manager: User = field(init=False)
    analyst: User = field(init=False)
    dpo: User = field(init=False)

    def __post_init__(self) -> None:
        name = self.name
        self.lead = Organisation.objects.create(name=f"{name} lead", slug=f"{name}-lead")
        self.partner = Organisation.objects.create(name=f"{name} partner", slug=f"{name}-partner")
        self.partner.led_by.add(self.lead)
        self.campaign = Campaign.objects.create(title=f"{name} campaign", slug=name, organisation=self.lead)
        self.petition = Petition.objects.create(campaign=self.campaign, title=f"{name} petition")
        self.partnership = Partnership.objects.create(campaign=self.campaign, organisation=self.partner)
        self.source = Source.objects.create(
            campaign=self.campaign, code=f"{name}-link", label=f"{name} leaflet", partnership=self.partnership
        )
        self.coordinator = make_user(f"{name}-ada", Role.COORDINATOR, self.lead)
        self.manager = make_user(f"{name}-ben", Role.PARTNER_MANAGER, self.partner)
        self.analyst = make_user(f"{name}-finn", Role.ANALYST, self.lead)
        self.dpo = make_user(f"{name}-gul", Role.DATA_PROTECTION_OFFICER, self.lead)

    def sign(self, name: str = "Nina Example", *, email: str | None = None, **columns: Any) -> Signature:
        """Return a confirmed signature of a fresh supporter with a verified address."""
        number = Supporter.objects.count()
        supporter = Supporter.objects.create(full_name=name)
        address = email or f"person{number}@{self.name}.example"
        ContactPoint.objects.create(
            supporter=supporter,
            channel=Channel.EMAIL,
            canonical=address,
            as_typed=address,
            verified_at=columns.pop("verified_at", NOON),
        )
        at = columns.pop("confirmed_at", NOON)
        defaults: dict[str, Any] = {
            "petition": self.petition,
            "status": SignatureStatus.CONFIRMED,
            "territory_code": "BE",
            "email_domain": address.rpartition("@")[2],
        }
        return Signature.objects.create(
            supporter=supporter,
            share_code=new_share_code(),
            locale="en",
            day=at.date(),
            confirmed_at=at,
            **{**defaults, **columns},
        )

    def consent(
        self,
        signature: Signature,
        organisation: Organisation,
        *,
        state: ConsentState = ConsentState.GRANTED,
        scope: str | None = None,
        at: datetime = NOON,
    ) -> ConsentEvent:
        """Record a consent of the signer to the lead (campaign news) or to a partner (partner news)."""
        is_lead = organisation == self.lead
        return ConsentEvent.objects.create(
            contact_point=signature.supporter.contact_points.get(channel=Channel.EMAIL),
            state=state,
            purpose=Purpose.CAMPAIGN_NEWS if is_lead else Purpose.PARTNER_NEWS,
            channel=Channel.EMAIL,
            organisation=organisation,
            scope=self.campaign.slug if scope is None else scope,
            source="tests",
            at=at,
        )

    def wording(
        self, organisation: Organisation | None = None, body: str = "Write to me.", language: str = "en"
    ) -> ConsentText:
        """Return a published wording of the lead, or of ``organisation``."""
        return ConsentText.objects.create(
            purpose=Purpose.CAMPAIGN_NEWS,
            channel=Channel.EMAIL,
            organisation=organisation or self.lead,
            scope=self.campaign.slug,
            language=language,
            version=1,
            body=body,
        )


@pytest.fixture
def roles(db: None) -> None:
    """Groups as the tables of roles say now: the template database has them, and is made anew when a table changes."""


@pytest.fixture
def ours(roles: None) -> World:
    """Our coalition."""
    return World("ours")


@pytest.fixture
def theirs(roles: None) -> World:
    """Another coalition on the same installation."""
    return World("theirs")


def browse(user: User) -> Client:
    """Return a client signed in as ``user``."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
