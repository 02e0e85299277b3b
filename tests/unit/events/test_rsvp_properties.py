"""Whatever people do in whatever order: places add up, nobody is overbooked, and the line is kept."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from events.actions.offers import move_offers_on, offer_free_places
from events.actions.places import PlaceRefused
from events.actions.rsvp_kind import remove_rsvp
from events.actions.rsvps import (
    RegistrationClosed,
    cancel_rsvp,
    change_rsvp,
    come_after_all,
    confirm_place,
    register,
)
from events.models import Event, Rsvp, Timeslot
from tests.factories.events import NOON, make_event
from tests.factories.rsvps import make_intake

pytestmark = pytest.mark.django_db

DEEDS = 25


def choose(random: Random) -> tuple[Any, ...]:
    """Return one thing somebody does: few people, few places, so that they get into each other's way."""
    person, people, slot = random.randrange(5), random.choice([1, 1, 2, 3]), random.choice([0, 0, 0, 1])
    return random.choice(
        [
            ("register", person, people, slot),
            ("register", person, people, slot),
            ("cancel", person),
            ("change", person, people, slot, random.random() < 0.5),
            ("yes", person),
            ("back", person),
            ("not_me", person),
            ("later", random.randint(1, 30)),
            ("capacity", slot, random.randrange(5)),
        ]
    )


class World:
    """An event with two slots of two places, and what people do to it."""

    def __init__(self) -> None:
        self.event: Event = make_event(capacity=2, slots=2)
        self.slots: list[Timeslot] = list(self.event.timeslots.all())
        self.at: datetime = NOON - timedelta(days=8)

    def do(self, deed: tuple[Any, ...]) -> None:
        name, *told = deed
        self.at += timedelta(seconds=1)
        try:
            with transaction.atomic():
                getattr(self, name)(*told)
        except (PlaceRefused, RegistrationClosed):
            return

    def rsvp(self, number: int) -> Rsvp:
        found = Rsvp.objects.filter(supporter__contact_points__canonical=f"p{number}@example.org").first()
        if found is None:
            raise RegistrationClosed("nobody")
        return found

    def register(self, number: int, size: int, slot: int) -> None:
        intake = make_intake(self.event, f"p{number}@example.org", party_size=size, timeslot=self.slots[slot].pk)
        register(intake=intake, at=self.at)

    def cancel(self, number: int) -> None:
        cancel_rsvp(rsvp=self.rsvp(number), by="tests", at=self.at)

    def change(self, number: int, size: int, slot: int, may_wait: bool) -> None:
        rsvp = self.rsvp(number)
        change_rsvp(rsvp=rsvp, party_size=size, timeslot=self.slots[slot], may_wait=may_wait, by="tests", at=self.at)

    def yes(self, number: int) -> None:
        confirm_place(rsvp=self.rsvp(number), at=self.at)

    def back(self, number: int) -> None:
        come_after_all(rsvp=self.rsvp(number), by="tests", at=self.at)

    def not_me(self, number: int) -> None:
        remove_rsvp(rsvp=self.rsvp(number), at=self.at)

    def later(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        move_offers_on(at=self.at)

    def capacity(self, number: int, places: int) -> None:
        row = Timeslot.objects.get(pk=self.slots[number].pk)
        Timeslot.objects.filter(pk=row.pk).update(capacity=max(places, row.taken))
        offer_free_places(timeslot=row, at=self.at)

    def line(self, slot: Timeslot) -> list[tuple[int, datetime]]:
        return [(row.pk, row.waiting_since_at) for row in Rsvp.objects.waiting().filter(timeslot=slot)]


# A seed, not a list of deeds: hypothesis draws mostly short and uniform lists, in which nobody ever waits.
@settings(max_examples=12, deadline=None, phases=[Phase.generate])
@given(seed=st.integers(0, 2**32))
def test_any_sequence_keeps_places_and_line(seed: int) -> None:
    random = Random(seed)
    with transaction.atomic():
        world = World()
        for _ in range(DEEDS):
            before = {slot.pk: world.line(slot) for slot in world.slots}
            world.do(choose(random))
            for slot in Timeslot.objects.filter(event=world.event):
                check_places(slot, world.at)
                check_line(before[slot.pk], world.line(slot))
        transaction.set_rollback(True)


def check_places(slot: Timeslot, at: datetime) -> None:
    held = Rsvp.objects.holding().filter(timeslot=slot).aggregate(n=Sum("party_size"))["n"] or 0
    assert slot.taken == held <= slot.capacity
    if slot.starts_at > at:
        waiting = Rsvp.objects.waiting().filter(timeslot=slot)
        assert not waiting.filter(party_size__lte=slot.free).exists(), "a place stands empty while one waits"


def check_line(before: list[tuple[int, datetime]], after: list[tuple[int, datetime]]) -> None:
    stayed = [row for row in after if row in before]
    assert stayed == [row for row in before if row in after], "who waits keeps their order"
    assert after[: len(stayed)] == stayed, "who comes into the line stands at its end"
    assert len({moment for _pk, moment in after}) == len(after)
