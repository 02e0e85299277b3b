"""gunicorn as in production, each server a process group of its own on a free loopback port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
START_SECONDS = 60
STOP_SECONDS = 10
THREADS = 4


class ServerError(RuntimeError):
    """A server did not start."""


@dataclass(frozen=True)
class Server:
    """A running server; ``pid`` is also its process group."""

    port: int
    pid: int

    def processor_seconds(self) -> float:
        """Return the processor time the group's living processes have used so far (Linux; elsewhere 0)."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it ended while we looked
                fields = stat.read_text().rpartition(") ")[2].split()
                ticks += (int(fields[11]) + int(fields[12])) * (int(fields[2]) == self.pid)
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def serve(application: str, settings: str, *, workers: int, log: Path) -> Iterator["Server"]:
    """Run ``application`` under gunicorn with ``settings`` and yield it. Raises ServerError."""
    port = free_port()
    argv = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
    argv += ["--worker-class", "gthread", "--threads", str(THREADS), "--keep-alive", "75", "--no-control-socket"]
    argv += ["--config", "python:bench.gunicorn_hooks"]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            [*argv, "--log-level", "warning", "--worker-tmp-dir", "/dev/shm"],  # noqa: S108 - gunicorn's heartbeat file
            stdin=subprocess.PIPE,  # closed when this process ends, however it ends: then gunicorn does
            cwd=PROJECT,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": settings},
            start_new_session=True,
        )
    try:
        _wait_for(port, process, log)
        yield Server(port, process.pid)
    finally:
        _stop(process)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise ServerError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
    with suppress(ProcessLookupError):  # the whole group has ended already
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()
