"""Every address × role × own or others' rows × reading or posting, as tests/data/access.txt says it should be.

A new address without a line fails, and the message is the line as it is now: read it, and add it if it is right.
"""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.factories.access_addresses import every_address
from tests.factories.access_print import lines_of
from tests.factories.access_rows import Places
from tests.factories.access_walk import ROLES, Walker, names_of, read_table, unrendered, walk


@pytest.fixture(scope="module")
def places(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Places]:
    """One cast and its rows for all tests here, in a transaction that is given up at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Places()
        transaction.set_rollback(True)


def test_every_address_has_a_line_and_every_line_an_address(places: Places) -> None:
    table, addresses = read_table(), names_of(every_address())
    new = [name for name in addresses if name not in table]
    if new:
        with unrendered():
            walkers = {role: Walker(role, places) for role in ROLES}
            found = {role: {name: walker.cell(addresses[name]) for name in new} for role, walker in walkers.items()}
        shown = "\n".join(lines_of(found, new))
        pytest.fail(f"Not in tests/data/access.txt. Add these lines if what they say is right:\n{shown}", pytrace=False)
    gone = sorted(set(table) - set(addresses))
    assert gone == [], "tests/data/access.txt tells of addresses that are no more"


@pytest.mark.once
@pytest.mark.parametrize("role", ROLES)
def test_role_reaches_what_the_table_says_and_nothing_else(role: str, places: Places) -> None:
    table, at = read_table(), ROLES.index(role)
    found = walk(role, places)
    wrong = {
        name: f"{cell}, but the table says {table[name][at]}"
        for name, cell in found.items()
        if name in table and cell != table[name][at]
    }
    assert wrong == {}


def test_table_lets_nobody_at_others_rows() -> None:
    """The table itself, whatever the site does: who has no part in a coalition is named in no cell but these."""
    shared = {
        # a stop holds in the whole house; a page without a campaign, a picture and a file are the house's
        "staff_suppressions:lift",
    }
    reaching = {
        name: cells
        for name, cells in read_table().items()
        if name.startswith(("staff_", "dashboards_", "organisations:", "memberships:", "wagtail"))
        and any("a" in cell or "[" in cell for cell in cells[:-1])
    }
    assert set(reaching) - shared == set()
