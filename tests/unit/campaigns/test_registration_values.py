"""Cells of official figures: understood in one way, or refused."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.registration_values import (
    MAX_COUNT,
    AsOf,
    CellError,
    read_as_of,
    read_count,
    read_group,
    read_kind,
    read_rate,
    read_sex,
    read_source,
    says_percent,
)


@pytest.mark.parametrize(
    ("text", "count"),
    [("", None), ("0", 0), ("1234", 1234), ("1 234", 1234), ("12\u00a0345\u202f678", 12_345_678), ("007", 7)],
)
def test_count_is_read(text: str, count: int | None) -> None:
    assert read_count(text) == count


@pytest.mark.parametrize(
    "text", ["1.234", "1,234", "1.0", "-1", "+1", "1e3", "12 34", "1 2345", "=1", "١٢", "one", "99999999999", "1\n234"]
)
def test_count_that_may_mean_two_things_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        read_count(text)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("", None), ("26", (Decimal(26), 0)), ("13.97", (Decimal("13.97"), 2)), ("13,97", (Decimal("13.97"), 2)),
        ("13.6 %", (Decimal("13.6"), 1)), ("0.5%", (Decimal("0.5"), 1)), ("0", (Decimal(0), 0)),
        ("100", (Decimal(100), 0)),
        ("12.345", (Decimal("12.345"), 3)),
    ],
)  # fmt: skip
def test_rate_is_read_with_its_places(text: str, rate: tuple[Decimal, int] | None) -> None:
    assert read_rate(text) == rate


@pytest.mark.parametrize("text", ["0.17", "1", "0,9", "100.1", "-3", "1.234,5", "13.97.1", "=13", "a", "13.97654"])
def test_rate_that_may_mean_two_things_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        read_rate(text)


def test_small_rate_is_read_where_the_column_says_percent() -> None:
    assert read_rate("0.17", is_percent=True) == (Decimal("0.17"), 2)
    assert [says_percent(name) for name in ("rate_percent", "Taux (%)", "pourcentage", "rate")] == [
        True,
        True,
        True,
        False,
    ]


def test_days_and_months_keep_their_precision() -> None:
    assert read_as_of("2018-07-28") == AsOf(date(2018, 7, 28), False)
    assert read_as_of("2018-02").known_on == date(2018, 2, 28)


@pytest.mark.parametrize(
    "text", ["", "28/07/2018", "07-28-2018", "2018", "2018-13", "2018-02-30", "2018-7-1", "20180728"]
)
def test_day_that_may_mean_two_things_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        read_as_of(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("EU", ("eu", "")), ("ue", ("eu", "")), ("non-EU", ("non_eu", "")), ("Hors UE", ("non_eu", "")),
        ("all", ("all", "")),
        ("EU women", ("eu", "women")), ("non-EU men", ("non_eu", "men")), ("niet-EU vrouwen", ("non_eu", "women")),
    ],
)  # fmt: skip
def test_groups_are_read_in_the_languages_of_the_sources(text: str, found: tuple[str, str]) -> None:
    assert read_group(text) == found


def test_unknown_words_are_refused() -> None:
    for read, text in (
        (read_group, "Belgians"),
        (read_group, ""),
        (read_sex, "x"),
        (read_kind, ""),
        (read_kind, "maybe"),
    ):
        with pytest.raises(CellError):
            read(text)
    for text in ("", "s" * 301):
        with pytest.raises(CellError):
            read_source(text)


@given(st.text(max_size=12))
def test_any_text_is_a_count_or_is_refused(text: str) -> None:
    try:
        count = read_count(text)
    except CellError:
        return
    assert count is None or 0 <= count <= MAX_COUNT


@given(st.integers(0, MAX_COUNT))
def test_every_count_is_read_back_with_blanks_between_thousands(number: int) -> None:
    assert read_count(f"{number:,}".replace(",", "\u202f")) == number


@given(st.text(max_size=12))
def test_any_text_is_a_rate_or_is_refused(text: str) -> None:
    try:
        rate = read_rate(text)
    except CellError:
        return
    assert rate is None or 0 <= rate[0] <= 100
