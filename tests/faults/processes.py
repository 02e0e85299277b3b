"""Real processes to kill: gunicorn and a Celery worker over the test's database."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import redis


def open_port() -> socket.socket:
    """Listen on a port of this machine. The socket is handed to the web server, so nobody else can take the port."""
    return socket.create_server(("127.0.0.1", 0), backlog=512)


def port_of(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


class Process:
    """One program in a group of its own, killed as a whole; ``inherits`` are the files it is handed open."""

    def __init__(
        self, argv: list[str], environment: dict[str, str], log: Path, *, inherits: tuple[int, ...] = ()
    ) -> None:
        self.argv, self.environment, self.log, self.inherits = argv, environment, log, inherits
        self.popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                self.argv,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=self.inherits,
            )

    def end(self, *, seconds: float = 120) -> None:
        """Ask the program to finish what it has in hand and wait until it has."""
        assert self.popen is not None
        self.popen.terminate()
        self.popen.wait(timeout=seconds)

    def kill(self) -> None:
        """SIGKILL the whole group: no handler runs, nothing is tidied up."""
        if self.popen is not None and self.popen.poll() is None:
            os.killpg(self.popen.pid, signal.SIGKILL)
            self.popen.wait()

    def kill_children(self) -> None:
        """SIGKILL what the program started, a web worker for instance; the program itself goes on."""
        assert self.popen is not None
        children = Path(f"/proc/{self.popen.pid}/task/{self.popen.pid}/children").read_text().split()
        for child in children:
            with suppress(ProcessLookupError):  # ended by itself meanwhile
                os.kill(int(child), signal.SIGKILL)


def environment(*, database: str, folder: Path) -> dict[str, str]:
    """Return the variables under which both programs see this test's database, sink and broker, and nothing else."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "DATABASE_URL") if name in os.environ}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "CARILLON_VAR": str(folder),
        "CARILLON_KILL_DATABASE": database,
        "CARILLON_SINK": str(folder / "sink.txt"),
        "CELERY_BROKER_URL": broker(),
        "CARILLON_KILL_QUEUES": f"kill-{folder.name}-{os.getpid()}:",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }


def broker() -> str:
    """Return the Redis the run was given, else the embedded broker."""
    given = os.environ.get("CELERY_BROKER_URL", "")
    return given if given.startswith("redis") else "filesystem://"


def forget_queues(variables: dict[str, str]) -> None:
    """Take from Redis what the processes of one test left there."""
    if variables["CELERY_BROKER_URL"].startswith("redis"):
        with redis.Redis.from_url(variables["CELERY_BROKER_URL"]) as line:
            for key in line.scan_iter(f"{variables['CARILLON_KILL_QUEUES']}*"):
                line.delete(key)


def web(listener: socket.socket, variables: dict[str, str], folder: Path) -> Process:
    number = listener.fileno()
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{number}", "--workers", "2"]
    options = ["--no-control-socket", "--timeout", "120", "--graceful-timeout", "60"]
    return Process([*command, *options], variables, folder / "web.log", inherits=(number,))


def worker(variables: dict[str, str], folder: Path) -> Process:
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-B", "-P", "threads", "--concurrency", "2"]
    schedule = ["--schedule", str(folder / "schedule"), "--loglevel", "WARNING"]
    return Process([*command, *schedule], variables, folder / "worker.log")


def wait_until(condition: Callable[[], object], *, what: str, seconds: float = 180) -> None:
    """Return once ``condition()`` is true. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {seconds} seconds still not: {what}")
        time.sleep(0.1)  # other processes' work: nothing tells us


def wait_until_it_answers(port: int) -> None:
    """Return once the site's /healthz answers. Raises TimeoutError."""
    wait_until(lambda: _answers(port), what=f"something answers on port {port}")


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10):
            return True
    except (urllib.error.URLError, OSError):
        return False
