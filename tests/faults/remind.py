"""One beat and one worker for reminders in a loop, to be run many times at once and killed: ``python -m``."""

import time

import django

django.setup()

from django.utils import timezone  # noqa: E402 - after setup

from campaigns.actions.pledge_reminders import queue_due_pledge_reminders  # noqa: E402
from events.actions.reminders import queue_due_reminders  # noqa: E402
from messaging.actions.deliver import deliver_messages  # noqa: E402

while True:
    queue_due_reminders(at=timezone.now())
    queue_due_pledge_reminders(at=timezone.now())
    deliver_messages(at=timezone.now())
    time.sleep(0.05)
