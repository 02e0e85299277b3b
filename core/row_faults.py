"""What is wrong in a table of a file, with line and column: gathered row by row, refused as a whole."""

from collections.abc import Mapping

from core.table_files import MOST_FAULTS, Fault, Table, TableError


class CellError(ValueError):
    """A cell that cannot be understood in one way only; the message is a sentence for the person."""


class RowFaults:
    """Faults found so far: all are counted, the first hundred kept."""

    def __init__(self, table: Table, columns: Mapping[str, int]) -> None:
        self.table, self.columns = table, columns
        self.kept: list[Fault] = []
        self.count = 0

    def add(self, line: int, key: str, message: str) -> None:
        self.count += 1
        position = self.columns.get(key)
        name = "" if position is None else self.table.header[position]
        self.kept.append(Fault(message, line=line, column=None if position is None else position + 1, name=name))

    def refuse(self) -> None:
        """Raise TableError when there are any, in the order of the file."""
        if self.count:
            kept = sorted(self.kept, key=lambda fault: (fault.line or 0, fault.column or 0))
            raise TableError(*kept[:MOST_FAULTS], count=self.count)
