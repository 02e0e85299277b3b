"""Tables people hand in: what is read, and what is refused with its line."""

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from core import table_files
from core.table_columns import Wanted, columns_by_name, guess_columns
from core.table_files import TableError, read_table


def fault_of(content: bytes) -> tuple[int | None, int | None, str]:
    with pytest.raises(TableError) as caught:
        read_table(content)
    fault = caught.value.faults[0]
    return fault.line, fault.column, fault.message


MOMENT = datetime(2018, 7, 28, 9, 30)  # noqa: DTZ001 - a cell of a workbook knows no zone


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def changed(content: bytes, old: bytes, new: bytes, name: str = SHEET) -> bytes:
    """Return a workbook one part of which, the sheet, says something else."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(out, "w") as other:
        for part in packed.namelist():
            text = packed.read(part)
            assert part != name or old in text
            other.writestr(part, text.replace(old, new, 1) if part == name else text)
    return out.getvalue()


def workbook(*rows: list[object], more: str = "") -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if more:
        book.create_sheet(more).append(["x"])
    return saved(book)


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_csv_is_read_as_text_with_its_lines(sign: str, end: str, mark: bytes) -> None:
    text = end.join(["a{0}b", "", '"x{0}', 'y"{0} 007 ', "", "2{0}3", ""]).format(sign)
    table = read_table(mark + text.encode())
    assert table.header == ("a", "b")
    assert table.lines() == [3, 6]
    assert table.frame[1].tolist() == ["007", "3"]
    assert table.frame[0].tolist() == [f"x{sign}{end}y", "2"]


def test_short_rows_are_filled_and_empty_cells_beyond_the_header_are_let_be() -> None:
    assert read_table(b"a,b,c\n1\n1,2,3,,\n").frame.to_numpy().tolist() == [["1", "", ""], ["1", "2", "3"]]


@pytest.mark.parametrize(
    ("content", "line", "column", "words"),
    [
        (b"", None, None, "empty"),
        (b"\n \n,,\n", None, None, "empty"),
        (b"a,b\n", None, None, "no row"),
        (b"a,b,A\n1,2,3\n", 1, 3, "twice"),
        (b"a,b\n1,2,3\n", 2, 3, "more cells"),
        (b'a,b\n1,2\n1,"2\n', 3, None, "not a CSV"),
        (b'a,b\n1,"2"x\n', 2, None, "not a CSV"),
        ("a,b\n1,é\n".encode("latin-1"), 2, None, "UTF-8"),
        ("a,b\n1,2\n".encode("utf-16"), None, None, "UTF-16"),
        (b"a,b\n1,2\n3,\x004\n", 3, None, "no text"),
        (b"\xd0\xcf\x11\xe0rest", None, None, "old Excel"),
        (b"PK\x03\x04rest", None, None, "cannot be opened"),
        (b"a\n" + b"x" * 200_000 + b"\n", 2, None, "not a CSV"),
        (",".join(f"c{n}" for n in range(201)).encode() + b"\n1\n", 1, None, "200 columns"),
    ],
)
def test_broken_file_is_refused_with_its_place(content: bytes, line: int, column: int, words: str) -> None:
    found = fault_of(content)
    assert found[:2] == (line, column)
    assert words in found[2]


def test_file_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_files, "MAX_BYTES", 1_000_000)
    assert "larger than 1 MB" in fault_of(b"a\n" + b"1\n" * 500_000)[2]


def test_ten_megabytes_of_rows_are_read_whole() -> None:
    row = b"2018-07-28,Ixelles," + b"x" * 80 + b"\n"
    count = 10_000_000 // len(row)
    table = read_table(b"a,b,c\n" + row * count)
    assert (table.rows, table.lines()[-1]) == (count, count + 1)


def test_workbook_is_read_as_it_would_have_been_typed() -> None:
    content = workbook(["day", "n", "rate", "moment"], [date(2018, 7, 28), 3894, 13.6, MOMENT], [])
    table = read_table(content)
    assert table.frame.to_numpy().tolist() == [["2018-07-28", "3894", "13.6", "2018-07-28 09:30:00"]]
    assert table.lines() == [2]


def test_workbook_of_several_sheets_is_refused() -> None:
    assert "several sheets (Sheet, Second)" in fault_of(workbook(["a"], ["1"], more="Second"))[2]


def test_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_files, "MAX_UNPACKED_BYTES", 10_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000)
    assert "too large once unpacked" in fault_of(out.getvalue())[2]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.1731, "0.00%", "17.31%"), (0.17, "0%", "17%"), (1, "0.0 %", "100.0%"), (0.173103, "#,##0.00\\ %", "17.31%"),
        (17.31, '0.00"%"', "17.31"), (17.31, "0.00\\%", "17.31"), (0.1731, "General", "0.1731"), ("5", "0.00%", "5"),
    ],
)  # fmt: skip
def test_percentage_is_read_as_the_workbook_shows_it(value: object, number_format: str, text: str) -> None:
    book = Workbook()
    book.active["A1"], book.active["A2"] = "rate", value
    book.active["A2"].number_format = number_format
    table = read_table(saved(book))
    assert (table.frame[0].tolist(), table.is_workbook) == ([text], True)


@pytest.mark.parametrize(
    ("cell", "words"),
    [("XFD1048576", "more than 200 columns"), ("GS2", "more than 200 columns"), ("Z1000000", "large")],
)
def test_value_far_from_the_first_is_refused_before_the_workbook_is_opened(
    monkeypatch: pytest.MonkeyPatch, cell: str, words: str
) -> None:
    monkeypatch.delattr("python_calamine.CalamineWorkbook.from_filelike")
    book = Workbook()
    book.active["A1"], book.active[cell] = "a", 1
    content = saved(book)
    assert len(content) < 10_000
    assert words in fault_of(content)[2]


def test_cell_that_does_not_say_where_it_stands_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("python_calamine.CalamineWorkbook.from_filelike")
    row = b"<row>" + b"<c><v>1</v></c>" * 201 + b"</row>"
    assert fault_of(changed(WORKBOOK, b"<sheetData>", b"<sheetData>" + row))[2] == "There are more than 200 columns."


def test_cell_named_after_another_row_does_not_move_those_that_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("python_calamine.CalamineWorkbook.from_filelike")
    row = b'<row r="1000000"><c r="GR1"><v>1</v></c><c r="A1"><v>1</v></c><c><v>1</v></c></row>'
    assert "too large" in fault_of(changed(WORKBOOK, b"<sheetData>", b"<sheetData>" + row))[2]


def test_far_cell_without_a_value_does_no_harm() -> None:
    content = changed(WORKBOOK, b"</sheetData>", b'<row r="9"><c r="XFD9" s="0"/></row></sheetData>')
    assert read_table(content).rows == 1


@pytest.mark.parametrize(
    ("old", "new"), [(b"<sheetData>", b"<sheetData"), (b"<worksheet", b"<!DOCTYPE x []><worksheet")]
)
def test_sheet_that_is_no_plain_xml_is_refused(old: bytes, new: bytes) -> None:
    assert "cannot be opened" in fault_of(changed(WORKBOOK, old, new))[2]


MACRO = b'<Relationship Id="m" Type="x/vbaProject" Target="vbaProject.bin"/></Relationships>'


@pytest.mark.parametrize(("macro", "is_read"), [(b"\xd0\xcf\x11\xe0", True), (b"x<sheetData><c r='XFD1'>", False)])
def test_macro_is_let_be_unless_it_may_be_a_sheet(macro: bytes, is_read: bool) -> None:
    content = changed(WORKBOOK, b"</Relationships>", MACRO, "xl/_rels/workbook.xml.rels")
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("xl/vbaProject.bin", macro)
    if is_read:
        assert read_table(out.getvalue()).rows == 1
    else:
        assert "cannot be opened" in fault_of(out.getvalue())[2]


def test_sheet_of_a_workbook_by_another_name_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("python_calamine.CalamineWorkbook.from_filelike")
    book, out = Workbook(), io.BytesIO()
    book.active["XFD9"] = 1
    with zipfile.ZipFile(io.BytesIO(saved(book))) as packed, zipfile.ZipFile(out, "w") as other:
        for name in packed.namelist():
            text = packed.read(name).replace(b"xl/workbook.xml", b"big/book.xml").replace(b"/xl/work", b"/big/work")
            other.writestr(name.replace("workbook.xml", "book.xml").replace("xl/", "big/"), text)
    assert "more than 200 columns" in fault_of(out.getvalue())[2]


def test_workbook_of_another_kind_is_refused() -> None:
    out = io.BytesIO(WORKBOOK)
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("content.xml", b"<x/>")
    assert "cannot be opened" in fault_of(out.getvalue())[2]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | st.text(alphabet='ab,;"\n\r\t=1é\x00', max_size=80).map(str.encode))
def test_any_bytes_are_a_table_or_are_refused(content: bytes) -> None:
    try:
        table = read_table(content)
    except TableError:
        return
    assert table.rows == len(table.lines()) > 0
    assert table.frame.shape[1] == len(table.header)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_workbook_is_a_table_or_is_refused(data: st.DataObject) -> None:
    content = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        rows = read_table(bytes(content)).rows
    except TableError as refused:
        rows = refused.count
    assert rows >= 1


WORKBOOK = workbook(["a", "b"], ["1", 2])
FIELDS = (Wanted("date", "", ("As of",)), Wanted("rate", "", ("Taux", "%")), Wanted("name", "", ("Rate",)))


def test_columns_are_found_by_their_names_whatever_the_accents_and_signs() -> None:
    assert guess_columns(("TAUX", "as-of", "Other"), FIELDS) == {"rate": 0, "date": 1}


def test_a_name_of_two_fields_goes_to_the_first() -> None:
    assert guess_columns(("rate",), FIELDS) == {"rate": 0}


def test_columns_said_by_name_must_be_there() -> None:
    assert columns_by_name(("x", "y"), {"date": "y"}, FIELDS) == {"date": 1}
    for said in ({"date": "z"}, {"nothing": "x"}):
        with pytest.raises(TableError):
            columns_by_name(("x", "y"), said, FIELDS)
