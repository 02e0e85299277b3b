"""What the public interface shows: a campaign with live pages, counted signatures and pledges, an election."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.actions.api_tokens import make_api_token
from accounts.models import ApiToken, Organisation, User
from campaigns.actions.pledge_tallies import count_pledges
from campaigns.actions.tallies import count_signatures
from campaigns.models import Campaign, Initiative, Partnership, Petition, PledgeKind
from cms.models import CampaignPage, PetitionPage
from core.ttl_cache import clear_ttl_caches
from tests.factories.cms import make_home, make_petition_page, make_pledge_page
from tests.factories.initiatives import add_reading, make_initiative
from tests.factories.pledges import make_kind, make_pledge
from tests.factories.registrations import REGION, bring_in, make_election
from tests.factories.staff import World


@dataclass
class Shown:
    """What stands on the site of one coalition."""

    campaign: Campaign
    petition: Petition
    page: PetitionPage
    kind: PledgeKind
    initiative: Initiative


def make_campaign_page(campaign: Campaign) -> CampaignPage:
    home = make_home()
    page = CampaignPage(title=campaign.title, slug=f"campaign-{campaign.pk}", campaign=campaign, locale=home.locale)
    return home.add_child(instance=page)


def count_all(at: datetime) -> None:
    count_signatures(at=at)
    count_pledges(at=at)
    clear_ttl_caches()


def show(world: World, *, at: datetime) -> Shown:
    """Publish a world: three signatures, two through the partner, one pledge, an election and an initiative."""
    make_campaign_page(world.campaign)
    Petition.objects.filter(pk=world.petition.pk).update(minimum_shown=2)
    page = make_petition_page(world.petition)
    for number in range(3):
        world.sign(partnership=world.partnership if number else None, confirmed_at=at)
    kind = make_kind(world.campaign)
    PledgeKind.objects.filter(pk=kind.pk).update(minimum_shown=1)
    make_pledge_page(kind)
    make_pledge(kind, at=at)
    election = make_election()
    bring_in(election, f"2018-07,{REGION},,all,,,16.8,provisional,Region 2018")
    Campaign.objects.filter(pk=world.campaign.pk).update(election=election)
    initiative = make_initiative()
    Initiative.objects.filter(pk=initiative.pk).update(campaign=world.campaign)
    add_reading(initiative, at.date() - timedelta(days=1), {"DE": 80_000, "FR": 20_000})
    count_all(at)
    world.petition.refresh_from_db()
    return Shown(world.campaign, world.petition, page, kind, initiative)


def make_token(
    maker: User,
    partnership: Partnership,
    *,
    at: datetime,
    name: str = "Our map",
    days: int = 30,
    organisation: Organisation | None = None,
) -> tuple[ApiToken, str]:
    """Return a token and its text."""
    return make_api_token(
        organisation=organisation or partnership.organisation,
        name=name,
        partnerships=[partnership.pk],
        expires_at=at + timedelta(days=days),
        by=maker,
        at=at,
    )
