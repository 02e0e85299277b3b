"""Try every address as every role, and read the table that says what should come of it (tests/data/access.txt)."""

import fnmatch
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
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


@dataclass(frozen=True)
class Line:
    """One line of the table: the names it is about (``*`` for any ending), and a cell of two letters per role."""

    pattern: str
    cells: tuple[str, ...]

    def fits(self, name: str) -> bool:
        return fnmatch.fnmatchcase(name, self.pattern)


def read_table() -> list[Line]:
    """Return the lines of the table; what stands behind ``#`` is for people."""
    lines = []
    for text in TABLE.read_text().splitlines():
        words = text.partition("#")[0].split()
        if words:
            assert len(words) == len(ROLES) + 1, f"{TABLE.name}: {text!r} has not one cell per role"
            lines.append(Line(words[0], tuple(words[1:])))
    return lines


def line_for(name: str, table: list[Line]) -> Line | None:
    """Return the line about an address: the one with the longest pattern of those that fit."""
    return max((line for line in table if line.fits(name)), key=lambda line: len(line.pattern), default=None)


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
                try:
                    answered[url] = self._answers(url, method)
                except Exception as error:  # noqa: BLE001 - any error is one letter of the table, to be looked into
                    print(self.role, method, url, type(error).__name__, str(error)[:150])
                    return "!"
            by_owner += owner if answered[url] else ""
        if not by_owner:
            return "."
        if len(answered) == 1:
            return "y"
        found = LETTERS[self.role]
        return next((found[key] for key in found if set(key) == set(by_owner)), f"[{by_owner}]")

    def _answers(self, url: str, method: str) -> bool:
        """Whether ``url`` answers; nothing of what it did stays."""
        try:
            with transaction.atomic():
                answer = getattr(self.client, method)(url)
                transaction.set_rollback(True)
        finally:
            self.client.cookies = self.cookies.copy()
        return not is_refusal(answer, url)


def walk(role: str, places: Places) -> dict[str, str]:
    """Return the cell of every address for one role, by its name; the first of several addresses of one name."""
    walker = Walker(role, places)
    found: dict[str, str] = {}
    with unrendered():
        for address in every_address():
            name = address.name if address.name not in found else f"{address.name}+"
            found[name] = walker.cell(address)
    return found
