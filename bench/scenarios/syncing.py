"""Records of phones: batches of a thousand through the endpoint, every answer read and every row counted."""

import json
import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import Organisation, User
from bench.context import Bench
from campaigns.models import Campaign
from outreach.api import sync
from outreach.models import CanvassingEffort, ContactIdentity, OutreachContact
from people.models import ConsentText, Supporter
from volunteers.enums import Stage
from volunteers.models import Volunteer

BATCH = 1_000
BATCHES = 30
# Of a hundred records: mostly one tap, some mended, a few with a name, a number and a consent.
CORRECTED, IDENTIFIED = 5, 3


def measure_syncing(bench: Bench) -> None:
    """Hand in batches of fresh records, then all of them again, and prove that each is there once."""
    user, effort, text = _mobiliser(bench)
    batches = [_batch(effort, text, number) for number in range(BATCHES)]
    before = OutreachContact.objects.count()
    cpu_before = time.process_time()
    fresh = [_send(user, body, "accepted") for body in batches]
    cpu = (time.process_time() - cpu_before) / len(batches)
    again = [_send(user, body, "duplicate") for body in batches]
    stored = OutreachContact.objects.count() - before
    named = ContactIdentity.objects.filter(contact__mobiliser=user).count()
    if (stored, named) != (BATCH * BATCHES, BATCH * BATCHES * IDENTIFIED // 100):
        raise AssertionError(f"{BATCH * BATCHES} records were sent, {stored} are stored, {named} with a person")
    rate, p95 = BATCH * len(fresh) / sum(fresh), sorted(fresh)[int(len(fresh) * 0.95)]
    bench.add(
        "phone sync, batches of 1,000",
        f"{rate:,.0f} records/s",
        "≥ 5,000/s",
        is_met=rate >= 5_000,
        detail=f"p95 {p95 * 1e3:.0f} ms a batch, {cpu * 1e3:.0f} ms of this process' CPU; whole view with parsing and "
        f"answers; {CORRECTED} % corrections, {IDENTIFIED} % with a person; every row counted",
    )
    bench.add(
        "phone sync, the same batches again",
        f"{BATCH * len(again) / sum(again):,.0f} records/s",
        detail=f"p95 {sorted(again)[int(len(again) * 0.95)] * 1e3:.0f} ms a batch; all duplicates, nothing written",
    )


def _mobiliser(bench: Bench) -> tuple[User, CanvassingEffort, ConsentText]:
    campaign = Campaign.objects.get(pk=bench.world.campaign_id)
    lead: Organisation = campaign.organisation
    user = User.objects.create_user("mobiliser@bench.example.org", first_name="Bench")
    at = timezone.now()
    Volunteer.objects.create(
        supporter=Supporter.objects.create(full_name="Bench"),
        user=user,
        campaign=campaign,
        organisation=lead,
        stage=Stage.ACTIVE,
        stage_since_at=at,
        last_touch_at=at,
        calendar_key=uuid4().hex,
    )
    effort = CanvassingEffort.objects.create(campaign=campaign, organisation=lead, title="Bench stall")
    return user, effort, ConsentText.objects.get(pk=bench.world.consents[0])


def _batch(effort: CanvassingEffort, text: ConsentText, number: int) -> bytes:
    """Return the body of one request, as a phone makes it."""
    at = timezone.now()
    records: list[dict[str, Any]] = []
    for index in range(BATCH):
        made = str(uuid4())
        record = {
            "id": made,
            "root": made,
            "type": "contact",
            "session": "00000000-0000-4000-8000-000000000001",
            "at": (at - timedelta(minutes=5, seconds=index)).isoformat(),
            "effort": effort.pk,
            "outcome": "informed",
            "language": "fr",
        }
        if index % 100 < CORRECTED and index:
            record |= {"root": records[-1]["root"], "type": "correction", "outcome": "refused"}
        elif index % 100 >= 100 - IDENTIFIED:
            record["person"] = {
                "name": "Nora Smit",
                "email": f"nora.{number}.{index}@mail.example.org",
                "language": "fr",
                "consents": [{"text": text.pk, "granted": True, "given": "shown"}],
            }
        records.append(record)
    return json.dumps({"device": str(uuid4()), "sent_at": at.isoformat(), "records": records}).encode()


def _send(user: User, body: bytes, expected: str) -> float:
    request: HttpRequest = RequestFactory().post(
        "/outreach/api/sync", body, content_type="application/json", headers={"X-Carillon-App": "1"}
    )
    request.user = user
    started = time.perf_counter()
    response = sync(request)
    seconds = time.perf_counter() - started
    found = {answer["status"] for answer in json.loads(response.content)["answers"]}
    if response.status_code != 200 or found != {expected}:
        raise AssertionError(f"{expected} was expected: {response.status_code} {found}")
    return seconds
