"""A provider that writes down, for good and at once, every letter it was handed: what a person's inbox would hold."""

import os
import time
from pathlib import Path

from messaging.ports import Letter


class FileSink:
    """Appends one line per letter, then takes its time to answer, so that a kill often falls between the two."""

    def __init__(self) -> None:
        self._file = os.open(Path(os.environ["CARILLON_SINK"]), os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def send(self, letter: Letter) -> str:
        line = f"{letter.idempotency_key}\t{letter.address}\t{time.time()}\t{letter.reference}\n"
        os.write(self._file, line.encode())
        os.fsync(self._file)
        time.sleep(float(os.environ.get("CARILLON_SINK_SECONDS", "0.004")))
        return ""

    def close(self) -> None:
        os.close(self._file)
