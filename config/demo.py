"""The demo's launcher: prepares what is missing, starts web and worker, waits until they answer, stops both cleanly.

``./run demo [--fresh]``; ``HOST`` and ``PORT`` choose the address. It imports no Django itself, so a second start costs
only what web and worker need. Exit codes: 0 stopped by the person, 1 could not start or a part died.
"""

import argparse
import ctypes
import errno
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from config.demo_fingerprint import fingerprint_demo
from config.translations import PROJECT, compile_catalogues

VAR = Path(os.environ.get("CARILLON_VAR") or PROJECT / "var")
LOGS = VAR / "logs"
DATABASE = VAR / "carillon.sqlite3"
MARKER = VAR / "demo-prepared.json"
BROKER = VAR / "broker"
SCHEDULE = VAR / "celerybeat-schedule"
START_SECONDS = 90
STOP_SECONDS = 12


class DemoError(Exception):
    """The demo cannot go on; the message is one sentence for the person."""


class Stopped(Exception):
    """The person asked to stop."""


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@dataclass
class Part:
    """One child process in a process group of its own, so that Ctrl-C reaches it only through the launcher."""

    name: str
    argv: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def log(self) -> Path:
        return LOGS / f"{self.name}.log"

    def start(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=PROJECT,
                env=self.environment,
                process_group=0,
                preexec_fn=_die_with_the_launcher,
            )

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):  # the whole group has ended already
            os.killpg(self.process.pid, number)

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-15:]
        return "\n".join(f"    {line}" for line in lines)


def _die_with_the_launcher() -> None:
    """On Linux, ask the kernel to end the child should the launcher be killed with SIGKILL."""
    if sys.platform == "linux":
        set_parent_death_signal = 1  # PR_SET_PDEATHSIG, prctl(2)
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


@contextmanager
def only_demo_of_this_folder() -> Iterator[IO[str]]:
    """Refuse to run twice over one database and one broker folder. Raises DemoError."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError(
                f"A demo is running from this folder already (its data is in {VAR}); stop it first."
            ) from None
        yield lock


def check_port(host: str, port: int) -> None:
    """Raise DemoError when nothing could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise DemoError(f"Port {port} is in use; choose another: PORT={port + 1} ./run demo") from None
            raise DemoError(f"Nothing can listen on {host}:{port} ({error.strerror}); set HOST and PORT.") from None


def read_port() -> int:
    """Return PORT (default 8000). Raises DemoError when it is no port."""
    text = os.environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise DemoError(f"PORT={text!r} is not a port; write a number from 1 to 65535.")
    return int(text)


def demo_environment(host: str, port: int) -> dict[str, str]:
    """Return the environment of web and worker: the demo's settings and the address links lead to."""
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.demo", "PYTHONUNBUFFERED": "1"}
    environment.setdefault("PUBLIC_URL", f"http://{f'[{shown}]' if ':' in shown else shown}:{port}")
    environment["ALLOWED_HOSTS"] = ",".join(filter(None, [os.environ.get("ALLOWED_HOSTS"), shown]))
    return environment


def throw_away() -> None:
    """Remove the demo's database, uploads, caught messages and schedule. Raises DemoError for a foreign database."""
    if os.environ.get("DATABASE_URL"):
        raise DemoError("--fresh removes the demo's own file only; empty the database DATABASE_URL names yourself.")
    say("• throwing the demo's data away")
    for path in (*VAR.glob(f"{DATABASE.name}*"), *VAR.glob(f"{SCHEDULE.name}*"), MARKER):
        path.unlink(missing_ok=True)
    for folder in ("media", "private"):
        shutil.rmtree(VAR / folder, ignore_errors=True)


def prepare(environment: dict[str, str]) -> None:
    """Migrate, load the demo's data and collect static files, unless nothing has changed since it was done."""
    for path in compile_catalogues():
        say(f"• compiled {path.relative_to(PROJECT)}")
    fingerprint = fingerprint_demo(PROJECT, environment.get("DATABASE_URL", ""))
    if is_prepared(fingerprint, environment):
        return
    MARKER.unlink(missing_ok=True)
    say("• preparing the demo (the first time this takes about half a minute)")
    argv = [sys.executable, "-m", "config.demo_preparation", str(MARKER), fingerprint]
    with subprocess.Popen(argv, cwd=PROJECT, env=environment, process_group=0) as child:  # noqa: S603
        try:
            code = child.wait()
        except Stopped:
            os.killpg(child.pid, signal.SIGTERM)
            raise
    if code:
        raise DemoError("The demo could not be prepared; the lines above say why.")


def is_prepared(fingerprint: str, environment: dict[str, str]) -> bool:
    """Whether the marker of a finished preparation stands for just this code and an existing database."""
    if not MARKER.exists() or not (DATABASE.exists() or environment.get("DATABASE_URL")):
        return False
    return bool(json.loads(MARKER.read_text())["fingerprint"] == fingerprint)


def make_parts(host: str, port: int, environment: dict[str, str]) -> list[Part]:
    """Return web and worker, not yet started."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    python = [sys.executable, "-m"]
    web = [*python, "gunicorn", "config.wsgi", "--bind", address, "--workers", "1", "--threads", "8"]
    worker = [*python, "celery", "-A", "config", "worker", "-B", "-P", "threads", "--concurrency", "4"]
    return [
        Part("web", [*web, "--no-control-socket", "--graceful-timeout", "5"], environment),
        Part(
            "worker",
            [*worker, "--schedule", str(SCHEDULE), "--without-gossip", "--without-mingle", "--loglevel", "WARNING"],
            environment,
        ),
    ]


def check_alive(parts: list[Part]) -> None:
    """Raise DemoError when a part has ended by itself."""
    for part in parts:
        code = part.process.poll()
        if code is not None:
            raise DemoError(f"The {part.name} process ended by itself (code {code}):\n{part.last_words()}")


def wait_until_ready(url: str, parts: list[Part]) -> None:
    """Return once /readyz answers 200. Raises DemoError when a part dies or START_SECONDS have gone by."""
    problem = "no answer yet"
    for _ in range(START_SECONDS * 5):
        check_alive(parts)
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=10):  # noqa: S310 - our own http address
                return
        except urllib.error.HTTPError as error:
            problem = error.read().decode(errors="replace")
        except OSError as error:
            problem = str(error)
        time.sleep(0.2)
    raise DemoError(f"Not ready after {START_SECONDS} seconds: {problem} (logs: {LOGS})")


def stop(parts: list[Part]) -> None:
    """End every part and whatever it started: TERM, then KILL for what is left after STOP_SECONDS."""
    started = [part for part in parts if hasattr(part, "process")]
    for part in started:
        part.signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for part in started:
        try:
            part.process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"• {part.name} did not stop in time and was killed; its rows are the truth and nothing is lost")
        part.signal(signal.SIGKILL)
        part.process.wait()


def print_addresses(url: str) -> None:
    """Print where everything is and who can sign in."""
    logins = json.loads(MARKER.read_text())["logins"]
    say()
    say(f"Carillon is ready: {url}/")
    say(f"  site        {url}/")
    say(f"  staff area  {url}/staff/")
    say(f"  phone app   {url}/m/        (sign in as a mobiliser; works without a network after that)")
    say(f"  outbox      {url}/outbox/   (mail and SMS land here, and nowhere else)")
    say(f"  health      {url}/healthz  {url}/readyz")
    if logins:
        say("  sign in with one of these addresses; the code to type arrives in the outbox")
        width = max(len(login["email"]) for login in logins)
        for login in logins:
            say(f"    {login['email']:<{width}}  {login['role']}: {login['what']}")
    say(f"  logs        {LOGS}")
    say("Ctrl-C stops it.")


def run(*, fresh: bool) -> None:
    """Run the demo until it is asked to stop (Stopped) or cannot go on (DemoError)."""
    host, port = os.environ.get("HOST") or "127.0.0.1", read_port()
    environment = demo_environment(host, port)
    with only_demo_of_this_folder():
        check_port(host, port)
        if fresh:
            throw_away()
        prepare(environment)
        shutil.rmtree(BROKER, ignore_errors=True)  # stale nudges; what is due stands in rows
        LOGS.mkdir(parents=True, exist_ok=True)
        parts = make_parts(host, port, environment)
        try:
            say("• starting web and worker")
            for part in parts:
                part.start()
            wait_until_ready(environment["PUBLIC_URL"], parts)
            print_addresses(environment["PUBLIC_URL"])
            while True:
                time.sleep(0.5)
                check_alive(parts)
        finally:
            ignore_signals()
            say("• stopping web and worker")
            stop(parts)


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    raise Stopped


def ignore_signals() -> None:
    """Let nothing interrupt the stopping: a second Ctrl-C would leave processes behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run demo", description="Start Carillon's demo on this machine.")
    parser.add_argument("--fresh", action="store_true", help="throw the demo's data away first")
    arguments = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _raise_stopped)
    try:
        run(fresh=arguments.fresh)
    except Stopped:
        say("• stopped")
        return 0
    except DemoError as error:
        sys.stderr.write(f"✗ {error}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
