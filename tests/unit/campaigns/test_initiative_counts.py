from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.initiative_counts import CountsError, read_counts
from campaigns.initiative_rules import Count

DAY = date(2012, 5, 10)
HEADER = b"country,statements_of_support,certified_after_submission\n"


@pytest.mark.parametrize(
    "content",
    [
        b"country,statements_of_support\nEL,12\nuk,3\n",
        b"\xef\xbb\xbfcountry;statements_of_support\r\nGR;12\r\nGB;3\r\n\r\n\r\n",
        b'"country","statements_of_support"\n"EL","12"\n\n" UK ","3"',
        b"Country\tStatements_Of_Support\rGR\t12\rUK\t3\r",
        b"number,statements_of_support,country,\nx,12,GR,\ny,3,UK,\n,,,\n",
    ],
)
def test_read_counts_tolerates_what_spreadsheets_write(content):
    assert read_counts(content, registered=DAY) == [Count("GR", 12), Count("GB", 3)]


def test_read_counts_late_flags_are_read():
    content = HEADER + b"FR,5,1\nDE,6,0\nDK,7,\nIT,8,TRUE\n"
    assert [count.is_late for count in read_counts(content, registered=DAY)] == [True, False, False, True]


@pytest.mark.parametrize(
    ("content", "line", "column", "words"),
    [
        (HEADER + b"DE,1,0\nXX,1,0\n", 3, 1, "XX"),
        (HEADER + b"DE,-5,0\n", 2, 2, "negative"),
        (HEADER + b"DE,1.0,0\n", 2, 2, "whole number"),
        (HEADER + b"DE,1e3,0\n", 2, 2, "whole number"),
        (HEADER + "DE,١٢,0\n".encode(), 2, 2, "whole number"),
        (HEADER + b"DE,99999999999999999999,0\n", 2, 2, "whole number"),
        (HEADER + b'DE,"1,234",0\n', 2, 2, "whole number"),
        (HEADER + b"DE,,0\n", 2, 2, "missing"),
        (HEADER + b"DE\n", 2, 2, "missing"),
        (HEADER + b",5,0\n", 2, 1, "missing"),
        (HEADER + b"DE,5,maybe\n", 2, 3, "neither"),
        (HEADER + b"DE,5,0,7\n", 2, 4, "more cells"),
        (HEADER + b"\nGR,5,0\n\nEL,6,0\n", 5, 1, "twice"),
        (b'country,statements_of_support,note\nDE,5,"two\nlines"\nFR,x,\n', 4, 2, "whole number"),
        (b"country,country,statements_of_support\nDE,DE,5\n", 1, 2, "twice"),
        (b"land,statements_of_support\nDE,5\n", 1, None, "country"),
        (b"country;statements\nDE;5\n", 1, None, "statements_of_support"),
        (HEADER + b'DE,"5,0\n', 2, None, "CSV"),
        (HEADER + b"DE,5,0\nF\xe9,5,0\n", 3, None, "UTF-8"),
        (b"", None, None, "empty"),
        (b"\n \n", None, None, "empty"),
        (HEADER, None, None, "no count"),
        ("country,statements_of_support\nDE,5\n".encode("utf-16"), None, None, "UTF-16"),
    ],
)
def test_read_counts_bad_file_is_refused_with_line_and_column(content, line, column, words):
    with pytest.raises(CountsError) as refused:
        read_counts(content, registered=DAY)
    assert (refused.value.line, refused.value.column) == (line, column)
    assert words in refused.value.message
    assert (f"ine {line}" in str(refused.value)) is (line is not None)


def test_read_counts_united_kingdom_after_2020_is_refused():
    with pytest.raises(CountsError, match="UK"):
        read_counts(b"country,statements_of_support\nUK,5\n", registered=date(2024, 6, 19))


@given(st.binary(max_size=300))
def test_read_counts_any_bytes_end_in_counts_or_a_sentence(content):
    try:
        outcome = read_counts(HEADER + content, registered=DAY)
    except CountsError as error:
        outcome = error.sentence
    assert outcome
