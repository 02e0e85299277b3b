"""Comparing variants by what people did, and deciding by hand, by the figures, or by neither."""

from datetime import timedelta
from itertools import count

import pytest

from audiences.actions import deciding
from audiences.actions.deciding import NothingToDecide, decide_broadcast, decide_by_figures, decide_due
from audiences.actions.sending import send_broadcasts
from audiences.comparison import Verdict
from audiences.enums import BroadcastStatus, DecidedBy, RecipientStatus, Split
from audiences.models import Broadcast, BroadcastVariant
from audiences.selectors.trial import arms_of, verdict_of
from campaigns.actions.signatures import new_share_code
from campaigns.enums import SignatureStatus
from campaigns.models import Petition, Signature
from messaging.actions.deliver import deliver_messages
from tests.factories.broadcasts import Newsroom
from tests.factories.messaging import RecordingSender

Sink = type[RecordingSender]
_NUMBERS = count()


def tried_on_some(news: Newsroom, people: int = 60, **changes: object) -> Broadcast:
    """Return a broadcast whose test has left the house."""
    news.people(people)
    broadcast = news.split(Split.TEST, test_percent=50, **changes)
    for _ in range(2):
        send_broadcasts(at=news.at)
        deliver_messages(at=news.at)
    send_broadcasts(at=news.at)
    broadcast.refresh_from_db()
    assert broadcast.tested_at == news.at
    return broadcast


def act(news: Newsroom, variant: BroadcastVariant, people: int, *, after: timedelta = timedelta(hours=1)) -> None:
    """Let some of those who got a variant sign another petition through its link."""
    petition, _new = Petition.objects.get_or_create(campaign=news.campaign, title="Second")
    done = Signature.objects.filter(petition=petition).values("supporter")
    rows = variant.broadcast.recipients.filter(variant=variant, is_compared=True).exclude(supporter__in=done)
    for row in list(rows[:people]):
        Signature.objects.create(
            supporter=row.supporter, petition=petition, share_code=new_share_code(), locale="en",
            day=news.at.date(), confirmed_at=news.at + after, status=SignatureStatus.CONFIRMED,
            territory_code="BE", source=variant.source.code,
        )  # fmt: skip


def variants(broadcast: Broadcast) -> tuple[BroadcastVariant, BroadcastVariant]:
    one, other = broadcast.variants.select_related("source", "broadcast")
    return one, other


def test_rest_waits_until_the_test_is_decided(news: Newsroom, sink: Sink) -> None:
    broadcast = tried_on_some(news)
    compared = broadcast.recipients.filter(is_compared=True).count()
    assert len(sink.letters) == compared < 60
    assert broadcast.status == BroadcastStatus.SENDING
    one, _other = variants(broadcast)
    decide_broadcast(broadcast=broadcast, variant=one, by=news.ada)
    assert decide_broadcast(broadcast=broadcast, variant=one, by=news.ben).decided_by == DecidedBy.STAFF
    send_broadcasts(at=news.at)
    deliver_messages(at=news.at)
    send_broadcasts(at=news.at)
    broadcast.refresh_from_db()
    assert (len(sink.letters), broadcast.status) == (60, BroadcastStatus.SENT)
    assert len({letter.address for letter in sink.letters}) == 60


def test_only_what_was_drawn_by_lot_and_proved_is_counted(news: Newsroom, sink: Sink) -> None:
    broadcast = tried_on_some(news)
    one, other = variants(broadcast)
    act(news, one, 3)
    act(news, other, 1, after=-timedelta(hours=1))  # before it began
    stranger = news.person()
    Signature.objects.filter(supporter=stranger.supporter).update(source=one.source.code, confirmed_at=news.at)
    assert [(arm.label, arm.acted) for arm in arms_of(broadcast)] == [("A", 3), ("B", 0)]
    Signature.objects.filter(petition__title="Second").update(status=SignatureStatus.WITHDRAWN)
    assert [arm.acted for arm in arms_of(broadcast)] == [0, 0]


def test_rest_that_got_the_winner_does_not_change_the_comparison(news: Newsroom, sink: Sink) -> None:
    broadcast = tried_on_some(news)
    before = arms_of(broadcast)
    decide_broadcast(broadcast=broadcast, variant=variants(broadcast)[0], by=news.ada)
    send_broadcasts(at=news.at)
    deliver_messages(at=news.at)
    assert arms_of(broadcast) == before


@pytest.mark.parametrize(("acted", "label", "how"), [(14, "B", DecidedBy.FIGURES), (1, "A", DecidedBy.DEFAULT)])
def test_decided_alone_after_its_hours_only_where_it_cannot_be_chance(
    news: Newsroom, sink: Sink, acted: int, label: str, how: DecidedBy
) -> None:
    broadcast = tried_on_some(news, is_decided_alone=True, decide_hours=24)
    act(news, variants(broadcast)[1], acted)
    assert decide_due(at=news.at + timedelta(hours=23)) == 0
    assert decide_due(at=news.at + timedelta(hours=24)) == 1
    assert decide_due(at=news.at + timedelta(hours=25)) == 0
    broadcast.refresh_from_db()
    assert (broadcast.winner.label, broadcast.decided_by) == (label, how)
    assert not broadcast.recipients.filter(variant=None).exists()


def test_stopped_after_it_was_listed_is_not_decided(news: Newsroom, sink: Sink) -> None:
    broadcast = tried_on_some(news, is_decided_alone=True, decide_hours=24)
    Broadcast.objects.filter(pk=broadcast.pk).update(status=BroadcastStatus.STOPPED)
    assert decide_by_figures(broadcast_id=broadcast.pk, at=news.at + timedelta(hours=24)) is False
    broadcast.refresh_from_db()
    assert broadcast.winner is None


def test_one_that_cannot_be_decided_holds_up_no_other(
    news: Newsroom, sink: Sink, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = tried_on_some(news, is_decided_alone=True, decide_hours=24)
    sound = news.split(Split.TEST, test_percent=50, is_decided_alone=True, decide_hours=24)
    Broadcast.objects.filter(pk=sound.pk).update(tested_at=news.at, status=BroadcastStatus.SENDING)
    judge = deciding.verdict_of

    def judged(held: Broadcast) -> Verdict:
        if held.pk == broken.pk:
            raise ValueError("no figures")
        return judge(held)

    monkeypatch.setattr(deciding, "verdict_of", judged)
    assert decide_due(at=news.at + timedelta(hours=24)) == 1
    assert f"broadcast {broken.pk} cannot be decided" in caplog.text
    sound.refresh_from_db()
    assert sound.winner is not None


def test_nobody_is_decided_for_who_wants_to_decide(news: Newsroom, sink: Sink) -> None:
    broadcast = tried_on_some(news)
    act(news, variants(broadcast)[1], 14)
    assert verdict_of(broadcast).winner == "B"
    assert decide_due(at=news.at + timedelta(days=2)) == 0


def test_undecided_rest_is_left_out_when_it_is_late(news: Newsroom, sink: Sink) -> None:
    broadcast = tried_on_some(news, expires_at=news.at + timedelta(hours=5))
    send_broadcasts(at=news.at + timedelta(hours=6))
    broadcast.refresh_from_db()
    assert broadcast.status == BroadcastStatus.SENT
    assert set(broadcast.recipients.filter(is_compared=False).values_list("status", flat=True)) == {
        RecipientStatus.LEFT_OUT
    }


def test_other_answers_than_the_first_are_refused(news: Newsroom, sink: Sink) -> None:
    broadcast = tried_on_some(news, people=30)
    one, other = variants(broadcast)
    foreign = news.draft(news.text("Foreign")).variants.get()
    with pytest.raises(NothingToDecide):
        decide_broadcast(broadcast=broadcast, variant=foreign, by=news.ada)
    decide_broadcast(broadcast=broadcast, variant=one, by=news.ada)
    with pytest.raises(NothingToDecide):
        decide_broadcast(broadcast=broadcast, variant=other, by=news.ada)
    even = news.split(Split.EVEN, [news.text("E1"), news.text("E2")])
    with pytest.raises(NothingToDecide):
        decide_broadcast(broadcast=even, variant=even.variants.first(), by=news.ada)
