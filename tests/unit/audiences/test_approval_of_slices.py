"""Several broadcasts to slices of one audience are one audience for whoever asks for a second person."""

from datetime import timedelta
from typing import Any

import pytest

from audiences.actions.broadcasts import approve_broadcast, submit_broadcast
from audiences.actions.snapshots import start_broadcast, take_snapshot
from audiences.enums import BroadcastStatus, ReturnReason
from audiences.models import Broadcast, Segment
from tests.factories.broadcasts import Newsroom

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)
WAITS, SCHEDULED = BroadcastStatus.WAITING_FOR_APPROVAL, BroadcastStatus.SCHEDULED


@pytest.fixture
def slices(news: Newsroom, settings: Any) -> list[Segment]:
    """Three slices of two people each; from five people on a second person is asked."""
    settings.BROADCAST_APPROVAL_ABOVE = 5
    codes = ["en", "fr", "nl"]
    for code in codes:
        news.people(2, language=code)
    return [news.segment(code, {"is": "speaks", "languages": [code]}) for code in codes]


def hand_in(news: Newsroom, segment: Segment, **told: Any) -> Broadcast:
    return news.scheduled(news.text(segment.name), included=[segment], name=segment.name, **told)


@pytest.mark.parametrize("is_sent", [False, True])
def test_slice_beyond_the_size_together_with_the_others_waits(
    news: Newsroom, slices: list[Segment], is_sent: bool
) -> None:
    for segment in slices[:2]:
        broadcast = hand_in(news, segment)
        assert broadcast.status == SCHEDULED
        if is_sent:
            assert start_broadcast(broadcast_id=broadcast.pk, at=news.at)
            assert take_snapshot(broadcast_id=broadcast.pk, at=news.at)
    last = hand_in(news, slices[2])
    assert last.status == WAITS
    assert approve_broadcast(broadcast=last, by=news.ben, at=news.at).status == SCHEDULED
    assert start_broadcast(broadcast_id=last.pk, at=news.at)


def test_slices_on_other_days_and_what_was_approved_count_apart(news: Newsroom, slices: list[Segment]) -> None:
    first = hand_in(news, slices[0], scheduled_at=news.at + 3 * DAY)
    assert hand_in(news, slices[1]).status == SCHEDULED
    assert hand_in(news, slices[2], scheduled_at=news.at + 6 * DAY).status == SCHEDULED
    Broadcast.objects.filter(pk=first.pk).update(scheduled_at=news.at)
    assert hand_in(news, slices[2]).status == WAITS
    Broadcast.objects.filter(pk=first.pk).update(approved_by=news.ben)
    assert hand_in(news, slices[2], scheduled_at=news.at + 9 * DAY).status == SCHEDULED


def test_slice_that_grew_together_with_what_began_waits(news: Newsroom, slices: list[Segment]) -> None:
    first, second = hand_in(news, slices[0]), hand_in(news, slices[1])
    assert start_broadcast(broadcast_id=first.pk, at=news.at)
    news.person(language="fr")
    assert not start_broadcast(broadcast_id=second.pk, at=news.at)
    second.refresh_from_db()
    assert (second.status, second.returned_for) == (WAITS, ReturnReason.GROWN)


def test_what_waits_does_not_hold_up_what_was_scheduled_before(news: Newsroom, slices: list[Segment]) -> None:
    first = hand_in(news, slices[0])
    assert hand_in(news, news.everybody).status == WAITS
    assert start_broadcast(broadcast_id=first.pk, at=news.at)


def test_broken_segment_of_another_broadcast_is_passed_by(news: Newsroom, slices: list[Segment]) -> None:
    hand_in(news, slices[0])
    Segment.objects.filter(pk=slices[0].pk).update(rule={"no": "rule"})
    draft = news.draft(news.text("fine"), included=[slices[1]])
    assert submit_broadcast(broadcast=draft, by=news.ada, at=news.at).status == SCHEDULED
