"""The demo's VoteBrussels 2018: the real, dated figures as they were published. Nothing here is generated."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.demo import LEAD
from accounts.models import Organisation
from campaigns.actions.elections import load_elections
from campaigns.actions.registration_counts import import_registration_counts
from campaigns.eligibility_files import read_election, shipped_elections
from campaigns.enums import ElectionKind, Metric
from campaigns.initiative_rules import DATA
from campaigns.models import Campaign, Election, Goal
from places.models import Territory

SLUG = "votebrussels-2018"
FILE = "brussels_registrations_2012_2018.csv"
ACTOR = "job:load_demo"
TARGET = 49_406  # what was reached: the goal of a campaign that is over is shown met, not missed
BEFORE, KEY = "be-brussels-local-2012", "be-brussels-local-2018"
# The election before, of which no rules are shipped: only its figures are shown.
_TITLES = {
    "en": "Brussels local elections 2012",
    "fr": "Élections communales bruxelloises 2012",
    "nl": "Brusselse gemeenteraadsverkiezingen 2012",
    "ar": "الانتخابات المحلية في بروكسل 2012",
}


@transaction.atomic
def load_demo_registrations() -> Campaign:
    """Make the two elections with their published figures and the campaign; a second call adds nothing.

    The election is the one its file of rules ships. Load the territories and accounts before.
    """
    load_elections([read_election(shipped_elections()[KEY])], by=ACTOR)
    elections = [_election_before(), Election.objects.get(key=KEY)]
    content, now = (DATA / FILE).read_bytes(), timezone.now()
    for election in elections:
        import_registration_counts(
            election=election, content=content, file_name=FILE, by=ACTOR, at=now, today=timezone.localdate(now)
        )
    campaign, _ = Campaign.objects.get_or_create(
        slug=SLUG,
        defaults={
            "title": "VoteBrussels 2018",
            "organisation": Organisation.objects.get(slug=LEAD),
        },
    )
    if campaign.election_id is None:
        campaign.election = elections[-1]
        campaign.save(update_fields=["election"])
    Goal.objects.get_or_create(
        campaign=campaign, metric=Metric.REGISTERED, defaults={"target": TARGET, "due_date": date(2018, 7, 31)}
    )
    return campaign


def _election_before() -> Election:
    election, _ = Election.objects.get_or_create(
        key=BEFORE,
        defaults={
            "titles": _TITLES,
            "kind": ElectionKind.LOCAL,
            "country": "BE",
            "territory": Territory.objects.get(code="BE-BRU"),
            "election_date": date(2012, 10, 14),
            "registration_deadline": date(2012, 7, 31),
        },
    )
    return election
