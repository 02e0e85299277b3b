"""Floor and work in turns, so that whatever else the machine does falls on both."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from statistics import median

from bench.load import Load, Result, run_load
from bench.servers import Server

# Asked of a scenario: what to send next, for so many seconds.
Next = Callable[[float], Load]


@dataclass(frozen=True)
class Pair:
    """Medians over the rounds of one run. ``ratio`` is the median of each round's own ratio of work to floor.

    ``floor_cpu`` and ``work_cpu`` are seconds of processor time of the web processes per answer.
    """

    floor_rate: float
    work_rate: float
    ratio: float
    ratio_low: float
    ratio_high: float
    floor_p50: float
    floor_p99: float
    work_p50: float
    work_p99: float
    floor_cpu: float
    work_cpu: float
    answers: int
    rounds: int

    @property
    def p99_ratio(self) -> float:
        return self.work_p99 / self.floor_p99


@dataclass(frozen=True)
class Side:
    """Floor or work: the server, and what to send it."""

    server: Server
    load: Next


def interleave(loader: Executor, *, floor: Side, work: Side, rounds: int, seconds: float) -> Pair:
    """Measure floor, work, floor, work … and return their medians. Raises UnexpectedAnswer.

    Each round opens new connections, so how they fall on the server's workers is drawn anew. A first short round of
    each warms what is warm in a running site; it is not measured, but its answers are accepted ones and are counted in
    ``answers``.
    """
    _run(loader, floor.load(seconds / 2))
    warm = _run(loader, work.load(seconds / 2))
    floors: list[Result] = []
    works: list[Result] = []
    before = floor.server.processor_seconds(), work.server.processor_seconds()
    for _ in range(rounds):
        floors.append(_run(loader, floor.load(seconds)))
        works.append(_run(loader, work.load(seconds)))
    ratios = sorted(w.rate / f.rate for f, w in zip(floors, works, strict=True))
    return Pair(
        floor_rate=median(result.rate for result in floors),
        work_rate=median(result.rate for result in works),
        ratio=median(ratios),
        ratio_low=ratios[0],
        ratio_high=ratios[-1],
        floor_p50=median(percentile(result, 0.5) for result in floors),
        floor_p99=median(percentile(result, 0.99) for result in floors),
        work_p50=median(percentile(result, 0.5) for result in works),
        work_p99=median(percentile(result, 0.99) for result in works),
        floor_cpu=(floor.server.processor_seconds() - before[0]) / sum(result.answers for result in floors),
        work_cpu=(work.server.processor_seconds() - before[1]) / sum(result.answers for result in works),
        answers=warm.answers + sum(result.answers for result in works),
        rounds=rounds,
    )


def percentile(result: Result, share: float) -> float:
    ordered = sorted(result.latencies)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _run(loader: Executor, load: Load) -> Result:
    return loader.submit(run_load, load).result()
