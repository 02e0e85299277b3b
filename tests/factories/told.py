"""Pledges in numbers, for the dashboards: made at once, without the people behind them."""

import random
from datetime import datetime
from typing import Any

from campaigns.actions.pledge_tallies import count_pledges
from campaigns.models import Pledge, PledgeKind, PledgeMove
from campaigns.pledge_enums import ToldBy
from campaigns.pledge_rules import counts_as


def tell(
    kind: PledgeKind, number: int, *, step: str = "informed", at: datetime, ending: str = "", **fields: Any
) -> list[Pledge]:
    """Insert ``number`` pledges that reached ``step`` at ``at``, each with the moves that led there."""
    ladder = kind.ladder
    standing = ladder.standing(step, ending)
    pledges = Pledge.objects.bulk_create(
        Pledge(
            kind=kind,
            campaign=kind.campaign,
            share_code=f"{random.getrandbits(48):012x}",
            **{
                "step": step, "step_at": at, "ending": ending, "standing": standing, "counts_as": counts_as(standing),
                "locale": "en", "day": at.date(), "confirmed_at": at, **fields,
            },
        )
        for _ in range(number)
    )  # fmt: skip
    reached = [rung.key for rung in ladder.steps]
    keys = reached[: reached.index(step) + 1]
    PledgeMove.objects.bulk_create(
        PledgeMove(pledge=pledge, step=key, standing=ladder.standing(key, ""), told_by=ToldBy.OWN_PAGE, at=at)
        for pledge in pledges
        for key in keys
    )
    return pledges


def tell_and_count(kind: PledgeKind, number: int, *, at: datetime, **fields: Any) -> list[Pledge]:
    """Do the same, and bring them into the tallies."""
    made = tell(kind, number, at=at, **fields)
    count_pledges(at=at)
    return made
