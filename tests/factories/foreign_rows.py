"""The rows of the table of access, so numbered that one number means a row of the same owner whatever it is asked of.

The first row of every kind in another campaign is 4000001, in another coalition 5000001: whichever kind of row a filter
takes, that number is another's. Nobody has 7000001.
"""

from dataclasses import dataclass

from django.apps import apps
from django.db import connection

from people.enums import Channel
from people.models import ContactPoint
from tests.factories.access_rows import Places
from tests.factories.staff import NOON

FIRST = {"X": 4_000_000, "T": 5_000_000, "": 6_000_000}
NOBODY = 7_000_000


@dataclass(frozen=True)
class Tried:
    """What is typed into an address: into a search, and into everything else."""

    sought: str
    named: str


# By owner: a name to search for with the number of every first row, and an address to search for with a code.
OTHERS = {
    owner: (Tried(word, str(FIRST[owner] + 1)), Tried(f"nina@{word}.example", f"{word}-link"))
    for owner, word in (("X", "second"), ("T", "theirs"))
}
NOBODYS = Tried("zzzzzz", str(NOBODY + 1))


class NumberedPlaces(Places):
    """The five owners, each with numbers of its own, and their signers with an address to search for."""

    def __init__(self) -> None:
        super().__init__()
        for owner, (_by_id, by_address) in OTHERS.items():
            ContactPoint.objects.create(
                supporter=self.rows[owner]["staff_signatures"].supporter,
                channel=Channel.EMAIL,
                canonical=by_address.sought,
                as_typed=by_address.sought,
                verified_at=NOON,
            )

    def begin(self, owner: str) -> None:
        for model in apps.get_models(include_auto_created=True):
            key = model._meta.pk
            if key.get_internal_type() in {"AutoField", "BigAutoField"} and model._meta.managed:
                _number_from(model._meta.db_table, key.column, FIRST[owner])


def _number_from(table: str, column: str, before: int) -> None:
    """Give the next row of the table the number behind ``before``; taken back with the transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table is altered while something waits to be checked
            cursor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" RESTART WITH {before + 1}')
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            return
        cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [before, table])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, before])
