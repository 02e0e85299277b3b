"""Write lines of the table of access (tests/data/access.txt), as a failing test shows them for a new address.

Read what is written before it is kept: it says how things are, not how they should be.
"""

from collections.abc import Iterable, Mapping

from tests.factories.access_walk import ROLES

WIDTH = 110


def lines_of(found: Mapping[str, Mapping[str, str]], names: Iterable[str]) -> list[str]:
    """Return the table's lines for ``names``; those of one name space with the same cells share a line."""
    together: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for name in names:
        space, colon, own = name.rpartition(":")
        cells = tuple(found[role][name] for role in ROLES)
        together.setdefault((space + colon, cells), []).append(own)
    lines = []
    for (space, cells), own in together.items():
        begin = " ".join(f"{cell:4}" for cell in cells) + f" | {space} "
        text = begin
        for name in own:
            if len(text) + len(name) > WIDTH and text != begin:
                lines.append(text.rstrip())
                text = begin
            text += f"{name} "
        lines.append(text.rstrip())
    return lines
