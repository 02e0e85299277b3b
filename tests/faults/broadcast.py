"""The whole work of broadcasts and one worker in a loop, to be run many times at once and killed: ``python -m``."""

import time

import django

django.setup()

from django.utils import timezone  # noqa: E402 - after setup

from audiences.actions import sending, snapshots  # noqa: E402
from audiences.tasks import send_broadcasts  # noqa: E402
from messaging.actions.deliver import deliver_messages  # noqa: E402

# Small parts, so that a kill often falls between two.
snapshots.PART, sending.BATCH = 20, 15

while True:
    send_broadcasts()
    deliver_messages(at=timezone.now(), limit=20)
    time.sleep(0.02)
