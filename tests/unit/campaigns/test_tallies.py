"""Counting: whatever happens in whatever order, after the next count every tally equals a recount."""

import json
import random
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from campaigns.actions.signatures import withdraw_signature
from campaigns.actions.tallies import count_signatures, find_drift, recount_tallies
from campaigns.enums import COUNTING_STATUSES, Grain, SignatureStatus
from campaigns.models import Partnership, Petition, Signature, Tally
from campaigns.petition_rules import shown_goal
from campaigns.selectors.tallies import petition_count
from core.models import AuditEntry
from core.ttl_cache import clear_ttl_caches
from tests.factories.campaigns import make_partnership, make_source, sign
from tests.factories.cms import make_petition
from tests.factories.people import ADA, BEN
from tests.threads import run_at_once

DAY = timedelta(days=1)
STATUSES = list(SignatureStatus)


@pytest.fixture
def petition(db: None) -> Petition:
    return make_petition()


def make_signatures(petition: Petition, number: int, *, at: datetime, **fields: object) -> list[Signature]:
    """Insert many signatures at once, without the people behind them."""
    defaults: dict[str, object] = {
        "status": SignatureStatus.CONFIRMED,
        "territory_code": "BE",
        "locale": "en",
        "day": at.date(),
        "confirmed_at": at,
    }
    return Signature.objects.bulk_create(
        Signature(petition=petition, share_code=f"{random.getrandbits(48):012x}", **{**defaults, **fields})
        for _ in range(number)
    )


def shown(petition: Petition) -> int:
    clear_ttl_caches()
    return petition_count(petition.pk).value


def count_all(at: datetime, limit: int = 1000) -> None:
    while count_signatures(at=at, limit=limit):
        pass


def by_grain(petition: Petition) -> dict[str, dict[object, int]]:
    found: dict[str, dict[object, int]] = {}
    for tally in Tally.objects.filter(petition=petition):
        key = {
            Grain.TOTAL: None,
            Grain.DAY: str(tally.day),
            Grain.TERRITORY: tally.territory_code,
            Grain.PARTNER: tally.partnership_id,
            Grain.PARTNER_DAY: (tally.partnership_id, str(tally.day)),
            Grain.PARTNER_TERRITORY: (tally.partnership_id, tally.territory_code),
            Grain.SOURCE: tally.source,
        }[Grain(tally.grain)]
        found.setdefault(tally.grain, {})[key] = tally.count
    return found


def test_count_signatures_adds_each_grain_once(petition: Petition, at: datetime) -> None:
    partnership = make_partnership(petition.campaign)
    make_source(petition.campaign, "poster", partnership)
    sign(petition, ADA, at=at, source="poster", residence_country="BE")
    sign(petition, BEN, at=at + DAY, residence_country="FR")
    assert shown(petition) == 0
    assert [count_signatures(at=at) for _ in range(2)] == [2, 0]
    assert by_grain(petition) == {
        Grain.TOTAL: {None: 2},
        Grain.DAY: {"2026-03-02": 1, "2026-03-03": 1},
        Grain.TERRITORY: {"BE": 1, "FR": 1},
        Grain.PARTNER: {partnership.pk: 1, None: 1},
        Grain.PARTNER_DAY: {(partnership.pk, "2026-03-02"): 1, (None, "2026-03-03"): 1},
        Grain.PARTNER_TERRITORY: {(partnership.pk, "BE"): 1, (None, "FR"): 1},
        Grain.SOURCE: {"poster": 1, "": 1},
    }
    assert shown(petition) == 2


def test_count_signatures_leaves_other_petitions_alone(petition: Petition, at: datetime) -> None:
    other = make_petition(campaign=petition.campaign)
    make_signatures(petition, 2, at=at)
    make_signatures(other, 3, at=at)
    count_signatures(at=at)
    assert (shown(petition), shown(other)) == (2, 3)


def test_count_signatures_in_small_batches_comes_to_the_same(petition: Petition, at: datetime) -> None:
    make_signatures(petition, 7, at=at)
    assert [count_signatures(at=at, limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert shown(petition) == 7


def test_count_signatures_takes_out_what_was_withdrawn_and_back_in(petition: Petition, at: datetime) -> None:
    signature = sign(petition, at=at)
    count_signatures(at=at)
    withdraw_signature(signature=signature, at=at)
    assert shown(petition) == 1
    assert count_signatures(at=at + DAY) == 1
    assert shown(petition) == 0
    assert Tally.objects.get(petition=petition, grain=Grain.TOTAL).counted_at == at + DAY
    sign(petition, at=at)
    count_signatures(at=at)
    assert shown(petition) == 1


def test_count_signatures_rolled_back_counts_nothing(petition: Petition, at: datetime) -> None:
    make_signatures(petition, 2, at=at)

    def count_and_fail() -> None:
        with transaction.atomic():
            count_signatures(at=at)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        count_and_fail()
    assert not Tally.objects.exists()
    count_signatures(at=at)
    assert shown(petition) == 2


steps = st.one_of(
    st.tuples(st.just("sign"), st.integers(0, 2), st.sampled_from(["", "BE", "FR"]), st.sampled_from(["", "a", "b"])),
    st.tuples(st.just("restate"), st.integers(0, 9), st.sampled_from(["BE", "DE"])),
    st.tuples(st.just("turn"), st.integers(0, 9), st.sampled_from(STATUSES)),
    st.tuples(st.just("turn all"), st.sampled_from(STATUSES), st.sampled_from(STATUSES)),
    st.tuples(st.just("count"), st.integers(1, 3)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=25))
def test_tallies_after_any_sequence_and_a_count_equal_a_recount(
    petition: Petition, at: datetime, history: list[tuple]
) -> None:
    Signature.objects.all().delete()
    Tally.objects.all().delete()
    Partnership.objects.all().delete()
    partners = {name: make_partnership(petition.campaign, name).pk if name else None for name in ("", "a", "b")}
    for step in history:
        if step[0] == "sign":
            make_signatures(
                petition, 1, at=at, day=(at + step[1] * DAY).date(), territory_code=step[2] or "ZZ", source=step[3],
                partnership_id=partners[step[3]],
            )  # fmt: skip
        elif step[0] == "restate":
            ids = list(Signature.objects.order_by("pk").values_list("pk", flat=True))
            Signature.objects.filter(pk__in=ids[step[1] : step[1] + 1]).update(restated_territory_code=step[2])
        elif step[0] == "turn":
            ids = list(Signature.objects.order_by("pk").values_list("pk", flat=True))
            Signature.objects.filter(pk__in=ids[step[1] : step[1] + 1]).update(status=step[2])
        elif step[0] == "turn all":
            Signature.objects.filter(status=step[1]).update(status=step[2])
        else:
            count_signatures(at=at, limit=step[1])
            assert find_drift() == []
    count_all(at, limit=4)
    assert find_drift() == []
    expected: dict[str, dict[object, int]] = {}
    for row in Signature.objects.filter(status__in=COUNTING_STATUSES):
        for grain, key in (
            (Grain.TOTAL, None),
            (Grain.DAY, str(row.day)),
            (Grain.TERRITORY, row.territory_code),
            (Grain.PARTNER, row.partnership_id),
            (Grain.PARTNER_DAY, (row.partnership_id, str(row.day))),
            (Grain.PARTNER_TERRITORY, (row.partnership_id, row.territory_code)),
            (Grain.SOURCE, row.source),
        ):
            cells = expected.setdefault(grain, {})
            cells[key] = cells.get(key, 0) + 1
    found = {
        grain: {key: n for key, n in cells.items() if n}
        for grain, cells in by_grain(petition).items()
        if any(cells.values())
    }
    assert found == expected


@pytest.mark.django_db(transaction=True)
def test_count_signatures_at_once_counts_nothing_twice(at: datetime) -> None:
    petition = make_petition()
    make_signatures(petition, 60, at=at)
    results = run_at_once(*[lambda: count_all(at, limit=10)] * 3)
    assert results == [None, None, None]
    assert shown(petition) == 60
    assert find_drift() == []


@pytest.mark.django_db(transaction=True)
def test_count_signatures_while_people_withdraw_ends_right(at: datetime) -> None:
    petition = make_petition()
    rows = make_signatures(petition, 40, at=at)

    def withdraw_half() -> None:
        for row in rows[::2]:
            withdraw_signature(signature=row, at=at)

    results = run_at_once(withdraw_half, *[lambda: count_all(at, limit=5)] * 2)
    assert results == [None, None, None]
    count_all(at)
    assert shown(petition) == 20
    assert find_drift() == []


def spoil(petition: Petition) -> None:
    Tally.objects.filter(petition=petition, grain=Grain.TOTAL).update(count=7)
    Tally.objects.filter(petition=petition, grain=Grain.TERRITORY).delete()


def test_recount_tallies_repairs_and_audits_what_drifted(petition: Petition, at: datetime) -> None:
    make_signatures(petition, 3, at=at)
    count_signatures(at=at)
    spoil(petition)
    drifts = {drift.cell.grain: (drift.stored, drift.counted) for drift in recount_tallies(at=at)}
    assert drifts == {Grain.TOTAL: (7, 3), Grain.TERRITORY: (0, 3)}
    assert find_drift() == []
    assert shown(petition) == 3
    entry = AuditEntry.objects.get(action="campaigns.tallies.repaired")
    assert entry.details == {"count": 2, "petitions": [petition.pk]}


def test_recount_tallies_without_drift_changes_and_audits_nothing(petition: Petition, at: datetime) -> None:
    make_signatures(petition, 3, at=at)
    count_signatures(at=at)
    before = list(Tally.objects.order_by("pk").values())
    assert recount_tallies(at=at + DAY) == []
    assert list(Tally.objects.order_by("pk").values()) == before
    assert not AuditEntry.objects.filter(action="campaigns.tallies.repaired").exists()


def check(*arguments: str) -> tuple[int, str]:
    out, code = StringIO(), 0
    try:
        call_command("check_tallies", *arguments, stdout=out)
    except SystemExit as end:
        code = int(str(end.code))
    return code, out.getvalue()


def test_check_tallies_proves_the_counts_and_names_what_differs(petition: Petition, at: datetime) -> None:
    make_signatures(petition, 3, at=at)
    count_signatures(at=at)
    make_signatures(petition, 2, at=at)
    code, text = check("--json")
    assert (code, json.loads(text)) == (0, {"ok": True, "uncounted": 2, "drift": []})
    spoil(petition)
    code, text = check("--json")
    assert code == 1
    found = json.loads(text)
    assert found["ok"] is False
    total = {"petition": petition.pk, "grain": "total", "key": "|||", "stored": 7, "counted": 3}
    assert total in found["drift"]
    assert len(found["drift"]) == 2
    code, text = check()
    assert code == 1
    assert "stored 7, counted 3" in text
    assert "2 signatures wait" in text


@pytest.mark.django_db(transaction=True)
def test_check_tallies_while_counting_goes_on_sees_no_drift(at: datetime) -> None:
    petition = make_petition()
    make_signatures(petition, 120, at=at)

    def check_on() -> set[int]:
        return {check("--json")[0] for _ in range(12)}

    results = run_at_once(lambda: count_all(at, limit=5), check_on)
    assert results == [None, {0}]


def test_goal_goes_back_with_the_count(petition: Petition, at: datetime) -> None:
    petition.goal_steps = [10, 20]
    rows = make_signatures(petition, 9, at=at)
    count_signatures(at=at)
    assert shown_goal(shown(petition), petition.goal_steps) == 20
    Signature.objects.filter(pk__in=[row.pk for row in rows[:4]]).update(status=SignatureStatus.INVALID)
    count_signatures(at=at)
    assert shown_goal(shown(petition), petition.goal_steps) == 10


@pytest.mark.parametrize("number", [1, 300])
def test_petition_count_is_one_query_whatever_the_count(
    petition: Petition, at: datetime, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_signatures(petition, number, at=at)
    count_signatures(at=at)
    clear_ttl_caches()
    with django_assert_num_queries(1):
        count = petition_count(petition.pk)
    assert (count.value, count.as_of) == (number, at)
    with django_assert_num_queries(0):
        petition_count(petition.pk)


def test_petition_count_before_the_first_count_is_nothing_yet(petition: Petition) -> None:
    count = petition_count(petition.pk)
    assert (count.value, count.as_of) == (0, None)
