"""Links for all partners, events, mobilisers or materials of a campaign in one press."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from campaigns.models import Campaign, Partnership, Source
from core import audit

if TYPE_CHECKING:
    from accounts.models import User


class MayNotMakeLinks(PermissionError):
    """The campaign is not the user's to make links in."""


def campaigns_to_link(user: "User") -> "dict[int, Campaign]":
    """Return the campaigns the user may make links in, by id: those coordinated, and those of own partnerships."""
    led = Campaign.objects.changeable_by(user)
    managed = Campaign.objects.filter(pk__in=Partnership.objects.managed_by(user).values("campaign"))
    return {campaign.pk: campaign for campaign in [*managed, *led]}


@transaction.atomic
def make_round(*, campaign: Campaign, whose: str, by: "User", at: datetime) -> tuple[list[Source], int]:
    """Return a campaign's links for all of ``whose`` (a key of settings.SOURCE_LINK_MAKERS), and how many are new.

    A coordinator makes them for everybody, a partner manager for what is the own organisation's. A second call makes
    nothing new. Raises MayNotMakeLinks, KeyError for a kind nobody makes.
    """
    organisations: set[int] | None = None
    if not Campaign.objects.changeable_by(by).filter(pk=campaign.pk).exists():
        own = Partnership.objects.managed_by(by).filter(campaign=campaign)
        organisations = set(own.values_list("organisation", flat=True))
        if not organisations:
            raise MayNotMakeLinks
    make = import_string(settings.SOURCE_LINK_MAKERS[whose])
    found, new = make(campaign=campaign, organisation_ids=organisations, at=at)
    if new:
        audit.record("campaigns.sources.made", by=by, target=campaign, whose=whose, count=new)
    return found, new
