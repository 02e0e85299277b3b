"""What speaks for and against giving a shift to somebody."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from volunteers.suggestion_rules import Doubt, Need, Obstacle, Offer, Reason, judge

BRUSSELS = ZoneInfo("Europe/Brussels")
TEN = datetime(2026, 3, 7, 10, tzinfo=BRUSSELS)  # a Saturday
NEED = Need(TEN, TEN + timedelta(hours=3), BRUSSELS, language="fr", commune=5)


def span(hours: float, length: float = 2) -> tuple[datetime, datetime]:
    start = TEN + timedelta(hours=hours)
    return start, start + timedelta(hours=length)


def offer(**told: Any) -> Offer:
    known: dict[str, Any] = {"languages": frozenset({"fr"}), "communes": frozenset({5})}
    return Offer(**{**known, **told})


def test_who_speaks_is_free_and_near_is_good() -> None:
    fit = judge(NEED, offer(times=frozenset({(6, "morning")})))
    assert fit.is_good
    assert fit.reasons == (Reason.LANGUAGE, Reason.TIME, Reason.COMMUNE, Reason.RESTED)


@pytest.mark.parametrize(
    ("told", "doubt"),
    [
        ({"languages": frozenset({"nl"})}, Doubt.OTHER_LANGUAGE),
        ({"times": frozenset({(6, "evening")})}, Doubt.OTHER_TIME),
        ({"communes": frozenset({6})}, Doubt.OTHER_COMMUNE),
        ({"spans": (span(-12),)}, Doubt.NO_REST),
        ({"spans": (span(13.5),)}, Doubt.NO_REST),
        ({"spans": (span(-24), span(-48), span(-72))}, Doubt.FULL_WEEK),
        ({"is_trained": False}, Doubt.NOT_READY),
        ({"is_trained": False, "is_resting": True}, Doubt.RESTING),
    ],
)
def test_doubt_lowers_but_leaves_it_possible(told: dict[str, Any], doubt: Doubt) -> None:
    fit = judge(NEED, offer(**told))
    assert doubt in fit.doubts
    assert fit.is_possible
    assert not fit.is_good
    assert fit.score < judge(NEED, offer()).score


@pytest.mark.parametrize("hours", [-13, 14, -48])
def test_eleven_hours_between_two_shifts_are_rest(hours: float) -> None:
    assert Doubt.NO_REST not in judge(NEED, offer(spans=(span(hours),))).doubts


def test_shifts_of_another_week_do_not_fill_this_one() -> None:
    fit = judge(NEED, offer(spans=(span(48), span(72), span(96))))  # Monday is another week
    assert Doubt.FULL_WEEK not in fit.doubts
    assert Reason.RESTED in fit.reasons


def test_certificate_and_clash_make_it_impossible() -> None:
    assert judge(NEED, offer(has_certificate=False)).obstacles == (Obstacle.NO_CERTIFICATE,)
    assert judge(NEED, offer(spans=(span(2.5),))).obstacles == (Obstacle.CLASH,)
    assert judge(NEED, offer(spans=(span(3),))).is_possible  # one begins as the other ends


def test_shift_without_language_or_commune_asks_for_neither() -> None:
    fit = judge(Need(TEN, TEN + timedelta(hours=1), BRUSSELS), Offer())
    assert fit.reasons == (Reason.RESTED,)
    assert not fit.doubts


def test_language_weighs_more_than_time_and_time_more_than_commune() -> None:
    other = frozenset({(6, "evening")})
    speaks = judge(NEED, offer(times=other, communes=frozenset({6}))).score
    free = judge(NEED, offer(languages=frozenset(), times=frozenset({(6, "morning")}))).score
    near = judge(NEED, offer(times=other)).score
    there = judge(NEED, offer(times=frozenset({(6, "morning")}), communes=frozenset({6}))).score
    assert speaks > free
    assert there > near
