"""Whose rows the table of access is tried with: five owners, each with one row of every kind an address can name."""

import copy
import uuid
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Locale, Site

from accounts.models import ApiToken, Membership, Organisation, Role, User
from campaigns.models import (
    Campaign,
    CommuneOffice,
    EligibilityCase,
    EligibilityRules,
    Invalidation,
    Ledger,
    Partnership,
    Petition,
    Signature,
    Source,
)
from messaging.enums import InboundStatus
from messaging.models import InboundMessage
from people.enums import Channel, ConflictStatus, SuppressionReason
from people.models import ContactConflict, ContactPoint, Suppression
from tests.factories.access_partner_rows import campaign_partner_rows, own_partner_rows
from tests.factories.cms import make_home, make_petition_page
from tests.factories.elections import make_election as make_shipped_election
from tests.factories.messaging import make_sent
from tests.factories.registrations import make_election
from tests.factories.staff import World, make_user
from tests.factories.staff_rows import rows_of
from tests.factories.transparency import give, make_help, make_ledger, make_sponsor

# L: the campaign's lead. P: a partner in it. S: another partner in it. X: another campaign of the same lead, run by a
# partner that has no part in the first. T: another coalition.
OWNERS = "LPSXT"


class Places:
    """The cast, one person per role, and the rows of the five owners, built one after another."""

    def __init__(self) -> None:
        make_home()
        house = shared_rows()
        self.rows: dict[str, dict[str, Any]] = {}
        ours = self.ours = World("ours")
        self.sister = self._partner_of(ours, "ours sister")
        shared = _campaign_rows(ours)
        self._build("L", house, shared, ours, ours.lead)
        self._build("P", house, shared, ours, ours.partner)
        self._build("S", house, shared, ours, self.sister)
        self.begin("X")
        self.second = self._second_campaign(ours)
        self._build("X", house, _campaign_rows(self.second), self.second, self.second.partner)
        self.begin("T")
        self.theirs = World("theirs")
        self._build("T", house, _campaign_rows(self.theirs), self.theirs, self.theirs.lead)
        self.begin("")
        self.people: dict[str, User | None] = {
            "anonymous": None,
            "mobiliser": None,
            "organiser": make_user("ours-eva", Role.ORGANISER, ours.partner),
            "manager": ours.manager,
            "analyst": ours.analyst,
            "dpo": ours.dpo,
            "coordinator": ours.coordinator,
            "superuser": User.objects.create_superuser("hana@example.org"),
        }
        for user in self.people.values():
            if user:
                EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        self.people["mobiliser"] = self.rows["P"]["cleo"].user

    def begin(self, owner: str) -> None:
        """Be told that the rows of ``owner`` come next (blank: nobody's)."""

    def _build(
        self, owner: str, house: dict[str, Any], shared: dict[str, Any], world: World, own: Organisation
    ) -> None:
        rows = self.rows[owner] = {**house, **shared, **rows_of(world, own), **_own_rows(world, own)}
        rows["initiative"] = rows["staff_paper"].initiative

    def _partner_of(self, world: World, name: str) -> Organisation:
        organisation = Organisation.objects.create(name=name, slug=name.replace(" ", "-"))
        organisation.led_by.add(world.lead)
        Partnership.objects.create(campaign=world.campaign, organisation=organisation)
        return organisation

    def _second_campaign(self, world: World) -> World:
        second = copy.copy(world)
        second.name = "second"
        second.campaign = Campaign.objects.create(title="second campaign", slug="second", organisation=world.lead)
        second.petition = Petition.objects.create(campaign=second.campaign, title="second petition")
        second.partner = self._partner_of(second, "second partner")
        second.partnership = second.campaign.partnerships.get()
        second.source = Source.objects.create(campaign=second.campaign, code="second-link", label="second leaflet")
        return second


def _campaign_rows(world: World) -> dict[str, Any]:
    """Return the rows that a campaign has once, whoever takes part."""
    ledger = make_ledger(world.campaign)
    sponsor = make_sponsor(ledger)
    give(sponsor, "501")
    page = make_petition_page(world.petition, title=f"{world.name} page")
    page.save_revision()
    return {
        "staff_campaigns": world.campaign,
        "staff_petitions": world.petition,
        "staff_ledgers": Ledger.objects.get(pk=ledger.pk),
        "sponsor": sponsor,
        "help": make_help(ledger),
        "staff_invalidations": Invalidation.objects.create(
            petition=world.petition, conditions={"email_domain": "x.example"}, reason=f"{world.name} odd"
        ),
        "page": page,
        **campaign_partner_rows(world),
    }


def _own_rows(world: World, own: Organisation) -> dict[str, Any]:
    """Return the rows of one organisation in one campaign, beyond those of `rows_of`."""
    now = timezone.now()
    mark = f"{world.name} {own}"
    partnership = world.campaign.partnerships.filter(organisation=own).first()
    source = Source.objects.create(
        campaign=world.campaign, code=f"own-{uuid.uuid4().hex[:8]}", label=f"{mark} poster", partnership=partnership
    )
    signature = world.sign(f"{mark} Nina", partnership=partnership, comment=f"{mark} comment")
    world.consent(signature, own)
    member = Membership.objects.filter(organisation=own, role__in=[Role.COORDINATOR, Role.PARTNER_MANAGER]).first()
    if member is None:
        user = make_user(f"{mark.replace(' ', '-')}-max", Role.PARTNER_MANAGER, own)
        member = Membership.objects.get(user=user)
    shown = partnership or world.campaign.partnerships.last()
    token = ApiToken.objects.create(
        organisation=own, maker=member.user, name=mark, token_hash=uuid.uuid4().hex, created_at=now,
        expires_at=now + timedelta(days=9),
    )  # fmt: skip
    return {
        "api_token": token,
        "staff_partners": shown,
        "staff_sources": source,
        "staff_signatures": signature,
        "staff_supporters": signature.supporter,
        "staff_conflicts": _conflict(world, signature),
        "staff_consent_texts": world.wording(own, language="fr"),
        "staff_suppressions": Suppression.objects.create(
            channel=Channel.EMAIL, address_index=uuid.uuid4().hex, reason=SuppressionReason.COMPLAINT, at=now
        ),
        "staff_messages": make_sent(now, organisation=own),
        "staff_texts": InboundMessage.objects.create(
            channel=Channel.SMS, address="+32470000000", address_index=uuid.uuid4().hex, text=f"{mark} text",
            organisation=own, status=InboundStatus.FOR_A_HUMAN, received_at=now,
        ),
        "organisations": own,
        "memberships": member,
        "user": member.user,
        **own_partner_rows(world, own, shown, signature, mark),
    }  # fmt: skip


def _conflict(world: World, signature: Signature) -> ContactConflict:
    point = (
        ContactPoint.objects.filter(supporter__signatures__petition=world.petition)
        .exclude(supporter=signature.supporter)
        .first()
        or signature.supporter.contact_points.get()
    )
    return ContactConflict.objects.create(
        supporter=signature.supporter, contact_point=point, status=ConflictStatus.OPEN
    )  # fmt: skip


def shared_rows() -> dict[str, Any]:
    """Return the rows the whole house has, which no organisation owns."""
    image = get_image_model().objects.create(title="picture", file=get_test_image_file())
    document = get_document_model().objects.create(title="paper", file=ContentFile(b"%PDF-1.4 paper", "paper.pdf"))
    election, shipped = make_election(), make_shipped_election()
    return {
        "image": image,
        "document": document,
        "group": Group.objects.first(),
        "collection": Collection.objects.first(),
        "locale": Locale.objects.first(),
        "site": Site.objects.first(),
        "redirect": Redirect.objects.create(old_path="/old", redirect_link="/new"),
        "election": election,
        "election_rule": EligibilityRules.objects.get(election=shipped),
        "election_example": EligibilityCase.objects.create(election=election, label="one", outcome="eligible"),
        "commune_office": CommuneOffice.objects.create(election=election, territory=election.territory),
    }
