"""Every list of staff × every word of its query × the numbers and words of others: answered as for no such row.

What a list looks at in its query is not named here: that is found by asking (tests/factories/foreign_walk.py).
"""

import logging
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import transaction
from pytest_django import DjangoDbBlocker

from campaigns.models import Campaign
from tests.factories.access_addresses import every_address
from tests.factories.access_walk import ROLES, TRIED, Walker, names_of, read_table
from tests.factories.foreign_rows import NOBODYS, NumberedPlaces
from tests.factories.foreign_walk import ask, leaks
from volunteers.staff_forms import PipelineFilterForm

pytestmark = [pytest.mark.xdist_group("filters_of_others"), pytest.mark.once]  # the rows are built once
_LISTS = re.compile(r"^staff_\w+:(index|export|pipeline|waiting|calendar|people)$")


@pytest.fixture(scope="module")
def places(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[NumberedPlaces]:
    """One cast and its rows for all tests here, in a transaction that is given up at the end."""
    logging.disable(logging.CRITICAL)  # every refusal would write two lines
    with django_db_blocker.unblock(), transaction.atomic():
        yield NumberedPlaces()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def _one_moment() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 3, 4, 12, tzinfo=UTC), tick=False):
        yield


def _walk(names: Iterable[str], places: NumberedPlaces) -> str:
    """Return what a coordinator can tell of another coalition's rows at these addresses."""
    walker, own = Walker("coordinator", places), places.rows[TRIED["coordinator"][0]]
    addresses, wrong = names_of(every_address()), list[str]()
    for name in sorted(names):
        wrong += leaks(walker.client, addresses[name].url(own), "T")[0]
    return "\n".join(wrong)


def test_no_filter_or_search_of_a_list_tells_others_rows_from_nobodys(places: NumberedPlaces) -> None:
    """The lists a coordinator reaches, for rows of another coalition."""
    table, at = read_table(), ROLES.index("coordinator")
    lists = {name for name in names_of(every_address()) if _LISTS.search(name) and table[name][at][0] != "."}
    assert len(lists) > 30
    assert _walk(lists, places) == ""


def test_walk_finds_filters_and_searches(places: NumberedPlaces) -> None:
    """The walk itself: a list's filters, its search and a word read by hand are all asked for."""
    client = Walker("coordinator", places).client
    wanted = {
        "/staff/signatures/": {"petition", "partnership", "source", "status"},
        "/staff/supporters/": {"q"},
        "/staff/agreements/": {"all"},
    }
    assert {url: words - ask(client, url, NOBODYS).asked for url, words in wanted.items()} == {
        url: set() for url in wanted
    }


def test_walk_finds_a_filter_that_takes_others_rows(places: NumberedPlaces) -> None:
    class TakingAny(PipelineFilterForm):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            fields: dict[str, Any] = self.fields
            fields["campaign"].queryset = Campaign.objects.all()

    with patch("volunteers.viewsets.pipeline.PipelineFilterForm", TakingAny):
        assert "/staff/volunteers/waiting/" in _walk({"staff_volunteers:waiting"}, places)


def test_walk_finds_a_search_in_others_rows(places: NumberedPlaces) -> None:
    with patch("people.querysets.SupporterQuerySet.visible_to", lambda rows, _user: rows):
        assert "/staff/supporters/" in _walk({"staff_supporters:index"}, places)
