"""One worker, or one bare loop, that sends to a sink: ``python -m bench.sender_process ledger|bare CHANNEL COUNT``.

It says "ready", waits for a line, sends, and writes what it took as JSON. ``ledger`` delivers until nothing is due;
``bare`` hands COUNT finished letters to the same sender, as a script of ten lines would.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import django

_PAGE = os.sysconf("SC_PAGE_SIZE")


def resident() -> int:
    """Return how many bytes of memory this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


def main(how: str, channel: str, count: int) -> None:
    django.setup()
    send = {"ledger": _deliver, "bare": _send}[how]
    prepared = send(channel, count)
    print("ready", flush=True)
    sys.stdin.readline()
    cpu, began = time.process_time(), time.perf_counter()
    early = 0
    for _batch in prepared:
        early = early or resident()
    took = {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "grown": max(resident() - early, 0) if early else 0,
    }
    print(json.dumps(took), flush=True)


def _deliver(channel: str, _count: int) -> Iterator[None]:
    from django.db import connection
    from django.utils import timezone

    from messaging.actions import deliver

    connection.ensure_connection()
    # What a slow moment gave back is claimed again: that a batch was claimed does not say that all of it left.
    while deliver.deliver_messages(at=timezone.now(), channel=channel):
        yield


def _send(channel: str, count: int) -> Iterator[None]:
    from messaging.enums import MessageStatus
    from messaging.models import OutboundMessage
    from messaging.ports import new_sender
    from messaging.rendering import render_message

    rows = OutboundMessage.objects.filter(channel=channel, status=MessageStatus.SENT, template="written")
    message = rows.select_related("organisation").first()
    if message is None:
        raise RuntimeError("the ledger sends first: there is no letter to copy")
    letter = render_message(message)
    sender = new_sender(channel)
    for start in range(0, count, 200):
        size = min(200, count - start)
        for _ in range(size):
            sender.send(replace(letter, idempotency_key=f"bare:{uuid4()}"))
        yield
    sender.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
