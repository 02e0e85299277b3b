"""Two things at the same moment, each in a thread with a database connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections


def run_at_once(*functions: Callable[[], Any]) -> list[Any]:
    """Start all ``functions`` together and return what each returned, or the exception it raised."""
    barrier = threading.Barrier(len(functions))
    results: list[Any] = [None] * len(functions)

    def run(number: int, function: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=60)
            results[number] = function()
        except Exception as error:  # noqa: BLE001 - handed to the test, which says what it expects
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=180)
        assert not thread.is_alive(), "a thread hangs"
    return results
