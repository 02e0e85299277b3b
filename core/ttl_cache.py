"""Remember a function's answers in this process for seconds: for what every request reads and staff rarely change."""

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
_all: list[dict[object, tuple[float, object]]] = []
_clearings = 0
_MAX_ENTRIES = 10_000


def ttl_cache(seconds: float, *, most: int = 0) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator that keeps up to ``most`` answers (0: many) for ``seconds`` each, by their hashable arguments.

    Exceptions are not kept. Each process has its own memory, so a change shows everywhere after ``seconds``.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        kept: dict[object, tuple[float, object]] = {}
        lock = threading.Lock()
        _all.append(kept)

        @wraps(function)
        def cached(*args: P.args, **kwargs: P.kwargs) -> R:
            key = (args, tuple(sorted(kwargs.items()))) if kwargs else args
            found = kept.get(key)
            now = time.monotonic()
            if found is not None and found[0] > now:
                return found[1]  # type: ignore[return-value]
            before = _clearings
            answer = function(*args, **kwargs)
            with lock:
                if _clearings != before:  # what was read before everything was forgotten may be old already
                    return answer
                if len(kept) >= (most or _MAX_ENTRIES):
                    kept.clear()
                kept[key] = (now + seconds, answer)
            return answer

        return cached

    return decorate


def clear_ttl_caches() -> None:
    """Forget every kept answer: after a change in this process, and between tests."""
    global _clearings
    _clearings += 1
    for kept in _all:
        kept.clear()
