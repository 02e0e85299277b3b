"""Try every address as every role, and read the table that says what should come of it (tests/data/access.txt)."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlsplit

from django.db import transaction
from django.http import HttpResponseBase
from django.template.backends.django import Template
from django.test import Client

from tests.factories.access_addresses import Address, every_address
from tests.factories.access_rows import Places

TABLE = Path(__file__).parents[1] / "data" / "access.txt"
ROLES = ("anonymous", "mobiliser", "organiser", "manager", "analyst", "dpo", "coordinator", "superuser")
# Whose rows each role tries, its own first. Who is refused its own tries a stranger's, and no more.
TRIED = {
    "anonymous": "L", "mobiliser": "P", "organiser": "PLST", "manager": "PLST",
    "analyst": "LPXT", "dpo": "LPXT", "coordinator": "LPXT", "superuser": "LT",
}  # fmt: skip
# What an answer for the rows of these owners is called in the table. Those who work for a partner stand at P, those who
# work for the lead at L; an address whose rows belong to nobody is "y".
_AT_PARTNER = {"P": "o", "PL": "l", "PLS": "c", "PLST": "a"}
_AT_LEAD = {"L": "o", "LX": "o", "LPX": "c", "LPXT": "a", "LT": "a"}
LETTERS = {role: _AT_PARTNER if TRIED[role].startswith("P") else _AT_LEAD for role in ROLES}


def read_table() -> dict[str, tuple[str, ...]]:
    """Return the cells of every address, by its name; raises ValueError for a line that is not one, or a name twice.

    A line: one cell per role, ``|``, a name space with its colon (or nothing), the names. ``#`` begins a remark.
    """
    table: dict[str, tuple[str, ...]] = {}
    for number, text in enumerate(TABLE.read_text().splitlines(), 1):
        line = text.partition("#")[0]
        if not line.strip():
            continue
        cells, bar, names = line.partition("|")
        words = names.split()
        if not bar or len(cells.split()) != len(ROLES) or not words:
            raise ValueError(f"{TABLE.name}, line {number}: not {len(ROLES)} cells, a bar and names: {text!r}")
        space = words.pop(0) if words[0].endswith(":") else ""
        for name in words:
            if space + name in table:
                raise ValueError(f"{TABLE.name}, line {number}: {space}{name} is there twice")
            table[space + name] = tuple(cells.split())
    return table


def is_refusal(answer: HttpResponseBase, url: str) -> bool:
    """Whether the person was sent away: to the sign-in, to the staff area's first page, or with a refusing status.

    A redirect back to a list is what a form that did its work answers, so it is none.
    """
    if answer.status_code in {401, 403, 404, 405}:
        return True
    where = urlsplit(answer.get("Location", "")).path
    return answer.status_code == 302 and (where == "/staff/" or where.startswith(("/account/login", "/staff/login")))


@contextmanager
def unrendered() -> Iterator[None]:
    """Leave templates undrawn: who may come in is decided before, and drawing takes nine tenths of the time."""
    logging.disable(logging.CRITICAL)  # every refusal would write two lines
    try:
        with patch.object(Template, "render", lambda *args, **kwargs: ""):
            yield
    finally:
        logging.disable(logging.NOTSET)


class Walker:
    """One signed-in role, walking."""

    def __init__(self, role: str, places: Places) -> None:
        self.role, self.places = role, places
        self.client = Client(raise_request_exception=True)
        user = places.people[role]
        if user:
            self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        self.cookies = self.client.cookies.copy()

    def cell(self, address: Address) -> str:
        """Return the two letters, for reading and for posting an empty form."""
        return self._letter(address, "get") + self._letter(address, "post")

    def _letter(self, address: Address, method: str) -> str:
        answered: dict[str, bool] = {}
        by_owner = ""
        own = TRIED[self.role][0]
        for owner in TRIED[self.role]:
            if owner not in (own, "T") and not by_owner:
                continue
            url = address.url(self.places.rows[owner])
            if url not in answered:
                answered[url] = self._answers(url, method, address)
            by_owner += owner if answered[url] else ""
        if not by_owner:
            return "."
        if len(answered) == 1:
            return "y"
        found = LETTERS[self.role]
        return next((found[key] for key in found if set(key) == set(by_owner)), f"[{by_owner}]")

    def _answers(self, url: str, method: str, address: Address) -> bool:
        """Whether ``url`` answers; nothing of what it did stays. Wagtail breaks on some empty forms: it let one in."""
        try:
            with transaction.atomic():
                answer = getattr(self.client, method)(url)
                transaction.set_rollback(True)
        except (KeyError, AttributeError):
            if not address.name.startswith("wagtail"):
                raise
            return True
        finally:
            self.client.cookies = self.cookies.copy()
        return not is_refusal(answer, url)


def names_of(addresses: list[Address]) -> dict[str, Address]:
    """Return the addresses by their names; one whose name is taken already has ``+`` behind it."""
    named: dict[str, Address] = {}
    for address in addresses:
        name = address.name
        while name in named:
            name += "+"
        named[name] = address
    return named


def walk(role: str, places: Places) -> dict[str, str]:
    """Return the cell of every address for one role, by its name."""
    walker = Walker(role, places)
    with unrendered():
        return {name: walker.cell(address) for name, address in names_of(every_address()).items()}
