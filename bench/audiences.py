"""An audience written down and queued, in a process of its own so that its memory can be told."""

import resource
import time
from dataclasses import dataclass
from typing import Any

# The first and the third of the eighteen countries people come from: all of them agreed to news.
NATIONALITIES = ["BE", "FR"]
QUEUED = 10_000


@dataclass(frozen=True)
class Built:
    """What writing an audience down took. ``queued``: people a second handed to the ledger."""

    people: int
    seconds: float
    megabytes: float
    queued: float


def build_audience(petition_id: int) -> Built:
    """Start a broadcast to everybody of two nationalities who signed, and prove that each stands in it once."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    from django.utils import timezone

    from audiences.actions.snapshots import start_broadcast, take_snapshot

    broadcast, at = _scheduled(petition_id), timezone.now()
    before, started = _megabytes(), time.perf_counter()
    if not (start_broadcast(broadcast_id=broadcast.pk, at=at) and take_snapshot(broadcast_id=broadcast.pk, at=at)):
        raise AssertionError("the broadcast did not start")
    seconds, memory = time.perf_counter() - started, _megabytes() - before
    people = broadcast.recipients.count()
    if broadcast.recipients.values("supporter").distinct().count() != people:
        raise AssertionError("somebody stands in the audience twice")
    return Built(people, seconds, memory, _queue(broadcast, at))


def _queue(broadcast: Any, at: Any) -> float:
    """Return how many people a second are handed to the ledger."""
    from audiences.actions.sending import queue_recipients
    from messaging.models import OutboundMessage

    started, queued = time.perf_counter(), 0
    while queued < QUEUED and (done := queue_recipients(broadcast_id=broadcast.pk, at=at)):
        queued += done
        OutboundMessage.objects.filter(batch=broadcast.batch, status="ready").update(status="sent")
    return queued / (time.perf_counter() - started)


def _scheduled(petition_id: int) -> Any:
    from django.conf import settings
    from django.utils import timezone

    from accounts.models import User
    from audiences.actions.broadcasts import BroadcastPlan, make_broadcast, submit_broadcast
    from audiences.models import Segment
    from campaigns.models import Petition
    from messaging.models import MessageText, Wording

    settings.BROADCAST_APPROVAL_ABOVE = 10**9
    campaign = Petition.objects.select_related("campaign__organisation").get(pk=petition_id).campaign
    own: dict[str, Any] = {"organisation": campaign.organisation, "name": f"bench {time.time_ns()}"}
    signed = {"is": "signed", "petitions": [petition_id]}
    rule = {"all": [signed, {"is": "nationality", "countries": NATIONALITIES}]}
    text = MessageText.objects.create(**own, channel="email", scope=campaign.slug)
    Wording.objects.create(text=text, language="en", version=1, subject="News", body=[])
    plan = BroadcastPlan(
        **own,
        campaign=campaign,
        purpose="campaign_news",
        channel="email",
        included=[Segment.objects.create(**own, campaign=campaign, rule=rule)],
        texts=[text],
    )
    by = User.objects.create_superuser(f"bench-{time.time_ns()}@example.org")
    return submit_broadcast(broadcast=make_broadcast(plan=plan, by=by), by=by, at=timezone.now())


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
