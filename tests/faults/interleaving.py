"""Workers whose delivery stops at every step until a test lets it go on: the real code, in any order one likes.

A worker is a greenlet: it runs `deliver_messages` on the test's own database connection as far as the next stop.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.utils import timezone
from greenlet import GreenletExit, getcurrent, greenlet

from messaging.actions import deliver

# A worker stops before and after each of these, and in the provider's call. Asking again and handing over are one step.
STOPS = ("claim_messages", "_prepare", "_begin", "_settle", "release_claims")


class Worker(greenlet):
    """One drain of the ledger, done step by step: ``switch()`` goes on as far as the next stop."""

    def __init__(self) -> None:
        super().__init__()
        self.is_killed = False

    def run(self) -> None:
        with suppress(GreenletExit):
            deliver.deliver_messages(at=timezone.now(), limit=6)

    def kill(self) -> None:
        """End it where it stands: nothing is tidied up."""
        self.is_killed = True
        if not self.dead:
            self.throw(GreenletExit)


def stop_here() -> None:
    """Let others go on, where a worker runs this; whoever is no worker passes."""
    worker = getcurrent()
    if isinstance(worker, Worker) and not worker.is_killed:
        assert worker.parent is not None
        worker.parent.switch()


class SlowClock:
    """Stands in for `time` in deliver: hours and minutes pass only when the test says so."""

    @staticmethod
    def monotonic() -> float:
        return timezone.now().timestamp()


def stop_at_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make delivery stop at each step, in small packs, and ask consent before each letter as after a long call."""
    for name in STOPS:
        monkeypatch.setattr(deliver, name, _stopping(getattr(deliver, name)))
    monkeypatch.setattr(deliver, "time", SlowClock)
    monkeypatch.setattr(deliver, "FIRST_PACK", 2)
    monkeypatch.setattr(deliver, "LARGEST_PACK", 3)


def _stopping(action: Callable[..., Any]) -> Callable[..., Any]:
    def stopping(*args: Any, **kwargs: Any) -> Any:
        stop_here()
        worker = getcurrent()
        if isinstance(worker, Worker) and worker.is_killed:
            return None  # a dead worker's `finally` does nothing
        found = action(*args, **kwargs)
        stop_here()
        return found

    return stopping
