"""How fast a sender writes: all workers together, no faster than settings say."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.env import env_rates
from messaging.actions.claims import claim_messages
from messaging.actions.deliver import deliver_messages
from messaging.actions.rates import LONGEST_PAUSE, is_resting, rest_sender, take
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage, SenderState
from messaging.senders import Sender, senders
from tests.factories.messaging import make_sent
from tests.factories.people import make_organisation
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
TEN = Sender("sms", "", 10)


def test_take_gives_no_more_than_the_rate_in_a_second(at: datetime) -> None:
    assert [take(sender=TEN, wanted=7, at=at), take(sender=TEN, wanted=7, at=at)] == [7, 3]
    assert take(sender=TEN, wanted=7, at=at) == 0
    assert take(sender=TEN, wanted=7, at=at + SECOND / 2) == 5
    assert take(sender=TEN, wanted=99, at=at + 100 * SECOND) == 10, "what was not used long ago is gone"


def test_take_without_a_rate_gives_all_and_remembers_nothing(at: datetime) -> None:
    assert take(sender=Sender("email", "", 0), wanted=10_000, at=at) == 10_000
    assert not SenderState.objects.exists()


def test_take_below_one_in_a_second_gives_one_when_it_is_time(at: datetime) -> None:
    slow = Sender("sms", "", 0.2)
    moments = [second for second in range(21) if take(sender=slow, wanted=3, at=at + second * SECOND)]
    assert moments == [0, 5, 10, 15, 20]


def test_take_with_a_clock_that_was_put_back_goes_on(at: datetime) -> None:
    take(sender=TEN, wanted=10, at=at + timedelta(days=1))
    assert take(sender=TEN, wanted=10, at=at) == 10


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rate=st.sampled_from([0.5, 1, 3, 10, 33, 250]),
    asks=st.lists(st.tuples(st.integers(0, 3_000_000), st.integers(1, 400)), min_size=1, max_size=12),
)
def test_take_at_any_moments_never_exceeds_the_rate_and_one_burst(rate: float, asks: list[tuple[int, int]]) -> None:
    SenderState.objects.all().delete()
    sender, at = Sender("sms", "", rate), datetime.fromisoformat("2026-03-02T09:00:00+00:00")
    moment, given_out, log = at, 0, []
    for pause, wanted in asks:
        moment += timedelta(microseconds=pause)
        given_out = take(sender=sender, wanted=wanted, at=moment)
        assert 0 <= given_out <= wanted
        log.append((moment, given_out))
    for number, (since, _) in enumerate(log):
        for until, _count in log[number:]:
            together = sum(count for when, count in log if since <= when <= until)
            assert together <= rate * (until - since).total_seconds() + max(rate, 1) + 0.01


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_share_one_rate(at: datetime) -> None:
    def work() -> int:
        return sum(take(sender=TEN, wanted=3, at=at) for _ in range(4))

    assert sum(run_at_once(*[work] * 4)) == 10


@pytest.mark.django_db(transaction=True)
def test_claims_at_once_share_one_rate(at: datetime, settings) -> None:
    settings.MESSAGE_RATES = {"email": 10, "sms": 0}
    for _ in range(40):
        make_sent(at, MessageStatus.READY)

    def work() -> list[int]:
        return [message.pk for _ in range(3) for message in claim_messages(at=at, limit=4)]

    claimed = [pk for pks in run_at_once(*[work] * 4) for pk in pks]
    assert len(claimed) == len(set(claimed)) == 10
    assert len(claim_messages(at=at + SECOND, limit=100)) == 10


def test_channel_at_its_rate_or_at_rest_does_not_hold_up_the_other(at: datetime, settings) -> None:
    settings.MESSAGE_RATES = {"email": 2, "sms": 0}
    for number in range(5):
        make_sent(at, MessageStatus.READY)
        make_sent(at, MessageStatus.READY, channel="sms", address=f"+3247012345{number}", purpose="service")
    rest_sender(sender=senders()[1], pause=SECOND, reason="429", at=at)
    assert {(message.channel) for message in claim_messages(at=at, limit=100)} == {"email"}
    later = claim_messages(at=at + SECOND, limit=100)
    assert sorted(message.channel for message in later) == ["email"] * 2 + ["sms"] * 5


def test_organisation_with_a_rate_of_its_own_is_a_sender_of_its_own(at: datetime, settings) -> None:
    greens, others = make_organisation("Greens"), make_organisation("Others")
    settings.MESSAGE_RATES = {"email": 0, "sms": 0, f"email:{greens.slug}": 1}
    own, theirs, nobodys = (
        [make_sent(at, MessageStatus.READY, organisation=organisation).pk for _ in range(2)]
        for organisation in (greens, others, None)
    )
    rest_sender(sender=senders()[0], pause=SECOND, reason="429", at=at)
    assert [message.pk for message in claim_messages(at=at, limit=9)] == own[:1]
    taken = {message.pk for message in claim_messages(at=at + 2 * SECOND, limit=9)}
    assert taken == {own[1], *theirs, *nobodys}


def test_rest_is_for_an_hour_at_most_and_a_longer_one_stays(at: datetime) -> None:
    rest_sender(sender=TEN, pause=timedelta(days=2), reason="come back on Monday", at=at)
    rest_sender(sender=TEN, pause=SECOND, reason="429", at=at)
    state = SenderState.objects.get()
    assert (state.paused_until, state.pause_reason) == (at + LONGEST_PAUSE, "come back on Monday")
    assert is_resting(sender=TEN, at=at + LONGEST_PAUSE - SECOND)
    assert not is_resting(sender=TEN, at=at + LONGEST_PAUSE)


def test_drain_of_a_sender_at_its_rate_returns_at_once_instead_of_waiting(at: datetime, settings) -> None:
    settings.MESSAGE_RATES = {"email": 3, "sms": 0}
    for _ in range(7):
        make_sent(at, MessageStatus.READY, template="no_such_text", purpose="service")
    assert [deliver_messages(at=at) for _ in range(2)] == [3, 0]
    assert OutboundMessage.objects.filter(attempts=1).count() == 3


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("", {"email": 0, "sms": 0}),
        ("email=50", {"email": 50, "sms": 0}),
        (" email=50 , sms=0.5,sms:greens=10", {"email": 50, "sms": 0.5, "sms:greens": 10}),
    ],
)
def test_rates_are_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, text: str, rates: dict[str, float]
) -> None:
    monkeypatch.setenv("MESSAGE_RATES", text)
    assert env_rates("MESSAGE_RATES", {"email": 0, "sms": 0}) == rates


@pytest.mark.parametrize("text", ["email", "email=fast", "fax=3", "email=-1", "email=nan", "email=inf"])
def test_rates_that_are_none_stop_the_start(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("MESSAGE_RATES", text)
    with pytest.raises(ImproperlyConfigured, match="MESSAGE_RATES"):
        env_rates("MESSAGE_RATES", {"email": 0, "sms": 0})
