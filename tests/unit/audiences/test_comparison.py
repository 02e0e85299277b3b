import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from audiences.comparison import Arm, judge, newcombe, wilson

SENT = st.integers(1, 100_000)


@st.composite
def arms(draw: st.DrawFn, label: str = "A") -> Arm:
    sent = draw(SENT)
    return Arm(label, sent, draw(st.integers(0, sent)))


def test_wilson_agrees_with_published_figures() -> None:
    """Newcombe (1998), Statistics in Medicine 17:857-872, table I: 81/263 and 0/20."""
    found = wilson(81, 263)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)
    found = wilson(0, 20)
    assert (found.low, round(found.high, 4)) == (0.0, 0.1611)


def test_newcombe_agrees_with_published_figures() -> None:
    """Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10: 56/70 - 48/80 and 10/10 - 0/10."""
    found = newcombe(Arm("A", 70, 56), Arm("B", 80, 48))
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)
    found = newcombe(Arm("A", 10, 10), Arm("B", 10, 0))
    assert (round(found.low, 4), round(found.high, 4)) == (0.6075, 1.0)


@given(arms())
def test_wilson_holds_the_share_and_stays_between_nothing_and_all(arm: Arm) -> None:
    found = wilson(arm.acted, arm.sent)
    assert 0 <= found.low <= arm.share <= found.high <= 1


@given(arms("A"), arms("B"))
def test_newcombe_holds_the_difference_and_turns_round_with_its_arms(one: Arm, other: Arm) -> None:
    found, turned = newcombe(one, other), newcombe(other, one)
    assert -1 <= found.low <= one.share - other.share + 1e-12
    assert one.share - other.share - 1e-12 <= found.high <= 1
    assert math.isclose(found.low, -turned.high, abs_tol=1e-9)
    assert math.isclose(found.high, -turned.low, abs_tol=1e-9)


@given(arms("A"), arms("B"))
def test_more_confidence_never_makes_an_interval_narrower(one: Arm, other: Arm) -> None:
    narrow, wide = newcombe(one, other, 0.9), newcombe(one, other, 0.99)
    assert wide.low <= narrow.low + 1e-12
    assert narrow.high <= wide.high + 1e-12


@given(st.lists(arms(), min_size=2, max_size=3))
def test_winner_is_ahead_of_everybody_and_no_interval_holds_zero(found: list[Arm]) -> None:
    named = [Arm(label, arm.sent, arm.acted) for label, arm in zip("ABC", found, strict=False)]
    verdict = judge(named)
    if verdict.winner is None:
        return
    best = next(arm for arm in named if arm.label == verdict.winner)
    assert all(best.share > arm.share for arm in named if arm is not best)
    assert all(lead.interval.low > 0 and lead.ahead is best for lead in verdict.leads)


@given(arms())
def test_two_alike_never_have_a_winner(arm: Arm) -> None:
    assert judge([arm, Arm("B", arm.sent, arm.acted)]).winner is None


@given(st.integers(1, 50), st.integers(2, 50))
def test_the_same_shares_of_more_people_tell_at_least_as_much(acted: int, times: int) -> None:
    assume(judge([Arm("A", 100, acted), Arm("B", 100, 0)]).winner)
    assert judge([Arm("A", 100 * times, acted * times), Arm("B", 100 * times, 0)]).winner == "A"


@pytest.mark.parametrize(("acted", "winner"), [((55, 40), None), ((90, 30), "A"), ((0, 0), None), ((3, 0), None)])
def test_figures_that_do_not_tell_are_said_not_to(acted: tuple[int, int], winner: str | None) -> None:
    assert judge([Arm("A", 1_000, acted[0]), Arm("B", 1_000, acted[1])]).winner == winner


def test_three_variants_need_more_than_two_would() -> None:
    two = [Arm("A", 1_000, 62), Arm("B", 1_000, 42)]
    assert judge(two).winner == "A"
    assert judge([*two, Arm("C", 1_000, 42)]).winner is None


def test_of_nobody_nothing_is_known() -> None:
    assert judge([Arm("A", 0, 0), Arm("B", 500, 400)]).winner is None
    assert judge([Arm("A", 5, 5)]).winner is None


def test_more_people_than_were_sent_to_cannot_have_acted() -> None:
    with pytest.raises(ValueError, match="cannot have acted"):
        Arm("A", 3, 4)
