"""The whole work of journeys and one worker in a loop, to be run many times at once and killed: ``python -m``."""

import time

import django

django.setup()

from django.utils import timezone  # noqa: E402 - after setup

from audiences.actions import leading_on, taking_in  # noqa: E402
from messaging.actions.deliver import deliver_messages  # noqa: E402

# Small parts, so that a kill often falls between two.
taking_in.BATCH = 15

while True:
    taking_in.take_people_in(at=timezone.now())
    leading_on.lead_people_on(at=timezone.now(), limit=10)
    deliver_messages(at=timezone.now(), limit=10)
    time.sleep(0.02)
