"""The demo's own election: the rules of Brussels 2024 moved to days to come, with communes' offices. All generated."""

import copy
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from campaigns import demo_vote
from campaigns.actions.elections import load_elections
from campaigns.eligibility_files import read_election, shipped_elections
from campaigns.models import Campaign, CommuneOffice, Election, EligibilityCase, EligibilityRules
from campaigns.zones import local_day
from places.models import Territory

KEY: Final = "demo-commune-vote"
PATTERN: Final = "be-brussels-local-2024"
TITLES: Final = {
    "en": "Local elections (demo)",
    "fr": "Élections communales (démo)",
    "nl": "Gemeenteraadsverkiezingen (demo)",
    "ar": "الانتخابات المحلية (عرض توضيحي)",
}
# From the last day to apply to the election: 31 July to the second Sunday of October.
DAYS_TO_ELECTION: Final = 74
_MORNING = {"days": [1, 2, 3, 4, 5], "from": "08:30", "to": "12:30"}
_EVENING = {"days": [4], "from": "16:00", "to": "18:30"}


@transaction.atomic
def load_demo_election(*, at: datetime | None = None) -> Election:
    """Load the shipped elections and, for the demo's campaign, the generated one; a second call adds nothing.

    The last day to apply is the campaign's last day.
    """
    campaign = Campaign.objects.get(slug=demo_vote.SLUG)
    files = {path.stem: read_election(path) for path in shipped_elections().values()}
    load_elections(list(files.values()), by="job:load_demo")
    last_day = campaign.ends_date or local_day(at or timezone.now(), campaign) + timedelta(days=30)
    pattern = files[PATTERN]
    region = Territory.objects.get(code=pattern.territory)
    election, is_new = Election.objects.get_or_create(
        key=KEY,
        defaults={
            "titles": TITLES,
            "kind": pattern.kind,
            "country": pattern.country,
            "territory": region,
            "election_date": last_day + timedelta(days=DAYS_TO_ELECTION),
            "registration_deadline": last_day,
            "is_generated": True,
        },
    )
    if is_new:
        EligibilityRules.objects.create(
            election=election,
            rules=_moved(pattern.raw_rules, last_day, election.election_date),
            source_text=pattern.source_text,
            source_url=pattern.source_url,
            checked_date=pattern.checked_on,
        )
        EligibilityCase.objects.create(
            election=election,
            label="French, the last day",
            answers={
                "nationality": "FR",
                "birth_date": "1985-05-17",
                "residence_register": "foreigners",
                "register_since": "2012-03-01",
                "applied_on": last_day.isoformat(),
            },
            outcome="eligible",
        )
    for number, commune in enumerate(Territory.objects.communes_of(region.code).order_by("code")):
        CommuneOffice.objects.get_or_create(election=election, territory=commune, defaults=_office(number, commune))
    return election


def _moved(raw: dict[str, Any], last_day: date, election_date: date) -> dict[str, Any]:
    rules = copy.deepcopy(raw)
    first_closed = last_day + timedelta(days=1)
    rules["application"]["last_day"] = last_day.isoformat()
    rules["application"]["closed"] = [{"from": first_closed.isoformat(), "to": election_date.isoformat()}]
    rules["register"]["by"] = first_closed.isoformat()
    return rules


def _office(number: int, commune: Territory) -> dict[str, Any]:
    """Invent an office; only the federal site is real. Every third commune takes the form by e-mail."""
    accepts = number % 3 == 0
    return {
        "online_url": "https://elections.fgov.be",
        "form_url": "https://elections.fgov.be",
        "address": f"{commune.name_in('fr')}, 1",
        "opening_hours": [_MORNING, _EVENING] if number % 2 else [_MORNING],
        "accepts_email": accepts,
        "email": f"elections.{commune.code.split()[-1]}@commune.example" if accepts else "",
        "is_generated": True,
    }
