"""Whatever people, staff, providers and workers do, in whatever order: nobody gets a letter against their word, or two.

Workers are modelled as steps of the real code (`tests.faults.interleaving`). What may be sent is kept beside the
database in a model of a few lines, so that a mistake in reading consent cannot hide itself.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from core.ttl_cache import clear_ttl_caches
from messaging.actions import claims
from messaging.actions.deliver import LOST_AFTER, deliver_messages, settle_lost_messages
from messaging.actions.queue import Draft, queue_message
from messaging.actions.reports import take_report
from messaging.actions.settle import settle_message
from messaging.enums import MessageStatus, ReportedEvent
from messaging.models import OutboundMessage
from messaging.ports import DeliveryError, Letter
from messaging.references import read_reference, sign_reference
from people.consent import ContactPurpose
from people.enums import Channel
from people.models import ContactPoint
from tests.faults.acts import OPEN, Acts
from tests.faults.interleaving import Worker, stop_at_every_step, stop_here
from tests.faults.words_kept import OUTCOMES, Person, World, make_world

STAFF = ("hold", "release", "release", "cancel", "merge", "erase", "settle", "settle")
WORDS = ("yes", "yes", "no", "one click", "empty click", "garbled click", "STOP", "START", "pause", "resume")
BATCHES = ("broadcast:1", "broadcast:2")


class Provider:
    """Takes letters for all channels, and asks the run whether it may."""

    run: ClassVar["Interleaving"]

    def send(self, letter: Letter) -> str:
        self.run.in_call.add(letter.idempotency_key)
        try:
            stop_here()
        finally:
            self.run.in_call.discard(letter.idempotency_key)
        is_taken, error = OUTCOMES[self.run.next_outcome]
        self.run.next_outcome = "taken"
        self.run.hand_over(letter, is_taken=is_taken, is_known=error is None or _is_refusal(error))
        stop_here()
        if error is not None:
            raise error
        return f"id-{letter.reference}"

    def close(self) -> None:
        """Nothing is held open."""


def _is_refusal(error: Exception) -> bool:
    return isinstance(error, DeliveryError) and not error.uncertain


NUMBERS = st.integers(min_value=0, max_value=2)
STEPS = st.integers(min_value=1, max_value=9)
PURPOSES = st.integers(min_value=0, max_value=4)


class Interleaving(Acts, RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._rolled_back = transaction.atomic()
        self._rolled_back.__enter__()
        clear_ttl_caches()
        claims.draw.seed(0)
        self.world.clock.move_to(START)
        Provider.run = self
        self.next_outcome = "taken"
        self.workers: list[Worker] = []
        self.wrongs: list[str] = []
        self.handed: Counter[str] = Counter()
        self.closed: set[str] = set()  # taken, or nobody knows: never to be handed over again
        self.in_call: set[str] = set()  # the provider was called, and has not taken them yet
        self.may_cross: set[str] = set()  # in a call when somebody said no, and was told that one may be under way
        self.may_still_leave: dict[str, set[str]] = {}  # of a held batch: what was in hand when it was held
        self.cancelled: set[str] = set()
        self.purposes = list(self.world.texts)
        self.people = [
            Person({channel: ContactPoint.objects.get(pk=point.pk) for channel, point in points.items()})
            for points in self.world.people
        ]
        self.sent_to: dict[str, tuple[Person, ContactPurpose]] = {}

    # What is judged

    def hand_over(self, letter: Letter, *, is_taken: bool, is_known: bool) -> None:
        key = letter.idempotency_key
        person, purpose = self.sent_to[key]
        row = OutboundMessage.objects.get(idempotency_key=key)
        held = self.may_still_leave.get(row.batch)
        # Kept, not raised: delivery takes whatever a sender raises for the sender's fault, and goes on.
        self.wrongs += [
            wrong
            for wrong, is_so in {
                f"{key} was handed over before": key in self.closed,
                f"{key} left against the person's word": not person.may_get(purpose, self.at)
                and key not in self.may_cross,
                f"{key} left though its batch was stopped": key in self.cancelled,
                f"{key} was begun though its batch is held": held is not None and key not in held,
            }.items()
            if is_so
        ]
        if is_taken or not is_known:
            self.closed.add(key)
        if is_taken:
            self.handed[key] += 1

    @invariant()
    def nobody_was_wronged(self) -> None:
        assert not self.wrongs, self.wrongs

    # What staff do

    @initialize()
    def everybody_agrees(self) -> None:
        for number in range(len(self.people)):
            for purpose in range(len(self.purposes)):
                self.grant(number, purpose)
        self.write_to_all(0, BATCHES[0])

    @rule(occasion=NUMBERS, batch=st.sampled_from(BATCHES))
    def write_to_all(self, occasion: int, batch: str) -> None:
        for person in range(len(self.people)):
            for purpose in range(len(self.purposes)):
                self.queue(person, purpose, occasion, batch)

    @rule(what=st.sampled_from(STAFF), one=NUMBERS, other=NUMBERS, batch=st.sampled_from(BATCHES), yes=st.booleans())
    def staff_act(self, what: str, one: int, other: int, batch: str, yes: bool) -> None:
        acts: dict[str, Callable[[], None]] = {
            "hold": lambda: self.hold(batch),
            "release": lambda: self.release(batch),
            "cancel": lambda: self.cancel(batch),
            "merge": lambda: self.merge(one, other),
            "erase": lambda: self.erase(one, yes),
            "settle": lambda: self.settle_by_hand(yes, one),
        }
        acts[what]()

    def queue(self, person: int, purpose: int, occasion: int, batch: str) -> None:
        who, what = self.people[person], self.purposes[purpose]
        point = who.points[what.channel]
        key = f"news:{person}:{purpose}:{occasion}"
        if who.is_erased:
            return
        self.sent_to[key] = who, what
        known = OutboundMessage.objects.filter(idempotency_key=key).exists()
        row = queue_message(
            draft=Draft(
                idempotency_key=key, purpose=what, template="written", address=point.as_typed,
                canonical=point.canonical, language="en", not_before=self.at,
                expires_at=self.at + timedelta(days=3), contact_point=point, batch=batch,
                context={"wording": self.world.wordings[what.channel].pk},
            ),
            at=self.at,
        )  # fmt: skip
        if not known and batch in self.may_still_leave:  # a broadcast queues nothing while it is paused
            self.may_still_leave[batch].add(key)
        assert known or row.status in (MessageStatus.READY, MessageStatus.SUPPRESSED)

    # What people do

    @rule(what=st.sampled_from(WORDS), person=NUMBERS, purpose=PURPOSES)
    def person_says(self, what: str, person: int, purpose: int) -> None:
        self._say(what, person, purpose)

    @rule(what=st.sampled_from(WORDS), number=NUMBERS)
    def person_says_about_a_letter_in_hand(self, what: str, number: int) -> None:
        """The moment that matters: a worker has taken the letter, and not yet handed it over."""
        keys = OutboundMessage.objects.filter(status__in=OPEN, claim__gt="").values_list("idempotency_key", flat=True)
        in_hand = sorted(set(keys) - self.closed)
        if in_hand:
            _news, person, purpose, _occasion = in_hand[number % len(in_hand)].split(":")
            self._say(what, int(person), int(purpose))

    def _say(self, what: str, person: int, purpose: int) -> None:
        acts: dict[str, Callable[[], None]] = {
            "yes": lambda: self.grant(person, purpose),
            "no": lambda: self.stop_one(person, purpose),
            "one click": lambda: self.unsubscribe_in_one_click(person, purpose, b"List-Unsubscribe=One-Click"),
            "empty click": lambda: self.unsubscribe_in_one_click(person, purpose, b""),
            "garbled click": lambda: self.unsubscribe_in_one_click(person, purpose, b"\x00\xff=&&"),
            "STOP": lambda: self.text_stop(person, ("STOP", "arrêt", "Stop. Thank you")[purpose % 3]),
            "START": lambda: self.text_start(person),
            "pause": lambda: self.pause(person, 14),
            "resume": lambda: self.pause(person, 0),
        }
        acts[what]()

    # What providers do

    @rule(outcome=st.sampled_from(list(OUTCOMES)))
    def next_call_ends_in(self, outcome: str) -> None:
        self.next_outcome = outcome

    @rule(number=st.integers(min_value=0, max_value=20), event=st.sampled_from(list(ReportedEvent)))
    def provider_reports(self, number: int, event: ReportedEvent) -> None:
        if self.handed:
            self.report(sorted(self.handed)[number % len(self.handed)], event)

    def report(self, key: str, event: ReportedEvent) -> None:
        row = OutboundMessage.objects.get(idempotency_key=key)
        who, what = self.sent_to[key]
        reported = take_report(
            channel=Channel(row.channel), event=event, at=self.at, reference=self._reference(row), reason="5.1.1"
        )
        assert reported is not None
        assert reported.status not in OPEN, "what a provider spoke of has left"
        if event in (ReportedEvent.HARD_BOUNCED, ReportedEvent.COMPLAINED):
            who.dead.add(what.channel)
            self.said_no(who, is_told=True)  # a provider is told nothing
        if event in (ReportedEvent.COMPLAINED, ReportedEvent.UNSUBSCRIBED) and not who.is_erased:
            who.take_back(what)
            self.said_no(who, is_told=True)

    @staticmethod
    def _reference(row: OutboundMessage) -> str:
        reference = sign_reference(row.pk)
        assert read_reference(reference) == row.pk
        return reference

    # What workers do

    @rule(number=NUMBERS, steps=STEPS)
    def one_goes_on(self, number: int, steps: int) -> None:
        self._go_on(number, steps)

    @rule(number=NUMBERS, steps=STEPS)
    def another_goes_on(self, number: int, steps: int) -> None:
        self._go_on(number, steps)

    @rule(steps=STEPS)
    def all_go_on(self, steps: int) -> None:
        for number in range(3):
            self._go_on(number, steps)

    def _go_on(self, number: int, steps: int) -> None:
        """Let one of three workers do some steps; one that came to its end begins anew."""
        while len(self.workers) <= number:
            self.workers.append(Worker())
        for _ in range(steps):
            if self.workers[number].dead:
                self.workers[number] = Worker()
            self.workers[number].switch()

    @rule(number=NUMBERS)
    def kill_worker(self, number: int) -> None:
        if self.workers:
            self.workers[number % len(self.workers)].kill()

    @rule(seconds=st.sampled_from([1, 30, 310, 700]))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.shift(seconds)
        self.settle_lost()

    def settle_lost(self) -> None:
        settle_lost_messages(at=self.at)

    def settle_by_hand(self, was_sent: bool, number: int) -> None:
        for row in OutboundMessage.objects.filter(status=MessageStatus.UNKNOWN).order_by("pk")[number : number + 1]:
            settle_message(message=row, was_sent=was_sent, by=None, at=self.at)  # type: ignore[arg-type]
            # A person said what became of a letter that a worker still has in its call: then nobody looks for it.
            self.may_cross |= {row.idempotency_key} & self.in_call

    def teardown(self) -> None:
        try:
            self._let_everything_leave()
        finally:
            for worker in self.workers:
                worker.kill()
            transaction.set_rollback(True)
            self._rolled_back.__exit__(None, None, None)

    def _let_everything_leave(self) -> None:
        """Nobody is forgotten: with providers that take everything, in two hours nothing waits any more."""
        for worker in self.workers:
            worker.kill()
        self.next_outcome = "taken"
        for batch in BATCHES:
            self.release(batch)
        for _ in range(3):
            self.world.clock.shift(3700)
            while deliver_messages(at=self.at):
                pass
        settle_lost_messages(at=self.at + LOST_AFTER + timedelta(minutes=1))
        left = Counter(OutboundMessage.objects.values_list("status", flat=True))
        assert not left[MessageStatus.READY] + left[MessageStatus.SENDING], left
        assert not left[MessageStatus.EXPIRED], left
        assert not self.wrongs, self.wrongs
        assert all(times == 1 for times in self.handed.values())
        sent = (MessageStatus.SENT, MessageStatus.DELIVERED)
        by_hand = set(OutboundMessage.objects.filter(reason="").values_list("idempotency_key", flat=True))
        said = set(OutboundMessage.objects.filter(status__in=sent).values_list("idempotency_key", flat=True))
        assert not (said & by_hand) - self.closed, "what is said to have been sent was handed over"


START = datetime.fromisoformat("2026-03-02T09:00:00+00:00")


@pytest.fixture
def world(db: None, clock: time_machine.Traveller, settings: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    path = f"{__name__}.Provider"
    settings.MESSAGE_SENDERS = {"email": path, "sms": path}
    settings.INBOUND_HANDLERS, settings.QUIET_HOURS = [], "off"
    stop_at_every_step(monkeypatch)
    return make_world(clock)


# What fails is shown as it was found: making it smaller takes minutes.
PHASES = (Phase.generate,)


def _run(world: World, *, examples: int, steps: int, is_fixed: bool = False) -> None:
    Interleaving.world = world
    run_state_machine_as_test(
        Interleaving,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=is_fixed,
            suppress_health_check=list(HealthCheck), database=None, phases=PHASES,
        ),
    )  # fmt: skip


def test_what_is_done_next_never_hangs_on_what_happened() -> None:
    # A database returns messages of one moment in any order, so the same acts may hand over others the next time. What
    # hypothesis draws must stay the same then: rules have no preconditions, they do nothing where there is nothing.
    assert [each.function.__name__ for each in Interleaving.setup_state().rules if each.preconditions] == []


def test_no_interleaving_writes_against_anybodys_word_or_twice(world: World) -> None:
    _run(world, examples=30, steps=40, is_fixed=True)


# Each run is a transaction of its own: PostgreSQL grows slow where thousands of runs are taken back inside one.
@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_no_interleaving_of_many_writes_against_anybodys_word_or_twice(world: World) -> None:
    _run(world, examples=600, steps=80)
