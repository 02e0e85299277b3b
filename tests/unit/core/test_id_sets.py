"""Ids as bits: whatever the database packs them in."""

from collections.abc import Callable

import pytest

from core.id_sets import id_set, ids_in
from people.models import Supporter

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Callable[[int], list[Supporter]]:
    return lambda number: [Supporter.objects.create() for _ in range(number)]


def test_id_set_holds_each_id_once_and_no_null(people: Callable[[int], list[Supporter]]) -> None:
    kept, *merged = people(3)
    Supporter.objects.filter(pk__in=[each.pk for each in merged]).update(merged_into=kept)
    assert ids_in(id_set(Supporter.objects.all(), "pk")) == sorted(each.pk for each in [kept, *merged])
    assert ids_in(id_set(Supporter.objects.all(), "merged_into")) == [kept.pk]


def test_id_set_of_nothing_is_empty() -> None:
    assert id_set(Supporter.objects.all(), "pk") == 0
    assert id_set(Supporter.objects.none(), "pk") == 0
    assert ids_in(0) == []


def test_ids_in_tells_every_so_many_by_number_not_by_place() -> None:
    found = sum(1 << number for number in (1, 6, 7, 9, 12, 16))
    assert ids_in(found) == [1, 6, 7, 9, 12, 16]
    assert ids_in(found, every=3) == [6, 9, 12]
    assert ids_in(found, every=20) == []
