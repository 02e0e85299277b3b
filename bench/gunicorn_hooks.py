"""gunicorn's configuration for the bench: what `bench.servers` cannot say on the command line."""

from typing import Any

from bench.lifeline import end_with_parent


def on_starting(server: Any) -> None:
    """Let the master, which leads its workers' group, end with the process that started it."""
    end_with_parent()
