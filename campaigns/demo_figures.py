"""The goals of the demo's campaign, and figures of its own election. Generated, and marked so."""

import random
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from campaigns import demo, demo_vote
from campaigns.actions.registration_counts import import_registration_counts
from campaigns.demo_election import KEY as ELECTION
from campaigns.enums import Metric
from campaigns.models import Campaign, Election, Goal, RegistrationCount
from campaigns.zones import local_day
from places.models import Territory

BY: Final = "job:load_demo"
SOURCE: Final = "generated for the demo, no authority published it"
# The goal is what was really reached in Brussels in 2018, by the figures shown with “VoteBrussels 2018”.
GOALS: Final = {Metric.PLEDGES: 600, Metric.PLEDGES_ACTED: 250, Metric.REGISTERED: 49_406}
DAYS_AGO: Final = (112, 70, 42, 21, 5)
# People who could register and the rate at each of those days: invented, in the size of the real ones of 2018.
POTENTIAL: Final = 285_000
# Roughly how many people from abroad live where.
_SIZES: Final = {
    "NIS 21001": 10, "NIS 21002": 2, "NIS 21003": 2, "NIS 21004": 20, "NIS 21005": 7, "NIS 21006": 3, "NIS 21007": 6,
    "NIS 21008": 2, "NIS 21009": 13, "NIS 21010": 4, "NIS 21011": 2, "NIS 21012": 8, "NIS 21013": 8, "NIS 21014": 4,
    "NIS 21015": 14, "NIS 21016": 8, "NIS 21017": 1, "NIS 21018": 5, "NIS 21019": 4,
}  # fmt: skip
RATES: Final = (7.2, 8.9, 10.4, 11.9, 13.3)


@transaction.atomic
def load_demo_figures(*, at: datetime | None = None) -> Campaign:
    """Show the generated election's figures with the demo's campaign, and set its goals; a repeat adds nothing.

    Load `campaigns.demo_vote` and `campaigns.demo_election` before.
    """
    at = at or timezone.now()
    campaign, election = Campaign.objects.get(slug=demo_vote.SLUG), Election.objects.get(key=ELECTION)
    if campaign.election_id is None:
        campaign.election = election
        campaign.save(update_fields=["election"])
    for metric, target in GOALS.items():
        Goal.objects.get_or_create(
            campaign=campaign, metric=metric, defaults={"target": target, "due_date": campaign.ends_date}
        )
    _counts(election, at, local_day(at, campaign))
    return campaign


def _counts(election: Election, at: datetime, today: date) -> None:
    """Invent provisional figures of the region and its communes; communes add up to the region."""
    if RegistrationCount.objects.filter(election=election).exists():
        return
    import_registration_counts(
        election=election,
        content=_file(today).encode(),
        file_name="generated-for-the-demo.csv",
        by=BY,
        at=at,
        today=today,
    )


def _file(today: date) -> str:
    dice = random.Random(demo.SEED)
    communes = list(Territory.objects.communes_of("BE-BRU").without_outlines().order_by("code"))
    weights = [_SIZES.get(commune.code, 3) * dice.uniform(0.9, 1.1) for commune in communes]
    potentials = [round(POTENTIAL * weight / sum(weights)) for weight in weights]
    leans = [dice.uniform(0.75, 1.3) for _commune in communes]
    region = Territory.objects.without_outlines().get(code="BE-BRU")
    rows = ["date,place,nis_code,group,registered,potential,rate_percent,kind,source"]
    for days, rate in zip(DAYS_AGO, RATES, strict=True):
        day = today - timedelta(days=days)
        registered = [round(of * rate * lean / 100) for of, lean in zip(potentials, leans, strict=True)]
        rows.append(f"{day},{region.name},,all,{sum(registered)},{sum(potentials)},,provisional,{SOURCE!r}")
        rows += [
            f"{day},{commune.name},{commune.code.split()[-1]},all,{number},{potential},,provisional,{SOURCE!r}"
            for commune, number, potential in zip(communes, registered, potentials, strict=True)
        ]
    return "\n".join(rows).replace("'", '"') + "\n"
