"""A bench that is killed leaves nothing behind: no server, no sender, nobody to meddle with the next one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings

CHILD = """
import time
from bench.lifeline import end_with_parent
end_with_parent()
print("up", flush=True)
time.sleep(90)
"""
PARENT = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', sys.argv[1]], stdin=subprocess.PIPE).wait()"
SERVING = """
import sys, time
from pathlib import Path
from bench.servers import serve
with serve("bench.floor.wsgi", "bench.floor.settings", workers=2, log=Path(sys.argv[1]) / "floor.log") as server:
    print(server.pid, flush=True)
    time.sleep(90)
"""


def start(code: str, argument: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, argument], cwd=settings.BASE_DIR, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, start_new_session=True, env={**os.environ, "DATABASE_URL": "sqlite://:memory:"},
    )  # fmt: skip


def living(group: int) -> set[int]:
    """Return the processes of a group that have not ended; one that nobody has buried yet has."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, (state, _parent, theirs) = stat.parent.name, stat.read_text().rpartition(") ")[2].split()[:3]
        except OSError:  # it ended while we looked
            continue
        found |= {int(pid)} if int(theirs) == group and state != "Z" else set()
    return found


def test_child_of_a_killed_parent_ends() -> None:
    with start(PARENT, CHILD) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "up\n"
        parent.kill()
        # The child speaks through the same pipe: it ends when the child has.
        assert parent.communicate(timeout=20)[0] == ""


def test_child_whose_parent_lives_goes_on() -> None:
    with start(PARENT, CHILD) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "up\n"
        assert len(living(parent.pid)) == 2
        os.killpg(parent.pid, signal.SIGKILL)


def test_servers_of_a_killed_bench_end(tmp_path: Path) -> None:
    with start(SERVING, str(tmp_path)) as bench:
        assert bench.stdout is not None
        group = int(bench.stdout.readline())
        assert len(living(group)) >= 2, "a master and its workers"
        bench.kill()
        until = time.monotonic() + 20
        while living(group) and time.monotonic() < until:
            bench.poll()
        assert living(group) == set()
