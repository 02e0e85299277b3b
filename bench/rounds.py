"""Floor and work in turns, so that whatever else the machine does falls on both."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from statistics import median

from bench.load import Load, Result, run_load

# Asked of a scenario: what to send next, for so many seconds.
Next = Callable[[float], Load]


@dataclass(frozen=True)
class Pair:
    """Medians over the rounds of one run. ``ratio`` is the median of each round's own ratio of work to floor."""

    floor_rate: float
    work_rate: float
    ratio: float
    ratio_low: float
    ratio_high: float
    floor_p50: float
    floor_p99: float
    work_p50: float
    work_p99: float
    answers: int
    rounds: int

    @property
    def p99_ratio(self) -> float:
        return self.work_p99 / self.floor_p99


def interleave(loader: Executor, *, floor: Next, work: Next, rounds: int, seconds: float) -> Pair:
    """Measure floor, work, floor, work … and return their medians. Raises UnexpectedAnswer.

    Each round opens new connections, so how they fall on the server's workers is drawn anew. A first short round of
    each warms what is warm in a running site; it is not measured, but its answers are accepted ones and are counted in
    ``answers``.
    """
    _run(loader, floor(seconds / 2))
    warm = _run(loader, work(seconds / 2))
    floors: list[Result] = []
    works: list[Result] = []
    for _ in range(rounds):
        floors.append(_run(loader, floor(seconds)))
        works.append(_run(loader, work(seconds)))
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
        answers=warm.answers + sum(result.answers for result in works),
        rounds=rounds,
    )


def percentile(result: Result, share: float) -> float:
    ordered = sorted(result.latencies)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _run(loader: Executor, load: Load) -> Result:
    return loader.submit(run_load, load).result()
