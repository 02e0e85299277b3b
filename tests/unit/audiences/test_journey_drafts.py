"""A journey while it is edited: nothing typed is lost, whatever is pressed, and a broken page is refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiences.journey_drafts import (
    FIELDS,
    KINDS,
    Row,
    UnreadableDraft,
    add_row,
    draft_of,
    every_row,
    move_row,
    read_draft,
    remove_row,
    steps_of,
    write_draft,
)
from audiences.journey_rules import parse_steps

STEPS: list[dict[str, Any]] = [
    {"key": "a", "kind": "send", "text": 3, "purpose": "campaign_news", "useful_hours": 24},
    {"key": "b", "kind": "wait", "days": 1, "hours": 0, "at": "11:00"},
    {
        "key": "c",
        "kind": "check",
        "segment": 4,
        "then": [{"key": "d", "kind": "task", "title": "Call", "days": 2, "owner": None}],
        "otherwise": [{"key": "e", "kind": "leave"}],
    },
    {"key": "f", "kind": "until", "days": 7, "side": "before", "at": "10:00"},
    {"key": "g", "kind": "call", "url": "https://example.org/x"},
]


def test_published_steps_come_back_the_same_through_the_page() -> None:
    again = steps_of(read_draft(write_draft(draft_of(STEPS))))
    assert again == STEPS
    assert parse_steps(again) == parse_steps(STEPS)


def test_what_was_typed_stays_though_it_cannot_be_read() -> None:
    rows = read_draft(write_draft(draft_of(STEPS)), {"b-days": "soon", "d-title": "Call <b>", "x-days": "9"})
    by_key = {row.key: row for row in every_row(rows)}
    assert (by_key["b"].values["days"], by_key["d"].values["title"]) == ("soon", "Call <b>")
    assert steps_of(rows)[1]["days"] == "soon"


def test_buttons_move_remove_and_add_without_touching_the_rest() -> None:
    rows = draft_of(STEPS)
    assert move_row(rows, "b", -1)
    assert [row.key for row in rows] == ["b", "a", "c", "f", "g"]
    assert not move_row(rows, "b", -1)
    assert not move_row(rows, "x", 1)
    made = add_row(rows, "leave", parent="c", branch="then")
    assert made is not None
    assert [row.kind for row in rows[2].then] == ["task", "leave"]
    assert add_row(rows, "leave", parent="a", branch="then") is None
    assert add_row(rows, "fly") is None
    assert remove_row(rows, "d")
    assert [row.key for row in rows[2].then] == [made.key]
    assert remove_row(rows, "c")
    assert [row.key for row in every_row(rows)] == ["b", "a", "f", "g"]


@pytest.mark.parametrize(
    "carried",
    ["", "{", "{}", "[1]",
     '[{"key": "a"}]', '[{"key": "a", "kind": "fly"}]', '[{"key": 1, "kind": "leave"}]', "[" * 900,
     '[{"key": "a", "kind": "wait", "values": []}]', "[" + '{"key": "a", "kind": "leave"},' * 70 + "]", "x" * 40_001],
)  # fmt: skip
def test_broken_page_is_refused(carried: str) -> None:
    with pytest.raises(UnreadableDraft):
        read_draft(carried)


typed = st.text(max_size=20)
rows_drawn = st.recursive(
    st.builds(
        lambda kind, words: (kind, words, [], []), st.sampled_from([kind for kind in KINDS if kind != "check"]), typed
    ),
    lambda inner: st.builds(
        lambda words, then, otherwise: ("check", words, then, otherwise),
        typed,
        st.lists(inner, max_size=2),
        st.lists(inner, max_size=2),
    ),
    max_leaves=6,
)


def grow(drawn: Any, count: Any) -> Row:
    kind, words, then, otherwise = drawn
    values = dict.fromkeys(FIELDS[kind], words)
    return Row(
        f"k{next(count)}", kind, values, [grow(each, count) for each in then], [grow(each, count) for each in otherwise]
    )


@given(st.lists(rows_drawn, max_size=4))
def test_any_draft_travels_through_the_page_unchanged(drawn: list[Any]) -> None:
    rows = [grow(each, iter(range(place * 100, place * 100 + 100))) for place, each in enumerate(drawn)]
    try:
        assert read_draft(write_draft(rows)) == rows
    except UnreadableDraft:
        assert max(depth(row) for row in rows) > 5


def depth(row: Row) -> int:
    return 1 + max((depth(each) for each in [*row.then, *row.otherwise]), default=0)
