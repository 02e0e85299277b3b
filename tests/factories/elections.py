"""An election to come, with rules, an office and a page: half a year before election day."""

from datetime import date
from typing import Any

from campaigns import demo_vote
from campaigns.demo_election import load_demo_election
from campaigns.models import Campaign, Election
from cms.models import CampaignPage, RegistrationPage
from tests.factories.cms import make_home
from tests.factories.people import make_organisation

LAST_DAY = date(2031, 7, 31)
ELECTION_DAY = date(2031, 10, 13)


def make_election() -> Election:
    """Return the demo's election with 31 July 2031 as the last day to apply; load the territories before."""
    Campaign.objects.create(
        slug=demo_vote.SLUG, title="Vote", organisation=make_organisation("Lead"), ends_date=LAST_DAY, is_generated=True
    )
    return load_demo_election()


def make_registration_page(election: Election, language: str = "en", **words: Any) -> RegistrationPage:
    campaign = Campaign.objects.get(slug=demo_vote.SLUG)
    home = make_home(language)
    parent = home.add_child(
        instance=CampaignPage(title="Vote", slug=f"vote-{language}", campaign=campaign, locale=home.locale)
    )
    fields = {"title": "May I vote?", "slug": "check", "locale": home.locale} | words
    page = parent.add_child(instance=RegistrationPage(campaign=campaign, election=election, **fields))
    page.save_revision().publish()
    return RegistrationPage.objects.get(pk=page.pk)
