"""The ladder of a pledge: what is refused, and where somebody stands."""

from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from campaigns.pledge_enums import CountsAs, Standing
from campaigns.pledge_files import shipped_kinds
from campaigns.pledge_rules import Ladder, LadderError, counts_as, read_ladder

STEPS = [
    {"key": "informed", "names": {"en": "informed"}},
    {"key": "sent", "names": {"en": "sent", "fr": "envoyé"}, "buttons": {"en": "I sent it"}, "acted": True},
    {"key": "confirmed", "names": {"en": "confirmed"}, "acted": True},
]
ENDINGS = [{"key": "gave_up", "names": {"en": "gave up"}, "asks_barrier": True}]
LADDER = read_ladder(STEPS, ENDINGS, [{"key": "no_time", "names": {"en": "no time"}}])


@pytest.mark.parametrize(
    ("step", "ending", "standing"),
    [
        ("informed", "", Standing.OPEN),
        ("sent", "", Standing.ACTED),
        ("confirmed", "", Standing.COMPLETE),
        ("informed", "gave_up", Standing.ENDED),
        ("confirmed", "gave_up", Standing.ENDED),
        ("removed_since", "", Standing.OPEN),
        ("sent", "removed_since", Standing.ACTED),
    ],
)
def test_standing_follows_step_and_ending(step: str, ending: str, standing: Standing) -> None:
    assert LADDER.standing(step, ending) == standing


@pytest.mark.parametrize(
    ("standing", "counted"),
    [
        (Standing.OPEN, CountsAs.PLEDGED),
        (Standing.ENDED, CountsAs.PLEDGED),
        (Standing.ACTED, CountsAs.ACTED),
        (Standing.COMPLETE, CountsAs.ACTED),
        (Standing.WITHDRAWN, CountsAs.NOTHING),
    ],
)
def test_counts_as_holds_promised_and_acted(standing: Standing, counted: CountsAs) -> None:
    assert counts_as(standing) == counted


def test_one_step_alone_is_never_complete() -> None:
    assert read_ladder(STEPS[:1]).standing("informed", "") == Standing.OPEN


def test_rungs_speak_the_language_asked_else_english() -> None:
    sent = LADDER.steps[1]
    assert (sent.name_in("fr"), sent.name_in("nl"), sent.button_in("fr")) == ("envoyé", "sent", "I sent it")
    assert LADDER.steps[2].button_in("en") == "confirmed"


def test_steps_after_a_step_are_those_above_it() -> None:
    assert [rung.key for rung in LADDER.after("informed")] == ["sent", "confirmed"]
    assert LADDER.after("confirmed") == ()
    assert LADDER.is_passed("sent", "confirmed")
    assert not LADDER.is_passed("confirmed", "sent")
    assert not LADDER.is_passed("removed_since", "sent")


@pytest.mark.parametrize(
    ("steps", "endings", "problem"),
    [
        ([], [], "one step at least"),
        ("informed", [], "list of objects"),
        ([{"key": "In formed", "names": {"en": "x"}}], [], "is no key"),
        ([STEPS[0], STEPS[0]], [], "stands twice"),
        ([{"key": "a", "names": {}}], [], "has no name"),
        ([{"key": "a", "names": {"en": "x" * 121}}], [], "120 letters"),
        ([{"key": "a", "names": {"en": "x"}, "acted": True}, {"key": "b", "names": {"en": "y"}}], [], "counts as done"),
        ([STEPS[0]], [STEPS[0]], "same key"),
    ],
)
def test_faulty_ladder_is_refused_with_its_reason(steps: Any, endings: Any, problem: str) -> None:
    with pytest.raises(LadderError) as refused:
        read_ladder(steps, endings)
    assert problem in str(refused.value)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["key", "names", "en", "x"]), inner),
    max_leaves=12,
)


@given(steps=_JSON, endings=_JSON)
def test_any_json_is_a_ladder_or_refused(steps: Any, endings: Any) -> None:
    problems: list[str] = []
    try:
        found: Ladder | None = read_ladder(steps, endings)
    except LadderError as error:
        found, problems = None, error.problems
    assert bool(found and found.steps) != bool(problems)


@pytest.mark.parametrize("key", sorted(shipped_kinds()))
def test_shipped_kind_speaks_every_language(key: str) -> None:
    kind = shipped_kinds()[key]
    languages = {code for code, _name in settings.LANGUAGES}
    rungs = [*kind["steps"], *kind["endings"], *kind["barriers"]]
    assert set(kind["names"]) == set(kind["texts"]) == languages
    assert all(set(rung["names"]) == languages for rung in rungs)
    assert all(set(rung["buttons"]) == languages for rung in [*kind["steps"][1:], *kind["endings"]])
    assert {tuple(sorted(words)) for words in kind["texts"].values()} == {tuple(sorted(kind["texts"]["en"]))}
