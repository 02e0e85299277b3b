"""What every scenario of one database is given."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bench.figures import Figure
from bench.load import Load
from bench.messages import floor_bare, floor_insert
from bench.rounds import Next, Pair, Side, interleave
from bench.servers import Server, serve
from bench.world import World

# More than any of these servers answers in a second on two cores; rounds end by the clock, not by running dry.
MOST_PER_SECOND = 4_000
MOST_BARE_PER_SECOND = 12_000


@dataclass(frozen=True)
class Plan:
    """How long to measure. ``seconds`` per round, ``rounds`` of floor and work each."""

    signatures: int
    rounds: int
    seconds: float
    only: str = ""


@dataclass
class Bench:
    """The site under measurement, its floor, and what was found."""

    database: str
    plan: Plan
    world: World
    loader: Executor
    workers: int
    folder: Path
    figures: list[Figure] = field(default_factory=list)
    people: int = 1

    def __post_init__(self) -> None:
        self._servers = ExitStack()

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._servers.close()

    @cached_property
    def floor(self) -> Server:
        """The floor's server, started when the first scenario asks for it."""
        return self._servers.enter_context(
            serve("bench.floor.wsgi", "bench.floor.settings", workers=self.workers, log=self.folder / "floor.log")
        )

    @cached_property
    def web(self) -> Server:
        """The site's server, started when the first scenario asks for it."""
        return self._servers.enter_context(
            serve("config.wsgi", "bench.settings", workers=self.workers, log=self.folder / "web.log")
        )

    def wants(self, name: str) -> bool:
        return self.plan.only in ("", name)

    def add(self, work: str, measured: str, target: str = "", *, is_met: bool | None = None, detail: str = "") -> None:
        self.figures.append(Figure(self.database, work, measured, target, is_met, detail))

    def against_insert(self, work: Next) -> Pair:
        """Measure ``work`` in turns with the view that does one INSERT."""

        def floor(seconds: float) -> Load:
            return Load(self.floor.port, floor_insert(int(seconds * MOST_PER_SECOND)), seconds, 200)

        return self._interleave(floor, work)

    def against_bare(self, work: Next) -> Pair:
        """Measure ``work`` in turns with the view that does nothing."""

        def floor(seconds: float) -> Load:
            return Load(self.floor.port, floor_bare(int(seconds * MOST_BARE_PER_SECOND)), seconds, 200)

        return self._interleave(floor, work)

    def _interleave(self, floor: Next, work: Next) -> Pair:
        return interleave(
            self.loader,
            floor=Side(self.floor, floor),
            work=Side(self.web, work),
            rounds=self.plan.rounds,
            seconds=self.plan.seconds,
        )

    def new_people(self, count: int) -> int:
        """Reserve ``count`` people nobody was before and return the number of the first."""
        first = self.people
        self.people += count
        return first


def describe(pair: Pair) -> str:
    """Return a pair's rates and latencies in words."""
    return (
        f"{pair.work_rate:,.0f}/s to {pair.floor_rate:,.0f}/s; p50 {pair.work_p50 * 1e3:.1f} ms, "
        f"p99 {pair.work_p99 * 1e3:.1f} ms ({pair.p99_ratio:.1f} × the floor's); "
        f"rounds from {pair.ratio_low:.2f} to {pair.ratio_high:.2f}; web CPU per answer "
        f"{pair.work_cpu * 1e6:,.0f} µs to {pair.floor_cpu * 1e6:,.0f} µs"
    )


def chunks(total: int, size: int) -> Iterator[int]:
    """Yield sizes of at most ``size`` that add up to ``total``."""
    while total > 0:
        yield min(size, total)
        total -= size
