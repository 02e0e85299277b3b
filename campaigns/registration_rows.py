"""Turns a table of official figures into readings, whole columns at a time; every fault with line and column."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from django.utils.translation import gettext as _

from campaigns.registration_values import (
    FIELDS,
    AsOf,
    read_as_of,
    read_count,
    read_group,
    read_kind,
    read_rate,
    read_sex,
    read_source,
    says_percent,
)
from core.row_faults import CellError, RowFaults
from core.table_columns import misplaced_columns, missing_columns, plain
from core.table_files import Fault, Table, TableError
from places.models import Territory

if TYPE_CHECKING:
    from pandas import Series

Value = TypeVar("Value")


class Reading(NamedTuple):
    """One official figure. The first seven say which figure it is, the next four what it says."""

    territory_id: int
    as_of_date: date
    is_month_only: bool
    group: str
    sex: str
    kind: str
    source: str
    registered: int | None
    potential: int | None
    rate_percent: Decimal | None
    rate_places: int
    line: int = 0

    @property
    def identity(self) -> tuple[Any, ...]:
        return self[:7]

    @property
    def values(self) -> tuple[Any, ...]:
        return self[7:11]


class Places:
    """The territories an election's figures may speak of, by code and by name."""

    def __init__(self, territories: Iterable[Territory]) -> None:
        self.by_code: dict[str, int] = {}
        self.by_name: dict[str, set[int]] = {}
        for territory in territories:
            self.by_code[plain(territory.code)] = territory.pk
            self.by_code[plain(territory.code.removeprefix("NIS "))] = territory.pk
            for name in {*territory.names.values(), territory.code}:
                self.by_name.setdefault(plain(name), set()).add(territory.pk)

    def find(self, code: str, name: str) -> int:
        """Return the territory meant. Raises CellError where it is unknown, or where code and name disagree."""
        named = self.by_name.get(plain(name), set()) if name else set()
        if code:
            found = self.by_code.get(plain(code))
            if found is None:
                raise CellError(_("“%(text)s” is not a place of this election.") % {"text": code[:40]})
            if name and found not in named:
                raise CellError(
                    _("The code %(code)s is not that of %(name)s.") % {"code": code[:40], "name": name[:40]}
                )
            return found
        if not name:
            raise CellError(_("The place is missing."))
        if len(named) != 1:
            said = _("“%(text)s” is the name of several places; give the code.") if named else _(
                "“%(text)s” is not a place of this election."
            )  # fmt: skip
            raise CellError(said % {"text": name[:40]})
        return next(iter(named))


def check_columns(header: tuple[str, ...], columns: Mapping[str, int]) -> None:
    """Refuse a mapping that leaves out what every figure needs, or that names one column twice. Raises TableError."""
    faults = missing_columns(columns, ("date", "group", "kind"), FIELDS)
    if not {"nis_code", "place"} & set(columns):
        faults.append(Fault(_("No column says which place a figure is of: map its code or its name.")))
    if not {"registered", "potential", "rate_percent"} & set(columns):
        faults.append(Fault(_("No column holds figures: map registered, could register, or the rate.")))
    faults += misplaced_columns(header, columns)
    if faults:
        raise TableError(*faults)


def read_readings(
    table: Table, columns: Mapping[str, int], *, places: Places, today: date, default_source: str = ""
) -> list[Reading]:
    """Return the table's figures in the order of the file.

    Raises TableError with the first hundred faults in line order: a cell that cannot be understood in one way, a day
    to come, a row without a figure, a figure that is there twice.
    """
    check_columns(table.header, columns)
    faults = RowFaults(table, columns)
    days = _parsed(table, columns, "date", lambda text: _past(read_as_of(text), today), faults)
    groups = _parsed(table, columns, "group", read_group, faults)
    sexes = _sexes(table, columns, groups, faults)
    rate_column = columns.get("rate_percent")
    # A workbook's 0.1731 may be what a cell shows as 17.31 %, whatever its column is called.
    is_percent = rate_column is not None and not table.is_workbook and says_percent(table.header[rate_column])
    rates = _parsed(table, columns, "rate_percent", lambda text: read_rate(text, is_percent=is_percent), faults)
    found = [
        _territories(table, columns, places, faults),
        [each and each.day for each in days],
        [each and each.is_month_only for each in days],
        [each and each[0] for each in groups],
        sexes,
        _parsed(table, columns, "kind", read_kind, faults),
        _parsed(table, columns, "source", lambda text: read_source(text or default_source), faults),
        _parsed(table, columns, "registered", read_count, faults),
        _parsed(table, columns, "potential", read_count, faults),
        [each and each[0] for each in rates],
        [each[1] if each else 0 for each in rates],
        table.lines(),
    ]
    faults.refuse()
    readings = [Reading._make(row) for row in zip(*found, strict=True)]
    _check_rows(readings, faults)
    faults.refuse()
    return readings


def _past(as_of: AsOf, today: date) -> AsOf:
    if as_of.day > today:
        raise CellError(
            _("%(day)s has not come yet; figures speak of a day that is over.") % {"day": as_of.day.isoformat()}
        )
    return as_of


def _parsed(
    table: Table, columns: Mapping[str, int], key: str, read: Callable[[str], Value], faults: RowFaults
) -> list[Value | None]:
    """Return a column's values; what the file says again and again is read once."""
    position = columns.get(key)
    if position is None:
        if key == "source":  # then every row has the source given with the file
            return _all_same(table, key, read, faults)
        return [None] * table.rows
    return _by_distinct(table.frame[position], key, read, faults)


def _all_same(table: Table, key: str, read: Callable[[str], Value], faults: RowFaults) -> list[Value | None]:
    try:
        return [read("")] * table.rows
    except CellError as error:
        faults.add(table.lines()[0], key, str(error))
        return [None] * table.rows


def _by_distinct(
    column: "Series[Any]", key: str, read: Callable[[Any], Value], faults: RowFaults
) -> list[Value | None]:
    import pandas

    codes, texts = pandas.factorize(column)
    values: list[Value | None] = []
    wrong: dict[int, str] = {}
    for number, text in enumerate(texts):
        try:
            values.append(read(text))
        except CellError as error:
            values.append(None)
            wrong[number] = str(error)
    if wrong:
        for line, code in zip(column.index, codes, strict=True):
            if code in wrong:
                faults.add(int(line), key, wrong[code])
    return [values[code] for code in codes]


def _sexes(
    table: Table, columns: Mapping[str, int], groups: list[tuple[str, str] | None], faults: RowFaults
) -> list[str]:
    """Return the sex each row names, in its own column or in words of the group's; the two must not disagree."""
    own = _parsed(table, columns, "sex", read_sex, faults)
    found = []
    for line, group, sex in zip(table.lines(), groups, own, strict=True):
        of_group = group[1] if group else ""
        if of_group and sex and of_group != sex:
            faults.add(line, "sex", _("The group says otherwise."))
        found.append(of_group or sex or "")
    return found


def _territories(table: Table, columns: Mapping[str, int], places: Places, faults: RowFaults) -> list[int | None]:
    import pandas

    blank = pandas.Series([""] * table.rows, index=table.frame.index, dtype=object)
    code = table.frame[columns["nis_code"]] if "nis_code" in columns else blank
    name = table.frame[columns["place"]] if "place" in columns else blank
    pairs = pandas.Series(list(zip(code, name, strict=True)), index=table.frame.index, dtype=object)
    key = "nis_code" if "nis_code" in columns and "place" not in columns else "place"
    return _by_distinct(pairs, key, lambda pair: places.find(*pair), faults)


def _check_rows(readings: list[Reading], faults: RowFaults) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    for reading in readings:
        if reading.registered is None and reading.potential is None and reading.rate_percent is None:
            faults.add(reading.line, "", _("The row holds no figure: neither a count nor a rate."))
        first = seen.setdefault(reading.identity, reading.line)
        if first != reading.line:
            faults.add(reading.line, "", _("This figure is there twice; first in line %(line)d.") % {"line": first})
