"""A rule while it is edited: steps, hostile forms, and the way to and from a saved rule."""

from typing import Any

import pytest
from django.http import QueryDict

from audiences.drafts import MOST_NESTED, ROOT, Row, change_draft, draft_of, read_draft, walk

SAVED: dict[str, Any] = {
    "all": [
        {"is": "signed", "petitions": [3, 7]},
        {"not": {"any": [{"is": "lately", "days": 3}, {"not": {"is": "speaks", "languages": ["fr"]}}]}},
    ]
}


def shape(row: Row) -> Any:
    mark = "!" if row.is_not else ""
    gone = "~" if row.is_gone else ""
    return (gone + mark + row.kind, [shape(each) for each in row.rows]) if row.is_group else gone + mark + row.criterion


def test_draft_of_a_saved_rule_has_its_rows() -> None:
    draft = draft_of(SAVED)
    assert draft.key == ROOT
    assert shape(draft) == ("all", ["signed", ("!any", ["lately", "!speaks"])])
    assert draft.rows[0].values == {"petitions": ["3", "7"]}


@pytest.mark.parametrize("told", [{"is": "signed"}, {"not": {"all": []}}, {"not": {"not": {"is": "signed"}}}])
def test_draft_of_anything_but_a_group_has_a_group_around_it(told: Any) -> None:
    draft = draft_of(told)
    assert draft.key == ROOT
    assert draft.kind == "all"
    assert len(draft.rows) == 1
    assert draft.rows[0].is_not == ("not" in told and "not" not in told["not"])


def test_read_draft_reads_rows_in_the_order_of_the_page() -> None:
    posted = QueryDict(
        "kind-n0=any&node=n1&in-n1=n0&is-n1=signed&v-n1-petitions=3&v-n1-petitions=7&sense-n1=not"
        "&node=n2&in-n2=n0&kind-n2=all&node=n3&in-n3=n2&is-n3=lately&gone-n3=1"
    )
    draft = read_draft(posted)
    assert shape(draft) == ("any", ["!signed", ("all", ["~lately"])])
    assert draft.rows[0].values == {"petitions": ["3", "7"]}


@pytest.mark.parametrize(
    "posted",
    [
        "",
        "node=n1",
        "node=n1&in-n1=n9",
        "node=n0&in-n0=n0",
        "node=n1&in-n1=n1",
        "node=x&in-x=n0",
        "node=n99999&in-n99999=n0",
        "kind-n0=nonsense",
    ],
)
def test_read_draft_of_what_fits_nowhere_leaves_it_out(posted: str) -> None:
    assert shape(read_draft(QueryDict(posted))) == ("all", [])


def test_read_draft_takes_no_row_twice_and_no_group_too_deep() -> None:
    assert len(read_draft(QueryDict("node=n1&in-n1=n0&node=n1")).rows) == 1
    deep = "&".join(f"node=n{n}&in-n{n}=n{n - 1}&kind-n{n}=all" for n in range(1, 30))
    assert len(list(walk(read_draft(QueryDict(deep))))) == MOST_NESTED + 1


def test_change_draft_adds_rows_and_groups_with_new_keys() -> None:
    draft = draft_of(SAVED)
    focus = change_draft(draft, "add:n0")
    assert draft.rows[-1].key == focus
    inside = change_draft(draft, "group:n0")
    assert draft.rows[-1].kind == "any"
    assert draft.rows[-1].rows[0].key == inside
    keys = [row.key for row in walk(draft)]
    assert len(keys) == len(set(keys))


def test_change_draft_removes_and_puts_back_where_it_was() -> None:
    draft = draft_of(SAVED)
    before = shape(draft)
    first = draft.rows[0].key
    change_draft(draft, f"remove:{first}")
    assert shape(draft)[1][0] == "~signed"
    assert [row.criterion for row in draft.standing] == [""]
    change_draft(draft, f"undo:{first}")
    assert shape(draft) == before


def test_change_draft_moves_into_groups_and_out_again() -> None:
    draft = draft_of(SAVED)
    first = draft.rows[0].key
    assert change_draft(draft, f"down:{first}") == first
    assert shape(draft) == ("all", [("!any", ["signed", "lately", "!speaks"])])
    change_draft(draft, f"up:{first}")
    assert shape(draft) == ("all", ["signed", ("!any", ["lately", "!speaks"])])
    assert change_draft(draft, f"up:{first}") == ""


def test_change_draft_moves_past_what_is_removed() -> None:
    draft = draft_of({"all": [{"is": "a"}, {"is": "b"}, {"is": "c"}]})
    keys = [row.key for row in draft.rows]
    change_draft(draft, f"remove:{keys[1]}")
    change_draft(draft, f"down:{keys[0]}")
    assert [row.criterion for row in draft.standing] == ["c", "a"]


@pytest.mark.parametrize("step", ["", "add", "add:n77", "remove:n0", "explode:n1", "up:n77", "undo:"])
def test_change_draft_by_nonsense_changes_nothing(step: str) -> None:
    draft = draft_of(SAVED)
    before = shape(draft)
    assert change_draft(draft, step) == ""
    assert shape(draft) == before
