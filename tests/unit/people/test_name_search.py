"""Finding supporters by name: written any way, and by an index however many there are."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from people.fields import name_key
from people.models import Supporter

pytestmark = pytest.mark.django_db
MANY = 20_000


def add(*names: str) -> None:
    for name in names:
        Supporter.objects.create(full_name=name)


def found(typed: str) -> list[str]:
    return sorted(Supporter.objects.all().named(typed).values_list("full_name", flat=True))


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("zola", ["Émile Zola", "Zola Budd"]),
        ("EMILE", ["Émile Zola"]),
        ("émile  zo", ["Émile Zola"]),
        ("zola em", ["Émile Zola"]),
        ("budd emile", []),
        ("ola", []),
        ("100%", ["100% Ada"]),
        ("%", []),
        ("_", []),
        ("السلام", ["عبد السلام"]),
        ("عَبد", ["عبد السلام"]),
        ("´", []),
        ("", []),
    ],
)
def test_named_finds_the_beginning_of_a_name_or_surname_however_written(typed: str, names: list[str]) -> None:
    add("Émile  Zola", "Zola Budd", "100% Ada", "عبد السلام", "")
    assert [name.replace("  ", " ") for name in found(typed)] == sorted(names)


def test_key_follows_a_name_that_changes() -> None:
    supporter = Supporter.objects.create(full_name="Ada Byron")
    supporter.full_name = "Ada Lovelace"
    supporter.save(update_fields=["full_name"])
    supporter.refresh_from_db()
    assert (supporter.name_key, supporter.surname_key) == ("ada lovelace", "lovelace ada")
    assert found("byron") == []


def test_names_there_were_before_get_their_keys() -> None:
    add("Émile Zola", "Ada Lovelace")
    Supporter.objects.update(name_key="", surname_key="")
    assert found("zola") == []
    import_module("people.migrations.0005_fill_name_keys").fill_keys(apps, None)
    assert (found("zola"), found("love")) == (["Émile Zola"], ["Ada Lovelace"])


def test_named_reads_both_indexes_and_never_the_whole_table() -> None:
    Supporter.objects.bulk_create(Supporter(full_name=f"Person{number} Family{number}") for number in range(MANY))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_supporter")
    assert found("Family19999") == ["Person19999 Family19999"]
    plan = Supporter.objects.all().named("family19999 p").order_by("-pk")[:51].explain()
    assert "people_supporter_name" in plan
    assert "people_supporter_surname" in plan
    assert "Seq Scan" not in plan
    assert "SCAN people_supporter" not in plan


def test_name_key_of_a_name_of_marks_alone_is_empty() -> None:
    assert name_key("\u0301 ") == ""
