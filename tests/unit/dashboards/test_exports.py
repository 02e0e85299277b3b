import csv
import io

import pytest

from dashboards.exports import write_cell, write_csv


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1"])
def test_write_cell_defuses_what_a_spreadsheet_would_run(value):
    assert write_cell(value) == f"'{value}"


@pytest.mark.parametrize(
    ("value", "cell"), [(None, ""), (True, "1"), (False, "0"), (-5, "-5"), (1.5, "1.5"), ("Malta", "Malta")]
)
def test_write_cell_leaves_figures_and_words_alone(value, cell):
    assert write_cell(value) == cell


def test_write_csv_reads_back():
    written = write_csv(["a", "b"], [["x,y", '"quoted"'], ["=HYPERLINK()", 3]])
    assert list(csv.reader(io.StringIO(written))) == [["a", "b"], ["x,y", '"quoted"'], ["'=HYPERLINK()", "3"]]
