"""The demo's VoteBrussels 2018: the real, dated figures as they were published. Nothing here is generated."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.demo import LEAD
from accounts.models import Organisation
from campaigns.actions.registration_counts import import_registration_counts
from campaigns.enums import ElectionKind, Metric
from campaigns.initiative_rules import DATA
from campaigns.models import Campaign, Election, Goal
from places.models import Territory

SLUG = "votebrussels-2018"
FILE = "brussels_registrations_2012_2018.csv"
ACTOR = "job:load_demo"
TARGET = 49_406  # what was reached: the goal of a campaign that is over is shown met, not missed
ELECTIONS = {
    "be-brussels-local-2012": (date(2012, 10, 14), date(2012, 7, 31)),
    "be-brussels-local-2018": (date(2018, 10, 14), date(2018, 7, 31)),
}
_TITLES = {
    "en": "Brussels local elections {year}",
    "fr": "Élections communales bruxelloises {year}",
    "nl": "Brusselse gemeenteraadsverkiezingen {year}",
    "ar": "الانتخابات المحلية في بروكسل {year}",
}


@transaction.atomic
def load_demo_registrations() -> Campaign:
    """Make the two elections with their published figures and the campaign; a second call adds nothing.

    Load the territories and accounts before.
    """
    elections = [_election(key, *days) for key, days in ELECTIONS.items()]
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


def _election(key: str, day: date, deadline: date) -> Election:
    election, _ = Election.objects.get_or_create(
        key=key,
        defaults={
            "titles": {language: title.format(year=day.year) for language, title in _TITLES.items()},
            "kind": ElectionKind.LOCAL,
            "country": "BE",
            "territory": Territory.objects.get(code="BE-BRU"),
            "election_date": day,
        },
    )
    if election.registration_deadline is None:
        election.registration_deadline = deadline
        election.save(update_fields=["registration_deadline"])
    return election
