"""Supporting an initiative in the demo: the real one, whose collection is over, and a made-up one that can be shown."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from campaigns.actions.pledge_kinds import take_kind
from campaigns.demo import SLUG
from campaigns.demo_initiatives import DEMO_CAMPAIGNS_INITIATIVE
from campaigns.demo_pledge_kinds import publish_reminder_wording
from campaigns.models import Campaign, DeadlineKind, Initiative, InitiativeDeadline, PledgeKind
from campaigns.pledge_files import shipped_kinds
from campaigns.zones import local_day

BY: Final = "job:load_demo"
PATTERN: Final = "support-an-initiative"
# The kind of the real initiative: another key, because a campaign has a shipped kind once.
CLOSED: Final = "support-the-initiative-of-2018"
NUMBER: Final = "ECI(2025)000000"  # the register counts from 1: no real initiative bears this number
TITLES: Final = {
    "en": "Welcome them again (made up for the demo)",
    "fr": "Accueillons encore (inventée pour la démo)",
    "nl": "Opnieuw welkom (verzonnen voor de demo)",
    "ar": "أهلًا من جديد (مختلَقة للعرض التوضيحي)",
}
# The Union's own front page, which exists: there is no form of an initiative that does not exist.
FRONT_PAGE: Final = "https://citizens-initiative.europa.eu/"
DAYS_BEFORE, DAYS_AFTER = 90, 275  # collection lasts twelve months


@transaction.atomic
def load_demo_support(*, at: datetime | None = None) -> list[PledgeKind]:
    """Give the demo's campaign a kind of pledge for each of the two initiatives.

    Load the campaign and the initiatives before. A second call adds nothing.
    """
    at = at or timezone.now()
    campaign = Campaign.objects.select_related("organisation").get(slug=SLUG)
    publish_reminder_wording(campaign)
    shipped = shipped_kinds()[PATTERN]
    open_kind = take_kind(
        campaign=campaign, shipped=shipped, initiative=_made_up(campaign, at), by=BY, is_generated=True
    )
    real = Initiative.objects.get(registration_number=DEMO_CAMPAIGNS_INITIATIVE)
    names = {language: f"{name} (2018)" for language, name in shipped["names"].items()}
    is_new = not PledgeKind.objects.filter(campaign=campaign, key=CLOSED).exists()
    closed = take_kind(campaign=campaign, shipped=shipped | {"key": CLOSED, "names": names}, initiative=real, by=BY)
    if is_new:  # nobody can keep a promise to support it
        closed.is_open = False
        closed.save(update_fields=["is_open"])
    return [open_kind, closed]


def _made_up(campaign: Campaign, at: datetime) -> Initiative:
    begins = local_day(at, campaign) - timedelta(days=DAYS_BEFORE)
    initiative, is_new = Initiative.objects.get_or_create(
        registration_number=NUMBER,
        defaults={
            "titles": TITLES,
            "status": "ONGOING",
            "registered_date": begins - timedelta(days=60),
            "collection_start_date": begins,
            "support_url": FRONT_PAGE,
            "source": "generated for the demo",
            "campaign": campaign,
            "is_public": False,  # among the public register's initiatives it has no place
        },
    )
    if is_new:
        ends = local_day(at, campaign) + timedelta(days=DAYS_AFTER)
        InitiativeDeadline.objects.create(initiative=initiative, kind=DeadlineKind.COLLECTION_END, due_date=ends)
    return initiative
