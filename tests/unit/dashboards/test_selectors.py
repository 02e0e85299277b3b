from datetime import date

import pytest

from campaigns.selectors.initiatives import initiative_progress
from dashboards.selectors import DEFAULT_SORT, check_sort, sort_links, sort_rows
from tests.factories.initiatives import add_reading, make_initiative


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        (None, DEFAULT_SORT),
        ("", DEFAULT_SORT),
        ("nonsense", DEFAULT_SORT),
        ("-country", "-country"),
        ("--count", "-ratio"),
    ],
)
def test_check_sort_falls_back_to_the_usual_order(asked, order):
    assert check_sort(asked) == order


@pytest.mark.parametrize(
    ("sort", "key", "query", "aria"),
    [
        ("-ratio", "ratio", "ratio", "descending"),
        ("ratio", "ratio", "-ratio", "ascending"),
        ("-ratio", "country", "country", ""),
        ("country", "country", "-country", "ascending"),
        ("-country", "country", "country", "descending"),
        ("country", "count", "-count", ""),
    ],
)
def test_sort_links_ask_for_the_other_direction(sort, key, query, aria):
    link = sort_links(sort)[key]
    assert (link.query, link.aria) == (query, aria)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sort", "first"), [("-count", "DE"), ("-ratio", "MT"), ("country", "AT"), ("-missing", "FR"), ("minimum", "CY")]
)
def test_sort_rows_by_each_column(sort, first):
    initiative = make_initiative()
    add_reading(initiative, date(2025, 3, 1), {"DE": 60_000, "MT": 20_000, "FR": 1})
    rows = initiative_progress(initiative, on=date(2025, 3, 1), language="en").rows
    assert sort_rows(rows, sort)[0].code == first
