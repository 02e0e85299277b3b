"""Counting pledges: whatever happens in whatever order, after the next count every tally equals a recount."""

import json
import random
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns import tasks
from campaigns.actions.pledge_tallies import count_pledges
from campaigns.actions.pledges import move_pledge, withdraw_pledge
from campaigns.actions.tallies import find_drift, recount_tallies
from campaigns.enums import Grain, Metric
from campaigns.models import Partnership, Pledge, PledgeKind, Tally
from campaigns.pledge_enums import CountsAs, Standing, ToldBy
from core.models import AuditEntry
from people.actions.supporters import merge_supporters
from tests.factories.campaigns import make_partnership, make_source
from tests.factories.cms import make_petition
from tests.factories.people import ADA, BEN
from tests.factories.pledges import make_kind, make_pledge
from tests.threads import run_at_once

DAY = timedelta(days=1)
LONGEST_CODE = "BE-NIS-21004"


@pytest.fixture
def kind(db: None) -> PledgeKind:
    return make_kind(make_petition().campaign, due_date=date(2026, 7, 31))


def make_pledges(kind: PledgeKind, number: int, *, at: datetime, **fields: Any) -> list[Pledge]:
    """Insert many pledges at once, without the people behind them."""
    defaults: dict[str, Any] = {
        "step": kind.ladder.first.key,
        "step_at": at,
        "territory_code": "21004",
        "locale": "en",
        "day": at.date(),
        "confirmed_at": at,
    }
    return Pledge.objects.bulk_create(
        Pledge(
            kind=kind,
            campaign=kind.campaign,
            share_code=f"{random.getrandbits(48):012x}",
            **{**defaults, **fields},
        )
        for _ in range(number)
    )


def count_all(at: datetime, limit: int = 1000) -> None:
    while count_pledges(at=at, limit=limit):
        pass


def shown(kind: PledgeKind, metric: Metric = Metric.PLEDGES) -> int:
    return Tally.objects.get(pledge_kind=kind, metric=metric, grain=Grain.TOTAL).count


def by_cell(tallies: Iterable[Tally]) -> Counter[tuple[str, str, str]]:
    return +Counter({(row.metric, row.grain, row.key): row.count for row in tallies})


def expected(kind: PledgeKind) -> Counter[tuple[str, str, str]]:
    """Count the pledges of a kind the slow way, one by one."""
    found: Counter[tuple[str, str, str]] = Counter()
    for row in Pledge.objects.filter(kind=kind):
        metrics = {
            CountsAs.NOTHING: [],
            CountsAs.PLEDGED: ["pledges"],
            CountsAs.ACTED: ["pledges", "pledges_acted"],
        }[CountsAs(row.counts_as)]
        partner = str(row.partnership_id or "")
        for metric in metrics:
            found[metric, Grain.TOTAL, "|||"] += 1
            found[metric, Grain.DAY, f"|||{row.day}"] += 1
            found[metric, Grain.TERRITORY, f"{row.territory_code}|||"] += 1
            found[metric, Grain.PARTNER, f"|{partner}||"] += 1
            found[metric, Grain.PARTNER_DAY, f"|{partner}||{row.day}"] += 1
            found[metric, Grain.PARTNER_TERRITORY, f"{row.territory_code}|{partner}||"] += 1
            found[metric, Grain.SOURCE, f"||{row.source}|"] += 1
    return found


def test_count_pledges_adds_each_grain_of_both_metrics_once(kind: PledgeKind, at: datetime) -> None:
    partnership = make_partnership(kind.campaign)
    make_source(kind.campaign, "poster", partnership)
    sent = make_pledge(kind, ADA, at=at, source="poster", commune="21004")
    make_pledge(kind, BEN, at=at + DAY, commune="21009")
    move_pledge(pledge=sent, step="sent", told_by=ToldBy.OWN_PAGE, at=at)
    assert [count_pledges(at=at) for _ in range(2)] == [2, 0]
    p = partnership.pk
    assert by_cell(Tally.objects.filter(pledge_kind=kind)) == {
        ("pledges", "total", "|||"): 2,
        ("pledges", "day", "|||2026-03-02"): 1,
        ("pledges", "day", "|||2026-03-03"): 1,
        ("pledges", "territory", "21004|||"): 1,
        ("pledges", "territory", "21009|||"): 1,
        ("pledges", "partner", f"|{p}||"): 1,
        ("pledges", "partner", "|||"): 1,
        ("pledges", "partner_territory", f"21004|{p}||"): 1,
        ("pledges", "partner_territory", "21009|||"): 1,
        ("pledges", "partner_day", f"|{p}||2026-03-02"): 1,
        ("pledges", "partner_day", "|||2026-03-03"): 1,
        ("pledges", "source", "||poster|"): 1,
        ("pledges", "source", "|||"): 1,
        ("pledges_acted", "total", "|||"): 1,
        ("pledges_acted", "day", "|||2026-03-02"): 1,
        ("pledges_acted", "territory", "21004|||"): 1,
        ("pledges_acted", "partner", f"|{p}||"): 1,
        ("pledges_acted", "partner_territory", f"21004|{p}||"): 1,
        ("pledges_acted", "partner_day", f"|{p}||2026-03-02"): 1,
        ("pledges_acted", "source", "||poster|"): 1,
    }
    assert not Tally.objects.filter(petition__isnull=False).exists()
    assert set(Tally.objects.values_list("campaign", flat=True)) == {kind.campaign_id}


def test_count_pledges_leaves_other_kinds_of_the_campaign_alone(kind: PledgeKind, at: datetime) -> None:
    other = make_kind(kind.campaign, "apply-for-citizenship")
    make_pledges(kind, 2, at=at)
    make_pledges(other, 3, at=at)
    tasks.count_pledges()
    assert (shown(kind), shown(other)) == (2, 3)


def test_count_pledges_follows_each_move_and_taking_back(kind: PledgeKind, at: datetime) -> None:
    pledge = make_pledge(kind, at=at)
    seen = []
    for step in ("sent", "informed", "confirmed", None):
        if step is None:
            withdraw_pledge(pledge=pledge, at=at)
        else:
            move_pledge(pledge=pledge, step=step, told_by=ToldBy.OWN_PAGE, at=at)
        count_all(at)
        seen.append((shown(kind), shown(kind, Metric.PLEDGES_ACTED)))
        assert find_drift() == []
    assert seen == [(1, 1), (1, 0), (1, 1), (0, 0)]


def test_pledge_ended_otherwise_still_counts_as_promised(kind: PledgeKind, at: datetime) -> None:
    pledge = make_pledge(kind, at=at)
    move_pledge(pledge=pledge, step="informed", ending="gave_up", told_by=ToldBy.OWN_PAGE, at=at)
    count_all(at)
    assert shown(kind) == 1
    assert not Tally.objects.filter(metric=Metric.PLEDGES_ACTED).exists()


@pytest.mark.parametrize("is_counted_before", [True, False])
def test_pledge_promised_again_elsewhere_is_counted_there_alone(
    kind: PledgeKind, at: datetime, is_counted_before: bool
) -> None:
    pledge = make_pledge(kind, at=at, commune="21004")
    if is_counted_before:
        count_all(at)
    make_pledge(kind, at=at + DAY, commune=LONGEST_CODE)
    assert find_drift() == []  # between the form and the next count the tallies still hold it where it was
    assert count_pledges(at=at) == 1
    rows = Tally.objects.filter(grain=Grain.TERRITORY, count__gt=0).values_list("territory_code", "count")
    assert list(rows) == [(LONGEST_CODE, 1)]
    assert shown(kind) == 1
    assert find_drift() == []
    pledge.refresh_from_db()
    assert (pledge.territory_code, pledge.counted_territory_code) == (LONGEST_CODE, LONGEST_CODE)


@pytest.mark.parametrize("was_counted", [True, False])
def test_merge_of_two_who_promised_the_same_counts_once(kind: PledgeKind, at: datetime, was_counted: bool) -> None:
    mine = make_pledge(kind, ADA, at=at, commune="21004")
    theirs = make_pledge(kind, BEN, at=at + DAY, commune="21009")
    move_pledge(pledge=theirs, step="sent", told_by=ToldBy.OWN_PAGE, at=at + DAY)
    if was_counted:
        count_all(at)
    assert mine.supporter is not None
    assert theirs.supporter is not None
    merge_supporters(keep=mine.supporter, absorb=theirs.supporter, by="tests")
    count_all(at)
    assert (shown(kind), shown(kind, Metric.PLEDGES_ACTED)) == (1, 1)
    assert by_cell(Tally.objects.all()) == expected(kind)
    assert find_drift() == []


def test_count_pledges_rolled_back_counts_nothing(kind: PledgeKind, at: datetime) -> None:
    make_pledges(kind, 2, at=at)

    def count_and_fail() -> None:
        with transaction.atomic():
            count_pledges(at=at)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        count_and_fail()
    assert not Tally.objects.exists()
    assert not Pledge.objects.exclude(counted_as=CountsAs.NOTHING).exists()
    count_pledges(at=at)
    assert shown(kind) == 2


def test_needs_counting_is_found_through_its_index(kind: PledgeKind, at: datetime) -> None:
    make_pledges(kind, 300, at=at)
    count_all(at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = Pledge.objects.needs_counting().order_by("id").values_list("pk")[:10].explain()
    assert "campaigns_pledge_uncounted" in plan


steps = st.one_of(
    st.tuples(st.just("promise"), st.integers(0, 2), st.sampled_from(["", "21004", "FR"]), st.sampled_from(["", "a"])),
    st.tuples(st.just("turn"), st.integers(0, 9), st.sampled_from(list(CountsAs))),
    st.tuples(st.just("go"), st.integers(0, 9), st.sampled_from(["", "21004", LONGEST_CODE])),
    st.tuples(st.just("turn all"), st.sampled_from(list(CountsAs)), st.sampled_from(list(CountsAs))),
    st.tuples(st.just("count"), st.integers(1, 3)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=25))
def test_tallies_after_any_sequence_and_a_count_equal_a_recount(
    kind: PledgeKind, at: datetime, history: list[tuple]
) -> None:
    Pledge.objects.all().delete()
    Tally.objects.all().delete()
    partnership = Partnership.objects.filter(campaign=kind.campaign).first() or make_partnership(kind.campaign)
    for step in history:
        pledges = Pledge.objects.order_by("pk")
        if step[0] == "promise":
            day = (at + step[1] * DAY).date()
            by = partnership if step[3] else None
            make_pledges(kind, 1, at=at, day=day, territory_code=step[2], source=step[3], partnership=by)
        elif step[0] == "turn":
            ids = list(pledges.values_list("pk", flat=True))[step[1] : step[1] + 1]
            Pledge.objects.filter(pk__in=ids).update(counts_as=step[2])
        elif step[0] == "go":
            ids = list(pledges.values_list("pk", flat=True))[step[1] : step[1] + 1]
            Pledge.objects.filter(pk__in=ids).update(territory_code=step[2])
        elif step[0] == "turn all":
            pledges.filter(counts_as=step[1]).update(counts_as=step[2])
        else:
            count_pledges(at=at, limit=step[1])
        assert find_drift() == []
    count_all(at, limit=4)
    assert find_drift() == []
    assert by_cell(Tally.objects.all()) == expected(kind)


@pytest.mark.django_db(transaction=True)
def test_count_pledges_at_once_while_people_move_and_go_elsewhere_ends_right(at: datetime) -> None:
    kind = make_kind(make_petition().campaign)
    rows = make_pledges(kind, 40, at=at)

    def move_half() -> None:
        for row in rows[::2]:
            move_pledge(pledge=row, step="sent", told_by=ToldBy.OWN_PAGE, at=at)

    def take_back_a_quarter() -> None:
        for row in rows[::4]:
            withdraw_pledge(pledge=row, at=at)

    def send_a_third_elsewhere() -> None:
        for row in rows[::3]:
            Pledge.objects.filter(pk=row.pk).update(territory_code="21009")

    counts = [lambda: count_all(at, limit=5)] * 2
    results = run_at_once(move_half, send_a_third_elsewhere, *counts)
    results += run_at_once(take_back_a_quarter, *counts)
    assert not [one for one in results if one is not None], results
    count_all(at)
    assert (shown(kind), shown(kind, Metric.PLEDGES_ACTED)) == (30, 10)
    assert by_cell(Tally.objects.all()) == expected(kind)
    assert Pledge.objects.filter(standing=Standing.WITHDRAWN).count() == 10
    assert find_drift() == []


def check(*arguments: str) -> tuple[int, str]:
    out, code = StringIO(), 0
    try:
        call_command("check_tallies", *arguments, stdout=out)
    except SystemExit as end:
        code = int(str(end.code))
    return code, out.getvalue()


def test_check_tallies_proves_pledges_too_and_the_recount_repairs_them(kind: PledgeKind, at: datetime) -> None:
    make_pledges(kind, 3, at=at, counts_as=CountsAs.ACTED)
    count_all(at)
    make_pledges(kind, 2, at=at)
    assert json.loads(check("--json")[1]) == {"ok": True, "uncounted": 2, "drift": []}
    Tally.objects.filter(grain=Grain.TOTAL, metric=Metric.PLEDGES_ACTED).update(count=7)
    Tally.objects.filter(grain=Grain.TERRITORY, metric=Metric.PLEDGES).delete()
    code, text = check("--json")
    found = json.loads(text)
    assert (code, found["ok"], len(found["drift"])) == (1, False, 2)
    total = {"pledge_kind": kind.pk, "metric": "pledges_acted", "grain": "total", "key": "|||"}
    assert {**total, "stored": 7, "counted": 3} in found["drift"]
    text = check()[1]
    assert f"pledge_kind {kind.pk} metric pledges_acted total |||: stored 7, counted 3" in text
    assert "2 pledges" in text
    assert len(recount_tallies(at=at)) == 2
    assert find_drift() == []
    entry = AuditEntry.objects.get(action="campaigns.tallies.repaired")
    assert entry.details == {"count": 2, "petitions": [], "pledge_kinds": [kind.pk]}
