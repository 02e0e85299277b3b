"""What is held about somebody, as their page shows it: the first rows of each table in words."""

from dataclasses import dataclass

from django.utils.functional import Promise

from people.models import Supporter
from rights.holding_words import GROUP_WORDS, Group
from rights.holdings import Table, held_about, tables
from rights.value_words import in_words

SHOWN_ROWS = 10


@dataclass(frozen=True)
class ShownTable:
    """One table: each row as pairs of title and words; ``has_more``: the others stand in the copy."""

    title: str
    rows: list[list[tuple[str, str]]]
    has_more: bool


@dataclass(frozen=True)
class ShownGroup:
    key: str
    title: Promise | str
    purpose: Promise | str
    tables: list[ShownTable]


def shown_groups(supporter: Supporter) -> list[ShownGroup]:
    """Return every heading with its tables; one query for each table, however much is held."""
    holdings = held_about(supporter)
    by_group: dict[Group, list[ShownTable]] = {group: [] for group in Group}
    for table in tables():
        found = list(holdings.values(table, limit=SHOWN_ROWS + 1))
        if found:
            rows = [_row(table, values) for values in found[:SHOWN_ROWS]]
            by_group[table.group].append(ShownTable(table.title, rows, len(found) > SHOWN_ROWS))
    return [ShownGroup(group.value, *GROUP_WORDS[group], tables=shown) for group, shown in by_group.items() if shown]


def _row(table: Table, values: dict[str, object]) -> list[tuple[str, str]]:
    told = ((each.title, in_words(each.name, each.field, values[each.name])) for each in table.columns)
    return [(title, words) for title, words in told if words]
