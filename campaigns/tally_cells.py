"""The cells of the tallies: which rows one signature or one pledge stands in. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from campaigns.enums import Grain, Metric


@dataclass(frozen=True)
class Place:
    """What one signature or pledge is counted under, of one petition or of one kind of pledge."""

    campaign_id: int
    territory_code: str
    partnership_id: int | None
    source: str
    day: date
    petition_id: int | None = None
    pledge_kind_id: int | None = None


@dataclass(frozen=True)
class Cell:
    """One tally row's identity: of a petition or of a kind of pledge. Columns its grain does not use stay empty."""

    petition_id: int | None
    campaign_id: int
    grain: Grain
    territory_code: str = ""
    partnership_id: int | None = None
    source: str = ""
    day: date | None = None
    pledge_kind_id: int | None = None
    metric: Metric = Metric.SIGNATURES

    @property
    def key(self) -> str:
        parts = (self.territory_code, str(self.partnership_id or ""), self.source, str(self.day or ""))
        return "|".join(parts)


@dataclass(frozen=True)
class Drift:
    """A tally that differs from the recount."""

    cell: Cell
    stored: int
    counted: int


GROUPS: dict[Grain, tuple[str, ...]] = {
    Grain.TOTAL: (),
    Grain.DAY: ("day",),
    Grain.TERRITORY: ("territory_code",),
    Grain.PARTNER: ("partnership_id",),
    Grain.PARTNER_DAY: ("partnership_id", "day"),
    Grain.PARTNER_TERRITORY: ("partnership_id", "territory_code"),
    Grain.SOURCE: ("source",),
}


def cells(place: Place, metric: Metric) -> Iterator[Cell]:
    """Yield the cells that what stands at ``place`` is counted in, one of each grain."""
    for grain, columns in GROUPS.items():
        yield Cell(
            petition_id=place.petition_id,
            campaign_id=place.campaign_id,
            grain=grain,
            pledge_kind_id=place.pledge_kind_id,
            metric=metric,
            **{column: getattr(place, column) for column in columns},
        )
