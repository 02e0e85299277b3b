"""Campaigns and petitions for tests, open and complete unless told otherwise."""

from itertools import count
from typing import Any

from model_bakery import baker

from accounts.models import Organisation
from campaigns.models import Campaign, Partnership, Petition, Source

_numbers = count(1)


def make_campaign(organisation: Organisation | None = None, **fields: Any) -> Campaign:
    """Make a campaign led by ``organisation`` (a new one without)."""
    number = next(_numbers)
    leader = organisation or baker.make(Organisation, name=f"Lead {number}", slug=f"lead-{number}")
    return baker.make(
        Campaign, organisation=leader, **{"title": f"Campaign {number}", "slug": f"campaign-{number}", **fields}
    )


def make_petition(campaign: Campaign | None = None, **fields: Any) -> Petition:
    """Make a petition that is open without end and asks for confirmation."""
    return baker.make(
        Petition, campaign=campaign or make_campaign(), **{"title": f"Petition {next(_numbers)}", **fields}
    )


def make_partnership(campaign: Campaign, organisation: Organisation | None = None, **fields: Any) -> Partnership:
    """Let ``organisation`` (a new one without) take part in the campaign as a partner."""
    number = next(_numbers)
    partner = organisation or baker.make(Organisation, name=f"Partner {number}", slug=f"partner-{number}")
    return baker.make(Partnership, campaign=campaign, organisation=partner, **fields)


def make_source(campaign: Campaign, code: str = "", **fields: Any) -> Source:
    """Make a source of visits, ``?s=<code>``."""
    return baker.make(Source, campaign=campaign, code=code or f"source-{next(_numbers)}", label="A link", **fields)
