"""Registering somebody by hand: who telephones, or asks at a stand."""

from datetime import datetime

from django.db import transaction

from core import audit
from core.audit import Actor
from core.locks import writing_in_turn
from events.actions import rsvp_letters as letters
from events.actions.rsvps import Wish, write_rsvp
from events.models import Rsvp, Timeslot
from people.actions.supporters import Introduction, add_phone, match_or_create_supporter
from people.canonical import canonical_phone
from people.enums import Channel
from people.models import ContactPoint, Supporter


class RegisteredAlready(ValueError):
    """This person is registered for the event; ``rsvp`` says how."""

    def __init__(self, rsvp: Rsvp) -> None:
        super().__init__("registered already")
        self.rsvp = rsvp


def add_guest(
    *,
    timeslot: Timeslot,
    introduction: Introduction,
    party_size: int,
    answers: dict[str, str],
    by: Actor,
    at: datetime,
) -> Rsvp:
    """Register somebody for a timeslot and return the RSVP: COMING where there is room, else WAITING.

    They are found by e-mail address, else by phone number, or made; nothing known about somebody is touched, and
    nothing is proved by it, so nobody's record opens to whoever typed their address. With an e-mail address they are
    sent the confirmation with its link. Raises RegisteredAlready (a second call ends so), RegistrationClosed,
    UnreadableAddress; then nothing is kept.
    """
    with writing_in_turn():
        return _add_once(timeslot, introduction, party_size, answers, by, at)


@transaction.atomic
def _add_once(
    timeslot: Timeslot,
    introduction: Introduction,
    party_size: int,
    answers: dict[str, str],
    by: Actor,
    at: datetime,
) -> Rsvp:
    found = _find_or_make(introduction, at)
    supporter = Supporter.objects.select_for_update(no_key=True).get(pk=found.pk)
    wish = Wish(
        timeslot_id=timeslot.pk,
        party_size=party_size,
        full_name=introduction.full_name,
        answers=answers,
        language=introduction.language,
    )
    rsvp, _would_be, is_news = write_rsvp(timeslot.event_id, supporter, wish, at, is_staff=True)
    if not is_news:
        raise RegisteredAlready(rsvp)
    audit.record("events.rsvp.added", by=by, target=rsvp, status=str(rsvp.status))
    letters.tell_registered(rsvp, None, at=at)
    return rsvp


def _find_or_make(introduction: Introduction, at: datetime) -> Supporter:
    if introduction.email:
        match = match_or_create_supporter(introduction=introduction, verified=False, at=at)
        if match.is_new and introduction.phone:
            add_phone(supporter=match.supporter, typed=introduction.phone)
        return match.supporter
    if introduction.phone:
        canonical = canonical_phone(introduction.phone)
        points = ContactPoint.objects.select_related("supporter")
        point = points.filter(channel=Channel.SMS, canonical=canonical).first()
        if point is not None:
            return point.supporter
    supporter = Supporter.objects.create(full_name=introduction.full_name, language=introduction.language)
    if introduction.phone:
        add_phone(supporter=supporter, typed=introduction.phone)
    return supporter
