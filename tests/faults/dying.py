"""Delivery that kills its own process at a chosen step: what a power cut does at the worst moment, again and again.

``python -m tests.faults.dying ROUNDS SEED`` starts Django once and forks ROUNDS workers, one after the other, each to
die at another step; SIGKILL leaves no handler a word. It writes one line per worker: the step, and whether it died.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import django

STEPS = (
    "before the claim",
    "before the claim's commit",
    "after the claim",
    "before SENDING is committed",
    "after SENDING, before the call",
    "in the call, before it was taken",
    "in the call, after it was taken",
    "after the call",
    "before SENT is committed",
    "after SENT",
)
MOST_CALLS = 8


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def install(step: str, calls: int) -> None:
    """Let this process die at ``step``; where a step comes with each letter, at the ``calls``-th."""
    from django.db import transaction

    from messaging.actions import deliver
    from tests.faults.sink import FileSink

    left = [calls]

    def at_last() -> None:
        left[0] -= 1
        if left[0] <= 0:
            die()

    def inside(action: Callable[..., Any]) -> Callable[..., Any]:
        """Die with the action's statements done and its transaction open."""

        def dying(*args: Any, **kwargs: Any) -> Any:
            with transaction.atomic():
                found = action(*args, **kwargs)
                if found or action is not deliver.claim_messages:
                    die()
            return found

        return dying

    def before(action: Callable[..., Any], how: Callable[[], None] = die) -> Callable[..., Any]:
        def dying(*args: Any, **kwargs: Any) -> Any:
            how()
            return action(*args, **kwargs)

        return dying

    def after(action: Callable[..., Any], how: Callable[[], None] = die) -> Callable[..., Any]:
        def dying(*args: Any, **kwargs: Any) -> Any:
            found = action(*args, **kwargs)
            if found or action is not deliver.claim_messages:
                how()
            return found

        return dying

    where: dict[str, tuple[Any, str, Callable[..., Any]]] = {
        "before the claim": (deliver, "claim_messages", before(deliver.claim_messages)),
        "before the claim's commit": (deliver, "claim_messages", inside(deliver.claim_messages)),
        "after the claim": (deliver, "claim_messages", after(deliver.claim_messages)),
        "before SENDING is committed": (deliver, "_begin", inside(deliver._begin)),
        "after SENDING, before the call": (deliver, "_begin", after(deliver._begin)),
        "in the call, before it was taken": (FileSink, "send", before(FileSink.send, at_last)),
        "in the call, after it was taken": (FileSink, "send", after(FileSink.send, at_last)),
        "after the call": (deliver, "_hand_over", after(deliver._hand_over, at_last)),
        "before SENT is committed": (deliver, "_settle", inside(deliver._settle)),
        "after SENT": (deliver, "_settle", after(deliver._settle)),
    }
    setattr(*where[step])


def deliver_and_die(step: str, calls: int) -> None:
    """Deliver packs of a few until the step is reached; end when nothing is due any more."""
    from django.utils import timezone

    from messaging.actions import deliver

    # A death costs a pack: small ones leave more to die for.
    deliver.FIRST_PACK, deliver.LARGEST_PACK = 4, 8
    install(step, calls)
    deliver.deliver_messages(at=timezone.now(), limit=16)


def _read_once() -> None:
    """Read what every worker needs, so that the forked need not."""
    from django.template.loader import get_template
    from django.utils import translation

    for name in ("tests.faults.sink", "messaging.actions.deliver"):
        import_module(name)
    translation.activate("en")
    for name in ("written.html", "written.txt", "written.subject.txt", "written.sms.txt"):
        get_template(f"messaging/{name}")


def main(rounds: int, seed: int) -> None:
    django.setup()
    _read_once()
    dice = random.Random(seed)
    for number in range(rounds):
        step, calls = STEPS[number % len(STEPS)], dice.randint(1, MOST_CALLS)
        child = os.fork()
        if child == 0:
            deliver_and_die(step, calls)
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        died = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        failed = os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0
        sys.stdout.write(f"{step}\t{'died' if died else 'failed' if failed else 'ended'}\n")
        sys.stdout.flush()
        time.sleep(dice.random() * 0.02)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
