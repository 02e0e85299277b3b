"""Real processes to kill: gunicorn and a Celery worker over the test's database."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """One program in a group of its own, killed as a whole."""

    def __init__(self, argv: list[str], environment: dict[str, str], log: Path) -> None:
        self.argv, self.environment, self.log = argv, environment, log
        self.popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                self.argv, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

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
        "CELERY_BROKER_URL": "filesystem://",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }


def web(port: int, variables: dict[str, str], folder: Path) -> Process:
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    return Process([*command, "--no-control-socket"], variables, folder / "web.log")


def worker(variables: dict[str, str], folder: Path) -> Process:
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-B", "-P", "threads", "--concurrency", "2"]
    schedule = ["--schedule", str(folder / "schedule"), "--loglevel", "WARNING"]
    return Process([*command, *schedule], variables, folder / "worker.log")


def wait_until_it_answers(port: int, *, seconds: float = 60) -> None:
    """Return once the site's /healthz answers. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(f"nothing answers on port {port}")
