"""What people and staff do while workers deliver, each done for real and kept in the model once it was acknowledged."""

from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from django.test import Client
from django.utils import timezone

from messaging import wishes
from messaging.actions.inbound import receive_text
from messaging.actions.wishes import PAGE, stop_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.selectors import may_cross_word
from people.actions.consents import suppress_address
from people.actions.supporters import merge_supporters
from people.actions.wishes import pause_news
from people.consent import ContactPurpose
from people.enums import Channel, ConsentState, SuppressionReason
from people.models import Supporter
from tests.factories.people import write_consent_event
from tests.faults.words_kept import Person, World, reminders_of

OPEN = (MessageStatus.READY, MessageStatus.SENDING)


class Acts:
    """The acts of one run, on its people and what they were asked."""

    world: ClassVar[World]
    people: list[Person]
    purposes: list[ContactPurpose]
    may_still_leave: dict[str, set[str]]
    cancelled: set[str]
    sent_to: dict[str, tuple[Person, ContactPurpose]]
    in_call: set[str]
    may_cross: set[str]
    texted = 0

    @property
    def at(self) -> datetime:
        return timezone.now()

    def said_no(self, who: Person, *, is_told: bool) -> None:
        """Excuse what crosses a no: letters in the provider's call, if the answer owned up to them."""
        if is_told:
            self.may_cross |= {key for key in self.in_call if self.sent_to[key][0] is who}

    def _may_cross(self, who: Person) -> bool:
        """What every page asks before it says "done"."""
        return may_cross_word(who.points.values(), at=self.at)

    def hold(self, batch: str) -> None:
        rows = OutboundMessage.objects.filter(batch=batch, status__in=OPEN)
        rows.update(is_held=True)
        # What a worker began before: also what it held for so long that it was given up as UNKNOWN.
        begun = OutboundMessage.objects.filter(batch=batch, status__in=(MessageStatus.SENDING, MessageStatus.UNKNOWN))
        in_hand = set(begun.values_list("idempotency_key", flat=True))
        self.may_still_leave[batch] = in_hand & self.may_still_leave.get(batch, in_hand)

    def release(self, batch: str) -> None:
        OutboundMessage.objects.filter(batch=batch, status__in=OPEN).update(is_held=False)
        self.may_still_leave.pop(batch, None)

    def cancel(self, batch: str) -> None:
        waiting = OutboundMessage.objects.filter(batch=batch, status=MessageStatus.READY)
        self.cancelled |= set(waiting.values_list("idempotency_key", flat=True))
        waiting.update(status=MessageStatus.CANCELLED)

    def merge(self, one: int, other: int) -> None:
        keep, absorb = (self.people[number] for number in (one, other))
        if keep.is_erased or absorb.is_erased:
            return
        supporters = [Supporter.objects.get(contact_points=who.points["email"]) for who in (keep, absorb)]
        if supporters[0] != supporters[1]:
            merge_supporters(keep=supporters[0], absorb=supporters[1], by="tests")

    def erase(self, person: int, is_suppressed: bool) -> None:
        who = self.people[person]
        if who.is_erased:
            return
        supporter = Supporter.objects.get(contact_points=who.points["email"])
        theirs = set(supporter.contact_points.values_list("pk", flat=True))
        erased = [each for each in self.people if each.points["email"].pk in theirs]  # merged ones go together
        for point in supporter.contact_points.all() if is_suppressed else []:
            channel, reason = Channel(point.channel), SuppressionReason.ERASED
            suppress_address(channel=channel, canonical=point.canonical, reason=reason, by="tests", at=self.at)
        Supporter.objects.filter(merged_into=supporter).delete()
        supporter.delete()
        for each in erased:
            each.is_erased = True
            self.said_no(each, is_told=self._may_cross(each))

    def grant(self, person: int, purpose: int) -> None:
        who, what = self.people[person], self.purposes[purpose]
        if not who.is_erased:
            said = reminders_of(what)
            write_consent_event(
                who.points[what.channel], self.world.texts[what], ConsentState.GRANTED, self.at, purpose=said.purpose
            )
            who.granted.add(said)
            who.withdrawn.discard(said)

    def stop_one(self, person: int, purpose: int) -> None:
        who, what = self.people[person], self.purposes[purpose]
        if not who.is_erased:
            stop_messages(point=who.points[what.channel], purpose=what, source=PAGE, at=self.at)
            who.take_back(what)
            self.said_no(who, is_told=self._may_cross(who))

    def unsubscribe_in_one_click(self, person: int, purpose: int, body: bytes) -> None:
        who, what = self.people[person], self.purposes[purpose]
        path = urlsplit(wishes.unsubscribe_url(who.points[what.channel], what, "en")).path
        response = Client().generic("POST", path, body, content_type="application/x-www-form-urlencoded")
        assert response.status_code in (200, 202, 303)
        if not who.is_erased:
            who.take_back(what)
            is_told = response.status_code == 202 or "under_way" in response.headers.get("Location", "")
            self.said_no(who, is_told=is_told)

    def text_stop(self, person: int, text: str) -> None:
        who = self.people[person]
        if not who.is_erased:
            self._text(who, text)
            who.stopped.add("sms")
            for purpose in {each for each in who.granted if each.channel == Channel.SMS}:
                who.take_back(purpose)
            self.said_no(who, is_told=True)  # nothing is answered by us

    def text_start(self, person: int) -> None:
        who = self.people[person]
        if not who.is_erased:
            self._text(who, "START")
            who.stopped.discard("sms")

    def _text(self, who: Person, text: str) -> None:
        self.texted += 1
        receive_text(
            channel=Channel.SMS,
            address=who.points["sms"].canonical,
            text=text,
            provider_id=f"in-{self.texted}",
            at=self.at,
        )

    def pause(self, person: int, days: int) -> None:
        who = self.people[person]
        until = self.at + timedelta(days=days) if days else None
        pause_news(points=list(who.points.values()), until=until)
        who.paused_until = until
        self.said_no(who, is_told=self._may_cross(who))
