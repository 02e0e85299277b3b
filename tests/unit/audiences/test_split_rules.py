from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiences.split_rules import lot_of, variant_of

IDS = st.integers(1, 2**60)


@given(IDS, IDS)
def test_lot_is_the_same_whenever_it_is_drawn(broadcast: int, point: int) -> None:
    lot = lot_of(broadcast, point)
    assert lot == lot_of(broadcast, point)
    assert 0 <= lot < 1


@given(IDS, IDS, st.lists(IDS, min_size=1, max_size=3, unique=True), st.none() | st.integers(1, 100))
def test_everybody_gets_one_of_the_variants_or_waits_for_the_test(
    broadcast: int, point: int, variants: list[int], percent: int | None
) -> None:
    got = variant_of(lot_of(broadcast, point), variants, percent)
    assert got in variants or (got is None and percent is not None and percent < 100)


@pytest.mark.parametrize("percent", [None, 30])
def test_shares_are_as_even_as_chance_makes_them(percent: int | None) -> None:
    people = 30_000
    found = Counter(variant_of(lot_of(7, point), [1, 2, 3], percent) for point in range(people))
    each = people * (percent or 100) / 100 / 3
    assert all(abs(found[variant] - each) < 5 * each**0.5 for variant in (1, 2, 3))
    assert found[None] == people - sum(found[variant] for variant in (1, 2, 3))


def test_lots_of_two_broadcasts_have_nothing_to_do_with_each_other() -> None:
    both = sum(lot_of(1, point) < 0.5 and lot_of(2, point) < 0.5 for point in range(10_000))
    assert 2_300 < both < 2_700
