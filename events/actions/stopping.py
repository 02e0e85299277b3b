"""No more reminders by e-mail of what one organisation holds in a campaign, and yes, please, again."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from events.models import Rsvp
from events.reach import reminder_purpose
from people.actions.consents import can_give_back, give_back, record_word
from people.consent import last_words, may_contact
from people.enums import Channel, ConsentState, Purpose
from people.models import ContactPoint
from people.selectors import address_on


@transaction.atomic
def stop_reminders(*, rsvp: Rsvp, source: str, at: datetime) -> None:
    """Withdraw REMINDER by e-mail for the event's organisation and campaign; a second call writes nothing."""
    for point in _addresses(rsvp):
        _say(rsvp, point, ConsentState.WITHDRAWN, source, at)


@transaction.atomic
def allow_reminders(*, rsvp: Rsvp, source: str, at: datetime) -> None:
    """Take back, address by address, what was withdrawn from the same ``source``; nothing else is written."""
    if not is_stopped(rsvp, at):
        return
    purpose = reminder_purpose(rsvp.event, Channel.EMAIL)
    for point in _addresses(rsvp):
        words = last_words(point, purpose, at)
        if can_give_back(words, source):
            give_back(contact_point=point, purpose=purpose, source=source, at=at)
        elif words and words[0].state == ConsentState.WITHDRAWN and words[0].source == source:
            _say(rsvp, point, ConsentState.GRANTED, source, at)


def is_stopped(rsvp: Rsvp, at: datetime) -> bool:
    """Whether the person's e-mail address is not reminded because they said so."""
    address = address_on(rsvp.supporter, Channel.EMAIL)
    return address is not None and may_contact(address, reminder_purpose(rsvp.event, Channel.EMAIL), at).reason == (
        "withdrawn"
    )


def _addresses(rsvp: Rsvp) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.select_for_update().filter(supporter=rsvp.supporter_id, channel=Channel.EMAIL)


def _say(rsvp: Rsvp, point: ContactPoint, state: ConsentState, source: str, at: datetime) -> None:
    record_word(
        contact_point=point,
        state=state,
        purpose=Purpose.REMINDER,
        organisation=rsvp.event.organisation,
        scope=rsvp.event.campaign.slug,
        source=source,
        at=at,
    )
