"""Whether one variant did better than another, or whether chance alone may have done it. Pure.

A share's interval is Wilson's (1927), that of a difference of two shares Newcombe's hybrid of them (1998, method 10):
both stay right for few people and for shares near nothing, where the usual ± is wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """From ``low`` to ``high``, shares of one (or, of a difference, from -1 to 1)."""

    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Arm:
    """What became of one variant: of ``sent`` people ``acted`` did what was asked."""

    label: str
    sent: int
    acted: int

    def __post_init__(self) -> None:
        if not 0 <= self.acted <= self.sent:
            raise ValueError(f"{self.acted} of {self.sent} people cannot have acted")

    @property
    def share(self) -> float:
        return self.acted / self.sent if self.sent else 0.0


@dataclass(frozen=True)
class Lead:
    """By how much ``ahead`` leads ``behind``, and between what bounds the true lead lies."""

    ahead: Arm
    behind: Arm
    interval: Interval

    @property
    def difference(self) -> float:
        return self.ahead.share - self.behind.share


@dataclass(frozen=True)
class Verdict:
    """What the figures tell: the ``winner``'s label, or None where they do not tell enough; every lead compared."""

    winner: str | None
    leads: tuple[Lead, ...]


def wilson(acted: int, sent: int, confidence: float = CONFIDENCE) -> Interval:
    """Return the interval in which the true share lies; of nobody nothing is known: 0 to 1."""
    if sent == 0:
        return Interval(0.0, 1.0)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, spread = acted / sent, z * z / sent
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / sent + spread / (4 * sent)) / (1 + spread)
    return Interval(0.0 if acted == 0 else max(middle - half, 0.0), 1.0 if acted == sent else min(middle + half, 1.0))


def newcombe(first: Arm, second: Arm, confidence: float = CONFIDENCE) -> Interval:
    """Return the interval in which the true difference of two shares, first less second, lies."""
    one, other = wilson(first.acted, first.sent, confidence), wilson(second.acted, second.sent, confidence)
    difference = first.share - second.share if first.sent and second.sent else 0.0
    if not (first.sent and second.sent):
        return Interval(-1.0, 1.0)
    below = sqrt((first.share - one.low) ** 2 + (other.high - second.share) ** 2)
    above = sqrt((one.high - first.share) ** 2 + (second.share - other.low) ** 2)
    return Interval(max(difference - below, -1.0), min(difference + above, 1.0))


def judge(arms: Sequence[Arm]) -> Verdict:
    """Compare the variant that is ahead with each other one, and say whether it wins.

    It wins when every one of these intervals excludes zero. With more than two variants each interval is as much wider
    as keeps the whole answer right 95 times of a hundred (Bonferroni). Of two alike the first named is ahead.
    """
    if len(arms) < 2:
        return Verdict(None, ())
    ahead = max(arms, key=lambda arm: arm.share)
    confidence = 1 - (1 - CONFIDENCE) / (len(arms) - 1)
    leads = tuple(Lead(ahead, arm, newcombe(ahead, arm, confidence)) for arm in arms if arm is not ahead)
    is_won = all(lead.interval.low > 0 for lead in leads)
    return Verdict(ahead.label if is_won else None, leads)
