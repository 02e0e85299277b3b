"""One worker that sends to a sink whenever it is told to: ``python -m bench.sender_process CHANNEL``.

Each line on standard input is an order: ``ledger N`` delivers until nothing is due, ``bare N`` hands N finished letters
to the same sender, as a script of ten lines would. It says "ready", waits for a line more, sends, and writes what it
took as JSON. The process lives through all of a sink's rounds, so neither side pays for starting, and what it holds
after the last of them is a worker's memory.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import django

from bench.lifeline import end_with_parent

_PAGE = os.sysconf("SC_PAGE_SIZE")
BATCH = 200


def resident() -> int:
    """Return how many bytes of memory this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


def main(channel: str) -> None:
    end_with_parent()
    django.setup()
    from django.db import connection

    connection.ensure_connection()
    for line in sys.stdin:
        how, count = line.split()
        work = _bare(channel, int(count)) if how == "bare" else _ledger(channel)
        next(work)  # everything is made ready before the clock starts
        print("ready", flush=True)
        sys.stdin.readline()
        cpu, began = time.process_time(), time.perf_counter()
        for _batch in work:
            pass
        took = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu, "resident": resident()}
        print(json.dumps(took), flush=True)


def _ledger(channel: str) -> Iterator[None]:
    from django.utils import timezone

    from messaging.actions import deliver

    yield
    # What a slow moment gave back is claimed again: that a batch was claimed does not say that all of it left.
    while deliver.deliver_messages(at=timezone.now(), channel=channel):
        yield


def _bare(channel: str, count: int) -> Iterator[None]:
    from messaging.ports import new_sender

    letter: Any = _letter_to_copy(channel)
    sender = new_sender(channel)
    yield
    for start in range(0, count, BATCH):
        for _ in range(min(BATCH, count - start)):
            sender.send(replace(letter, idempotency_key=f"bare:{uuid4()}"))
        yield
    sender.close()


def _letter_to_copy(channel: str) -> Any:
    from messaging.enums import MessageStatus
    from messaging.models import OutboundMessage
    from messaging.rendering import render_message

    rows = OutboundMessage.objects.filter(channel=channel, status=MessageStatus.SENT, template="written")
    message = rows.select_related("organisation").first()
    if message is None:
        raise RuntimeError("the ledger sends first: there is no letter to copy")
    return render_message(message)


if __name__ == "__main__":
    main(sys.argv[1])
