"""Segments over a million people: counting six criteria, and reading an audience of a hundred thousand."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from audiences.selectors.ground import ground_of
from audiences.selectors.members import members, reachable
from audiences.selectors.people_sets import PeopleSets
from audiences.selectors.reach import purpose_for, reach_of
from bench.context import Bench
from bench.population import generate_signatures
from bench.segment_population import populate_deeds
from campaigns.models import Campaign, Signature
from people.consent import ContactPurpose, suppressed_among
from people.enums import Channel, Purpose
from people.models import Supporter
from places.models import Territory

REPEATS = 5
MOST_SECONDS_COUNTING = 0.5
AUDIENCE = 100_000
MOST_SECONDS_READING = 10
CHUNK = 5_000


def measure_segments(bench: Bench, present: int) -> None:
    """Count two rules of six criteria, prove their counts another way, and read an audience."""
    generate_signatures(bench.world, max(present - Signature.objects.count(), 0))
    event = populate_deeds(bench.world)
    if not Territory.objects.exists():
        call_command("load_places", verbosity=0)
    campaign = Campaign.objects.get(pk=bench.world.campaign_id)
    floor = fastest(Supporter.objects.filter(merged_into=None).count)
    for title, rule in rules(bench.world.petition_id, event, campaign.slug).items():
        measure_count(bench, campaign, title, rule, floor)
    measure_audience(bench, campaign)


def rules(petition: int, event: int, campaign: str) -> dict[str, dict[str, Any]]:
    """Return two rules of six criteria: one that leaves few people, one that leaves nearly half of them."""
    signed = {"is": "signed", "petitions": [petition]}
    silent = {"is": "not_contacted", "days": 30}
    idle = {"not": {"is": "volunteers"}}
    allows = {"is": "allows", "purpose": "campaign_news", "channel": "email", "campaign": campaign}
    return {
        "six criteria, few people": {
            "all": [
                signed,
                {"is": "lives_in", "places": ["BE", "FR"]},
                {"is": "speaks", "languages": ["en", "fr"]},
                allows,
                silent,
                idle,
            ]
        },
        "six criteria, nearly half of all": {
            "all": [
                signed,
                {"is": "speaks", "languages": ["en", "fr", "nl"]},
                {"is": "known_lately", "days": 3_000},
                silent,
                {"not": {"is": "registered", "events": [event]}},
                idle,
            ]
        },
    }


def measure_count(bench: Bench, campaign: Campaign, title: str, rule: dict[str, Any], floor: float) -> None:
    """Count by the one query that sending asks, and by sets as the editor does; both must find the same people."""
    rows = members(rule, organisation=campaign.organisation_id, at=timezone.now())
    _add_count(bench, f"segment of {title}: count by one query", fastest(rows.count), floor, f"{rows.count():,} people")
    first, again = [], []
    for number in range(REPEATS):
        sets = PeopleSets(ground_of(campaign.organisation_id, timezone.now()))
        first.append(timed(partial(sets.members, rule)))
        again.append(timed(partial(sets.members, {"all": [*rule["all"], {"is": "proved", "channel": "email"}]})))
        if not number:
            measure_reach(bench, title, rule, sets, campaign)
        if sets.members(rule).bit_count() != rows.count():
            raise AssertionError("the sets and the query find different people")
    _add_count(bench, f"segment of {title}: count while editing", min(first), floor, "nothing read before")
    _add_count(
        bench,
        f"segment of {title}: again, with one criterion more",
        min(again),
        floor,
        "what was read is kept a minute",
    )


def _add_count(bench: Bench, work: str, seconds: float, floor: float, detail: str) -> None:
    bench.add(
        work,
        f"{seconds:.2f} s ({seconds / floor:.1f} × counting everybody)",
        f"≤ {MOST_SECONDS_COUNTING} s",
        is_met=seconds <= MOST_SECONDS_COUNTING,
        detail=f"{detail}; the fastest of {REPEATS}; counting all {Supporter.objects.count():,} takes {floor:.2f} s",
    )


def measure_reach(bench: Bench, title: str, rule: dict[str, Any], sets: PeopleSets, campaign: Campaign) -> None:
    purpose = purpose_for(sets.ground, campaign, Channel.EMAIL)
    first = timed(lambda: reach_of(rule, sets, purpose))
    again = timed(lambda: reach_of(rule, sets, purpose))
    detail = "who has an address, proved it, agreed and did not pause; nothing read before → what was read is kept"
    bench.add(f"segment of {title}: reach by e-mail", f"{first:.2f} → {again:.2f} s", detail=detail)


def measure_audience(bench: Bench, campaign: Campaign) -> None:
    """Read the addresses a message would go to, suppressed ones taken out, as a snapshot needs them."""
    purpose = ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.EMAIL, campaign.organisation_id, campaign.slug)
    points = reachable({"is": "signed"}, purpose=purpose, at=timezone.now()).order_by("pk")
    started, read = time.perf_counter(), 0
    rows = points.values_list("pk", "canonical", "supporter_id", "supporter__language")[:AUDIENCE]
    chunk: list[Any] = []
    for row in rows.iterator(chunk_size=CHUNK):
        chunk.append(row)
        if len(chunk) == CHUNK:
            read, chunk = read + free(chunk), []
    read += free(chunk)
    seconds = time.perf_counter() - started
    bench.add(
        f"audience of {read:,} addresses of a segment",
        f"{seconds:.1f} s",
        f"≤ {MOST_SECONDS_READING} s for {AUDIENCE:,}",
        is_met=None if read < AUDIENCE else seconds <= MOST_SECONDS_READING,
        detail="consent in force, not paused, suppressions taken out by keyed hash",
    )


def free(chunk: list[Any]) -> int:
    """Return how many of these addresses are not suppressed."""
    return len(chunk) - len(suppressed_among(Channel.EMAIL, [row[1] for row in chunk])) if chunk else 0


def fastest(work: Callable[[], object]) -> float:
    return min(timed(work) for _ in range(REPEATS))


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
