"""``any_of`` finds what ``in`` finds, with one parameter."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people.models import Supporter

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("names", [[], ["Ada"], ["Ada", "Ben", "Nobody"], ["O'Brien \"\\ 🔔", "%s", ""]])
def test_any_of_finds_what_in_finds(names: list[str]) -> None:
    for name in ("Ada", "Ben", "Cleo", "O'Brien \"\\ 🔔", "%s", "{}"):
        Supporter.objects.create(full_name=name)
    for rows in (Supporter.objects, Supporter.objects.exclude(full_name="Ada")):
        assert set(rows.filter(full_name__any_of=names)) == set(rows.filter(full_name__in=names))
    keys = list(Supporter.objects.filter(full_name__in=names).values_list("pk", flat=True))
    assert set(Supporter.objects.filter(pk__any_of=set(keys))) == set(Supporter.objects.filter(pk__in=keys))


def test_any_of_excludes_what_in_excludes() -> None:
    ada, ben = (Supporter.objects.create(full_name=name) for name in ("Ada", "Ben"))
    assert list(Supporter.objects.exclude(full_name__any_of=["Ada"])) == [ben]
    assert set(Supporter.objects.exclude(full_name__any_of=[])) == {ada, ben}


def test_any_of_is_the_same_statement_however_many_values_there_are() -> None:
    statements = set()
    for count in (1, 2_000):
        rows = Supporter.objects.filter(pk__any_of=range(count))
        with CaptureQueriesContext(connection) as queries:
            assert list(rows) == []
        statements.add(rows.query.sql_with_params()[0])
        assert len(queries) == 1
    assert len(statements) == 1
