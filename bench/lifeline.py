"""No process outlives the bench, however that is ended: each holds the reading end of a pipe as its standard input."""

import os
import select
import signal
import threading


def end_with_parent() -> None:
    """End this process, and the group it leads, as soon as nobody holds the other end of its standard input.

    What is written into the pipe stays there for whoever reads it. Where standard input is no pipe (a terminal, a
    file) nothing is watched.
    """
    threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    line = select.poll()
    line.register(0, 0)  # asked for nothing, it still tells that the other end is closed
    if any(event & select.POLLHUP for _descriptor, event in line.poll()):
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)
        os._exit(1)
