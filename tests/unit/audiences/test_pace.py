"""Whether a broadcast is finished while it is useful."""

from datetime import timedelta
from typing import Any

import pytest

from audiences.pace import USEFUL_FOR, is_too_slow
from audiences.selectors.broadcast_sheet import sheet_of
from tests.factories.broadcasts import Newsroom

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("told", "minutes", "expected"),
    [
        ({"expires_at": 1}, 59, False),
        ({"expires_at": 1}, 61, True),
        ({"expires_at": 1}, None, False),
        ({"expires_at": 3, "scheduled_at": 2}, 61, True),
        ({"expires_at": 3, "scheduled_at": 2}, 60, False),
        ({}, USEFUL_FOR.total_seconds() / 60 + 1, True),
        ({}, USEFUL_FOR.total_seconds() / 60, False),
    ],
)
def test_too_slow_is_what_ends_after_it_is_useful(
    news: Newsroom, told: dict[str, int], minutes: Any, expected: bool
) -> None:
    broadcast = news.draft(**{name: news.at + hours * HOUR for name, hours in told.items()})
    assert is_too_slow(broadcast, minutes, news.at) is expected


def test_sheet_warns_of_what_will_not_be_finished_in_time(news: Newsroom, settings: Any) -> None:
    news.people(3)
    settings.MESSAGE_RATES = {"email": 0.01}  # one in a hundred seconds
    assert sheet_of(news.draft(expires_at=news.at + timedelta(minutes=2)), news.at).is_too_slow
    assert not sheet_of(news.draft(expires_at=news.at + HOUR), news.at).is_too_slow
