"""Segments of the demo: generated, and marked as such."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.demo import BEN_WORKS_FOR, LEAD
from accounts.models import Organisation
from audiences.actions.segments import count_segment, create_segment
from audiences.models import Segment
from campaigns import demo, demo_vote
from campaigns.models import Campaign, Petition
from outreach.enums import Outcome
from people.enums import Channel, Purpose

BY = "job:demo"


def load_demo_segments() -> None:
    """Save six segments of the lead and one of a partner, counted; nothing is done where they are there."""
    if Segment.objects.filter(is_generated=True).exists():
        return
    at = timezone.now()
    lead, partner = Organisation.objects.get(slug=LEAD), Organisation.objects.get(slug=BEN_WORKS_FOR)
    petition = Petition.objects.filter(campaign__slug=demo.SLUG).order_by("pk").first()
    if petition is None:
        return
    campaign, vote = petition.campaign, Campaign.objects.get(slug=demo_vote.SLUG)
    signed = {"is": "signed", "petitions": [petition.pk]}
    _save(lead, campaign, "Signed in Belgium", {"all": [signed, {"is": "lives_in", "places": ["BE"]}]}, at)
    silent = _save(lead, campaign, "Not written to for a month", {"all": [{"is": "not_contacted", "days": 30}]}, at)
    _save(
        lead,
        campaign,
        "French and Dutch speakers within reach by e-mail",
        {"all": [{"is": "speaks", "languages": ["fr", "nl"]}, _allows(campaign)]},
        at,
    )
    helpers = _save(
        lead, vote, "Everybody who helped", {"any": [{"is": "volunteers", "stages": ["active"]}, {"is": "worked"}]}, at
    )
    _save(
        lead,
        vote,
        "Came or spoke with us, but does not volunteer yet",
        {
            "all": [
                {"any": [{"is": "attended"}, {"is": "met", "outcomes": [Outcome.INTERESTED.value]}]},
                {"not": {"is": "segment", "segment": helpers.pk}},
            ]
        },
        at,
    )
    _save(
        lead,
        vote,
        "Registered, did not come, and waits for a word",
        {"all": [{"is": "stayed_away"}, {"is": "segment", "segment": silent.pk}]},
        at,
    )
    _save(partner, campaign, "Our own supporters", {"all": [{"is": "signed"}]}, at)


def _allows(campaign: Campaign) -> dict[str, Any]:
    return {
        "is": "allows", "purpose": Purpose.CAMPAIGN_NEWS.value, "channel": Channel.EMAIL.value,
        "campaign": campaign.slug,
    }  # fmt: skip


def _save(organisation: Organisation, campaign: Campaign, name: str, rule: dict[str, Any], at: datetime) -> Segment:
    segment = create_segment(
        organisation=organisation, campaign=campaign, name=name, rule=rule, by=BY, at=at, is_generated=True
    )
    return count_segment(segment=segment, at=at)
